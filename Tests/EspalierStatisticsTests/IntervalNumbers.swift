import Foundation

/// What `Tests/Fixtures/statistics/make_intervals.py` wrote; infinity is nil.
struct IntervalNumbers: Decodable {
  struct Score: Decodable {
    let level: Double
    let lower, upper, truths: [Double]
    let coverage, width, score: Double
  }
  struct Quantile: Decodable {
    let levels, quantiles, truths, pinball, coverage: [Double]
    let crps: Double
  }
  struct Split: Decodable {
    let level: Double
    let residuals: [Double]
    let absolute, lower, upper: Double?
  }
  struct Conformalized: Decodable {
    let level: Double
    let lower, upper, truths: [Double]
    let margin: Double?
  }
  struct Adaptive: Decodable {
    let name: String
    let start, delay, window, span: Int
    let level: Double
    let stepSizes: [Double]
    let residuals, absolute, lower, upper: [Double?]
  }

  let scores: [Score]
  let quantiles: [Quantile]
  let splits: [Split]
  let cqr: [Conformalized]
  let adaptive: [Adaptive]

  static func load() throws -> IntervalNumbers {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/statistics/intervals.json").standardized
    return try JSONDecoder().decode(IntervalNumbers.self, from: Data(contentsOf: file))
  }
}
