import EspalierStatistics

/// Which intervals are made and compared.
public struct IntervalConfiguration: Codable, Equatable, Sendable {
  /// The coverages, each strictly between 0 and 1 and named once.
  public var levels: [Double]
  /// How adaptive intervals adapt; its own level is not used.
  public var adaptive: AdaptiveConformal

  /// Describes intervals; the coverages 0.8 and 0.95 are usual.
  public init(levels: [Double] = [0.8, 0.95], adaptive: AdaptiveConformal = AdaptiveConformal()) {
    self.levels = levels
    self.adaptive = adaptive
  }

  /// Checks the numbers.
  ///
  /// - Throws: `IntervalError` for the first one out of range.
  public func validate() throws(IntervalError) {
    if levels.isEmpty { throw .levels(levels) }
    for level in levels where !(level > 0 && level < 1) { throw .level(level) }
    if let twice = ForecastIntervals.repeated(in: levels.sorted()) { throw .levelRepeated(twice) }
    try adaptive.validate()
  }

  /// The levels of the quantiles that central intervals of these coverages end at, and the median; ascending.
  public var quantileLevels: [Double] {
    // 1 - 0.95 misses 0.05 by rounding; nobody means the difference.
    let ends = levels.flatMap { [(1 - $0) / 2, (1 + $0) / 2] } + [0.5]
    return Set(ends.map { ($0 * 1e12).rounded() / 1e12 }).sorted()
  }

  /// Where among ``quantileLevels`` the two ends of a coverage lie.
  func ends(of level: Double) -> (lower: Int, upper: Int) {
    let all = quantileLevels
    func nearest(_ value: Double) -> Int { all.indices.min { abs(all[$0] - value) < abs(all[$1] - value) } ?? 0 }
    return (nearest((1 - level) / 2), nearest((1 + level) / 2))
  }
}

/// How an interval comes about.
public enum IntervalMethod: String, Codable, Sendable, CaseIterable {
  /// The forecaster's own quantiles, as they are; with Monte Carlo dropout and a loss without quantiles, what
  /// ``WindowForecasts/dropoutIntervals(level:)`` makes of the passes.
  case uncalibrated
  /// Split conformal: as wide as residuals were in the calibration part.
  case split
  /// Adaptive conformal: from recent residuals, at a level that moves with the misses.
  case adaptive
}
