import Foundation

/// SciPy's numbers, made by `Tests/Fixtures/statistics/make_reference.py`.
struct Reference: Decodable {
  struct Normal: Decodable { let p, x: Double }
  struct StudentT: Decodable { let p, x, degrees: Double }
  struct Interval: Decodable {
    let name: String
    let values: [Double]
    let level, mean, sd, median, lower, upper: Double
  }
  struct Metrics: Decodable {
    struct Expected: Decodable {
      let count: Int
      let mae, rmse, mase, smape, r2: Double
    }
    let name: String
    let scale: Double
    let forecasts: [Double]
    let truths: [Double?]
    let expected: Expected
  }

  let normal: [Normal]
  let t_quantile: [StudentT]
  let t_cdf: [StudentT]
  let intervals: [Interval]
  let metrics: [Metrics]

  static func load() throws -> Reference {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/statistics/reference.json").standardized
    return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree within a tolerance relative to the larger of them; NaN never does.
func close(_ value: Double?, _ reference: Double, within tolerance: Double) -> Bool {
  guard let value else { return false }
  return abs(value - reference) <= tolerance * max(abs(value), abs(reference))
}
