import Foundation

/// Other software's numbers, made by `Tests/Fixtures/statistics/make_comparisons.py`.
struct Comparisons: Decodable {
  struct ChiSquared: Decodable { let x, degrees, p: Double }
  struct F: Decodable { let x, numerator, denominator, p: Double }
  struct Normal: Decodable { let x, p: Double }
  struct RangeTail: Decodable {
    let q, tail: Double
    let groups: Int
    let degrees: Double?
  }
  struct StudentizedRange: Decodable { let exact, scipy, critical: [RangeTail] }
  struct Friedman: Decodable {
    let name: String
    let scores: [[Double]]
    let average_ranks: [Double]
    let chi_square, p, iman_davenport, iman_davenport_p, kendall_w, critical_difference: Double
    let pairs: [[Double]]
  }
  struct Wilcoxon: Decodable {
    struct Result: Decodable {
      let statistic, normal, corrected, z: Double
      let exact: Double?
    }
    let name: String
    let x, y: [Double]
    let wilcoxon, pratt: Result
  }
  struct Holm: Decodable { let p, adjusted: [Double] }
  struct Bootstrap: Decodable {
    let name: String
    let values, percentile, bca: [Double]
    let level: Double
    let resamples: Int
    let positions: [Int]
  }
  struct Effect: Decodable {
    let name: String
    let x, y: [Double]
    let cohens_d, hedges_g, vargha_delaney: Double
    let paired_d: Double?
  }
  struct DieboldMariano: Decodable {
    let name: String
    let a, b: [Double]
    let horizon: Int
    let mean, uncorrected, statistic, p: Double
  }
  struct ConfidenceSet: Decodable {
    let name, statistic, bootstrap: String
    let losses: [[Double]]
    let block, resamples: Int
    let positions, order: [Int]
    let p: [Double]
  }

  let chi_squared: [ChiSquared]
  let f: [F]
  let normal_cdf: [Normal]
  let studentized_range: StudentizedRange
  let friedman: [Friedman]
  let wilcoxon: [Wilcoxon]
  let holm: [Holm]
  let bootstrap: [Bootstrap]
  let effects: [Effect]
  let diebold_mariano: [DieboldMariano]
  let confidence_sets: [ConfidenceSet]

  static func load() throws -> Comparisons {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/statistics/comparisons.json").standardized
    return try JSONDecoder().decode(Comparisons.self, from: Data(contentsOf: file))
  }
}

/// Whether two numbers agree within an absolute tolerance; NaN never does.
func near(_ value: Double?, _ reference: Double, within tolerance: Double) -> Bool {
  guard let value else { return false }
  return abs(value - reference) <= tolerance
}
