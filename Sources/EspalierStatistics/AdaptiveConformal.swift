import Foundation

/// Adaptive conformal intervals: conformal quantiles of recent residuals at a level that moves with the misses.
///
/// After a miss intervals widen, after a hit they narrow a little, so that the share of hits comes to the level on any
/// sequence, however it drifts. One step size is the method of 2021; of several, each is followed, and their levels are
/// weighted by how well they did of late. Pure: residuals in, intervals out, and an interval sees only what is known by
/// then.
///
/// - Source: Gibbs and Candès 2021, arXiv:2106.00170, equation 2; Gibbs and Candès 2022, arXiv:2208.08401, algorithm 1
///   with the weighted mean of the levels.
public struct AdaptiveConformal: Codable, Equatable, Sendable {
  /// The coverage, strictly between 0 and 1.
  public var level: Double
  /// Whether both sides are judged together; apart, each adapts to half of the misses.
  public var scores: ConformalScores
  /// How many of the latest known residuals quantiles are taken from, at least 1.
  public var window: Int
  /// How far a miss moves the level; several are weighted.
  public var stepSizes: [Double]
  /// Over how many intervals the weights of several step sizes are tuned, at least 1.
  public var span: Int

  /// The step sizes of arXiv:2208.08401, section 2.2.
  public static let publishedStepSizes = [0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128]
  /// The five smaller ones of them: larger ones make intervals infinite after a miss or two.
  public static let usualStepSizes = Array(publishedStepSizes[..<5])

  /// Describes intervals; window and span are those of arXiv:2208.08401.
  public init(
    level: Double = 0.95, scores: ConformalScores = .absolute, window: Int = 500,
    stepSizes: [Double] = AdaptiveConformal.usualStepSizes, span: Int = 500
  ) {
    self.level = level
    self.scores = scores
    self.window = window
    self.stepSizes = stepSizes
    self.span = span
  }

  /// Checks the numbers.
  ///
  /// - Throws: ``IntervalError`` for the first one out of range.
  public func validate() throws(IntervalError) {
    guard level > 0, level < 1 else { throw .level(level) }
    if window < 1 { throw .notPositive(name: "window of residuals", value: window) }
    if span < 1 { throw .notPositive(name: "span of the weights", value: span) }
    guard !stepSizes.isEmpty, stepSizes.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .stepSizes(stepSizes) }
  }

  /// The intervals of residuals, one after the other.
  ///
  /// - Parameters:
  ///   - residuals: Truth less forecast of one horizon step, in the target's unit, one a time step; NaN marks a missing
  ///     truth, which teaches nothing.
  ///   - start: The first residual that gets an interval; those before it are only known when their time comes.
  ///   - delay: Steps from a forecast to its truth, at least 1: the interval of residual `t` sees residuals up to
  ///     `t - delay`. A forecast `h` steps ahead has a delay of `h`.
  /// - Returns: Intervals of the residuals `start ..< residuals.count`, in the target's unit, to be put around the
  ///   forecasts. Infinite where a side's level has come to 0, or too few residuals are known.
  /// - Throws: ``IntervalError`` when a setting is out of range or a residual infinite.
  public func bands(
    residuals: [Double], from start: Int, delay: Int = 1
  ) throws(IntervalError) -> [PredictionInterval] {
    switch scores {
    case .absolute:
      let reach = try reaches(scores: residuals.map(abs), level: level, from: start, delay: delay)
      return reach.map { PredictionInterval(lower: -$0, upper: $0) }
    case .signed:
      let side = (1 + level) / 2
      let upper = try reaches(scores: residuals, level: side, from: start, delay: delay)
      let lower = try reaches(scores: residuals.map { -$0 }, level: side, from: start, delay: delay)
      return zip(lower, upper).map { PredictionInterval(lower: -$0, upper: $1) }
    }
  }

  /// The scores that stay unexceeded with a probability of the level, one after the other.
  ///
  /// - Parameters:
  ///   - scores: How far truths lay off, in time order; NaN marks a missing truth. Any scores do, such as those of
  ///     ``ConformalizedQuantiles/scores(of:truths:)``.
  ///   - start: As in ``bands(residuals:from:delay:)``.
  ///   - delay: As in ``bands(residuals:from:delay:)``.
  /// - Returns: Thresholds for the scores `start ..< scores.count`; infinite as there.
  /// - Throws: ``IntervalError`` when a setting is out of range or a score infinite.
  public func thresholds(scores: [Double], from start: Int, delay: Int = 1) throws(IntervalError) -> [Double] {
    try reaches(scores: scores, level: level, from: start, delay: delay)
  }

  private func reaches(
    scores: [Double], level: Double, from start: Int, delay: Int
  ) throws(IntervalError) -> [Double] {
    try validate()
    if delay < 1 { throw .notPositive(name: "delay", value: delay) }
    guard (0...scores.count).contains(start) else { throw .start(start, count: scores.count) }
    if let position = scores.firstIndex(where: \.isInfinite) { throw .notFinite(name: "residuals", position: position) }
    var recent = RecentScores(limit: window)
    var tuning = LevelTuning(misses: 1 - level, stepSizes: stepSizes, span: span)
    // What was issued and when, to judge it by what was known then.
    var issued: [(misses: [Double], known: Int)] = []
    var result: [Double] = []
    result.reserveCapacity(scores.count - start)
    if start > delay { for score in scores[..<(start - delay)] where !score.isNaN { recent.append(score) } }
    for index in start..<scores.count {
      if index >= delay, case let score = scores[index - delay], !score.isNaN {
        if index - delay >= start {
          let then = issued[index - delay - start]
          tuning.learn(probability: recent.probability(of: score, known: then.known), issued: then.misses)
        }
        recent.append(score)
      }
      issued.append((tuning.misses, recent.count))
      result.append(recent.threshold(misses: tuning.current))
    }
    return result
  }
}

