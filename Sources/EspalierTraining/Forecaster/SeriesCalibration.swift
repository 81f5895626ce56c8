import EspalierData
import EspalierStatistics

/// Calibrates the intervals of one series at a time, by what its own windows were off by.
struct SeriesCalibration: Sendable {
  /// The intervals of one window.
  struct Made: Sendable {
    /// Level after level, one a step; each holds the forecast and the one of the level before.
    let intervals: [[PredictionInterval]]
    /// How many residuals were known of every step.
    let counts: [Int]
  }

  let data: PreparedData
  /// The first steps of the horizon that intervals are made of.
  let steps: Int
  /// The coverages, ascending.
  let levels: [Double]
  /// The levels of the quantiles that each interval is put around; empty where it is put around point forecasts.
  let ends: [(lower: Double, upper: Double)]
  let method: IntervalMethod
  /// How adaptive intervals adapt; its own level is not used.
  let adaptive: AdaptiveConformal

  /// The intervals of a window.
  ///
  /// - Parameters:
  ///   - window: The window.
  ///   - cores: What intervals are put around, level after level one a step.
  ///   - points: The window's forecasts, one a step.
  ///   - past: Windows of its series before it.
  ///   - known: Their forecasts.
  /// - Returns: The intervals, an end infinite where nothing bounds it.
  /// - Throws: An `IntervalError`.
  func intervals(
    of window: Window, around cores: [[PredictionInterval]], holding points: [Double], after past: [Window],
    _ known: WindowForecasts
  ) throws(IntervalError) -> Made {
    var made: [[PredictionInterval]] = []
    var counts: [Int] = []
    for (index, level) in levels.enumerated() {
      var settings = adaptive
      settings.level = level
      let conformal =
        try ends.isEmpty
        ? ConformalForecast(after: past, forecasts: known.values, of: data, steps: steps)
        : ConformalForecast(after: past, own: known.intervals(between: ends[index]), of: data, steps: steps)
      made.append(try conformal.intervals(of: [window], around: cores[index], settings: settings, method: method))
      if index == 0 { counts = (0..<steps).map { conformal.count(before: window, step: $0) } }
    }
    return Made(intervals: PredictionInterval.nested(made, holding: points), counts: counts)
  }
}

extension WindowForecasts {
  /// The intervals between two of the quantiles' levels, one a forecast; empty without these levels.
  func intervals(between ends: (lower: Double, upper: Double)) -> [PredictionInterval] {
    guard let quantiles, let lower = quantiles.levels.firstIndex(of: ends.lower),
      let upper = quantiles.levels.firstIndex(of: ends.upper)
    else { return [] }
    return values.indices.map { PredictionInterval(lower: quantiles[$0, lower], upper: quantiles[$0, upper]) }
  }
}
