/// How a residual becomes a score.
public enum ConformalScores: String, Codable, Sendable, CaseIterable {
  /// Its magnitude: intervals are symmetric about the forecast.
  case absolute
  /// Each side by itself, with half of the allowed misses: intervals follow skewed residuals.
  case signed
}

/// Split conformal intervals: as far from the forecast as residuals were on data that nothing was chosen by.
///
/// For residuals that are exchangeable with those to come, such as independent ones, the coverage is at least the
/// level; drifting series need ``AdaptiveConformal``.
///
/// - Source: Papadopoulos et al. 2002, doi:10.1007/3-540-36755-1_29; Lei et al. 2018,
///   doi:10.1080/01621459.2017.1307116, section 2.2.
public struct SplitConformal: Equatable, Sendable {
  /// The interval of a residual, in the target's unit; an end is infinite where there are too few residuals.
  public let band: PredictionInterval
  /// The residuals that it was made from.
  public let count: Int

  /// Takes the conformal quantile of residuals.
  ///
  /// - Parameters:
  ///   - residuals: Truth less forecast, in the target's unit and any order; NaN marks a missing truth and is left out.
  ///   - level: The coverage, strictly between 0 and 1.
  ///   - scores: Whether both sides are judged together.
  /// - Throws: ``IntervalError/level(_:)``, or ``IntervalError/notFinite(name:position:)`` for an infinite residual.
  public init(residuals: [Double], level: Double, scores: ConformalScores = .absolute) throws(IntervalError) {
    guard level > 0, level < 1 else { throw .level(level) }
    if let position = residuals.firstIndex(where: \.isInfinite) {
      throw .notFinite(name: "residuals", position: position)
    }
    let known = residuals.filter { !$0.isNaN }
    count = known.count
    switch scores {
    case .absolute:
      let reach = ConformalQuantile.of(known.map(abs).sorted(), level: level)
      band = PredictionInterval(lower: -reach, upper: reach)
    case .signed:
      // Half of the misses on each side.
      let side = (1 + level) / 2
      band = PredictionInterval(
        lower: -ConformalQuantile.of(known.map { -$0 }.sorted(), level: side),
        upper: ConformalQuantile.of(known.sorted(), level: side))
    }
  }

  /// The fewest residuals whose interval has two finite ends: 19 for 0.95, or 39 where each side is judged by itself.
  ///
  /// - Parameters:
  ///   - level: The coverage, strictly between 0 and 1.
  ///   - scores: Whether both sides are judged together.
  /// - Returns: The number.
  /// - Throws: ``IntervalError/level(_:)``.
  public static func fewestResiduals(
    level: Double, scores: ConformalScores = .absolute
  ) throws(IntervalError) -> Int {
    guard level > 0, level < 1 else { throw .level(level) }
    let side = scores == .absolute ? level : (1 + level) / 2
    // A level a hair below 1 needs more residuals than there can be.
    var count = Int(min(side / (1 - side), 1e15).rounded(.down))
    while count < 1 || ConformalQuantile.rank(count: count, level: side) > count { count += 1 }
    return count
  }

  /// The interval around a forecast, in the target's unit.
  public func interval(around forecast: Double) -> PredictionInterval { band.shifted(by: forecast) }
}

/// Conformalized quantile regression: forecast intervals, made wider or narrower until they cover.
///
/// - Source: Romano, Patterson and Candès 2019, arXiv:1905.03222, equations 6 to 8.
public struct ConformalizedQuantiles: Equatable, Sendable {
  /// By how much both ends move outwards, in the target's unit; negative where intervals were too wide, infinite where
  /// there are too few of them.
  public let margin: Double

  /// Takes the conformal quantile of how far truths lay outside their intervals.
  ///
  /// - Parameters:
  ///   - intervals: Forecast intervals of a calibration part, such as the quantiles at 0.025 and 0.975.
  ///   - truths: In the target's unit; NaN marks a missing one, which is left out.
  ///   - level: The coverage, strictly between 0 and 1.
  /// - Throws: ``IntervalError`` when the level is out of range, counts differ or a number is not finite.
  public init(_ intervals: [PredictionInterval], truths: [Double], level: Double) throws(IntervalError) {
    try self.init(scores: try Self.scores(of: intervals, truths: truths), level: level)
  }

  /// Takes the conformal quantile of distances that are known already.
  ///
  /// - Parameters:
  ///   - scores: What ``scores(of:truths:)`` gives; NaN is left out.
  ///   - level: The coverage, strictly between 0 and 1.
  /// - Throws: ``IntervalError/level(_:)``, or ``IntervalError/notFinite(name:position:)`` for an infinite distance.
  public init(scores: [Double], level: Double) throws(IntervalError) {
    guard level > 0, level < 1 else { throw .level(level) }
    if let position = scores.firstIndex(where: \.isInfinite) { throw .notFinite(name: "distances", position: position) }
    margin = ConformalQuantile.of(scores.filter { !$0.isNaN }.sorted(), level: level)
  }

  /// How far truths lie outside intervals: the scores of conformalized quantile regression.
  ///
  /// - Parameters:
  ///   - intervals: Finite intervals.
  ///   - truths: One an interval; NaN marks a missing one.
  /// - Returns: `max(lower - truth, truth - upper)`, negative inside and NaN where the truth is missing.
  /// - Throws: ``IntervalError`` when counts differ or a number is not finite.
  public static func scores(of intervals: [PredictionInterval], truths: [Double]) throws(IntervalError) -> [Double] {
    guard intervals.count == truths.count else {
      throw .counts(name: "intervals", count: intervals.count, truths: truths.count)
    }
    var scores: [Double] = []
    for (position, (interval, truth)) in zip(intervals, truths).enumerated() {
      if truth.isInfinite { throw .notFinite(name: "truths", position: position) }
      guard truth.isNaN || interval.isFinite else { throw .notFinite(name: "intervals", position: position) }
      scores.append(truth.isNaN ? .nan : max(interval.lower - truth, truth - interval.upper))
    }
    return scores
  }

  /// The interval with both ends moved; the point between them where they would cross.
  public func interval(around interval: PredictionInterval) -> PredictionInterval {
    PredictionInterval(lower: interval.lower - margin, upper: interval.upper + margin)
  }
}

/// The quantile of scores that a score to come stays below with a stated probability, exactly for finite samples.
enum ConformalQuantile {
  /// The rank `ceil((count + 1) * level)`; above `count` where the scores are too few.
  ///
  /// A product within 1e-9 of a whole number is that number: `100 * 0.07` is 7, which doubles miss.
  static func rank(count: Int, level: Double) -> Int {
    let exact = Double(count + 1) * level
    let nearest = exact.rounded()
    return Int(abs(exact - nearest) <= 1e-9 * max(1, exact) ? nearest : exact.rounded(.up))
  }

  /// The score of that rank among ascending scores; infinity where they are too few, the lowest where the rank is 0.
  static func of(_ sorted: [Double], level: Double) -> Double {
    let rank = rank(count: sorted.count, level: level)
    return rank > sorted.count || sorted.isEmpty ? .infinity : sorted[max(0, rank - 1)]
  }
}