/// The latest scores, in time order and sorted.
private struct RecentScores {
  let limit: Int
  private var all: [Double] = []
  private var sorted: [Double] = []

  init(limit: Int) {
    self.limit = limit
  }

  /// Scores known so far.
  var count: Int { all.count }

  mutating func append(_ score: Double) {
    all.append(score)
    sorted.insert(score, at: place(of: score))
    if sorted.count > limit { sorted.remove(at: place(of: all[all.count - 1 - limit])) }
  }

  /// The threshold that is exceeded with a probability of `misses`.
  func threshold(misses: Double) -> Double {
    misses <= 0 ? .infinity : ConformalQuantile.of(sorted, level: max(0, 1 - misses))
  }

  /// The share of misses from which on a score was a miss, when `known` scores were known.
  ///
  /// It is `(1 + scores that are not smaller) / (1 + scores)`: at any lower share the score lay within the threshold.
  func probability(of score: Double, known: Int) -> Double {
    let then = all[max(0, known - limit)..<known]
    let smaller = then.reduce(0) { $0 + ($1 < score ? 1 : 0) }
    return Double(then.count + 1 - smaller) / Double(then.count + 1)
  }

  /// The first place at which the sorted scores are not below a score, by bisection.
  private func place(of score: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < score { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The shares of misses that step sizes have come to, and how far each is trusted.
private struct LevelTuning {
  /// The share of misses that is aimed at.
  private let goal: Double
  private let stepSizes: [Double]
  private let rate: Double
  private let mixing: Double
  private var weights: [Double]
  /// The share of misses of each step size.
  private(set) var misses: [Double]

  init(misses goal: Double, stepSizes: [Double], span: Int) {
    self.goal = goal
    self.stepSizes = stepSizes
    let count = Double(stepSizes.count), span = Double(span)
    // arXiv:2208.08401, section 2.2, with the loss that a well-calibrated level has.
    let hits = 1 - goal
    let loss = hits * hits * goal * goal * goal + goal * goal * hits * hits * hits
    rate = (3 / span * (log(2 * count * span) + 1) / loss).squareRoot()
    mixing = 1 / (2 * span)
    weights = [Double](repeating: 1 / count, count: stepSizes.count)
    misses = [Double](repeating: goal, count: stepSizes.count)
  }

  /// The weighted mean.
  var current: Double { zip(weights, misses).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Learns from a truth.
  ///
  /// - Parameters:
  ///   - probability: The share of misses from which on the truth was a miss.
  ///   - issued: The shares of misses of the step sizes when the interval was issued.
  mutating func learn(probability: Double, issued: [Double]) {
    for index in weights.indices {
      let distance = probability - issued[index]
      weights[index] *= exp(-rate * (goal * distance - min(0, distance)))
      let miss: Double = issued[index] < probability ? 0 : 1
      misses[index] += stepSizes[index] * (goal - miss)
    }
    let sum = weights.reduce(0, +), share = 1 / Double(weights.count)
    for index in weights.indices { weights[index] = (1 - mixing) * weights[index] / sum + mixing * share }
  }
}
