import EspalierStatistics

/// Forecasts of windows in the target's unit, window after window and step after step within a window.
public struct WindowForecasts: Equatable, Sendable {
  /// `windows * horizon` point forecasts: what a loss of one number gives, the median of a quantile loss, or the
  /// location of a distribution.
  public internal(set) var values: [Double]
  /// The deviation of the point forecasts over Monte Carlo passes, in the same order; nil for other methods.
  public internal(set) var spread: [Double]?
  /// Quantiles; nil where the model's loss knows none.
  public internal(set) var quantiles: QuantileForecasts?

  /// Checks that there are numbers to show and to score.
  ///
  /// - Throws: `MetricError.forecastNotFinite` with the first place, `window * horizon + step`, that is not, or
  ///   `MetricError.quantileNotFinite` where only a quantile is not: its level lies too far out.
  func checkFinite() throws(MetricError) {
    if let position = values.firstIndex(where: { !$0.isFinite }) { throw .forecastNotFinite(position: position) }
    if let quantiles, let position = quantiles.values.firstIndex(where: { !$0.isFinite }) {
      throw .quantileNotFinite(level: quantiles.levels[position % quantiles.levels.count])
    }
  }

  /// The forecasts of some of the windows.
  ///
  /// - Parameters:
  ///   - windows: Their places.
  ///   - horizon: Steps of a window.
  /// - Returns: Points and quantiles, without deviations.
  func part(_ windows: Range<Int>, horizon: Int) -> WindowForecasts {
    func places(_ size: Int) -> Range<Int> { windows.lowerBound * size..<windows.upperBound * size }
    return WindowForecasts(
      values: Array(values[places(horizon)]), spread: nil,
      quantiles: quantiles.map {
        QuantileForecasts(levels: $0.levels, values: Array($0.values[places(horizon * $0.levels.count)]))
      })
  }
}

/// Quantiles of forecasts, in the target's unit.
public struct QuantileForecasts: Equatable, Sendable {
  /// The levels, ascending.
  public let levels: [Double]
  /// `windows * horizon * levels` values; those of one step stand together and ascend with the level.
  public internal(set) var values: [Double]

  /// The quantile at a level of one step of one window.
  ///
  /// - Parameters:
  ///   - place: `window * horizon + step`.
  ///   - level: The index of the level.
  public subscript(place: Int, level: Int) -> Double { values[place * levels.count + level] }

  /// The quantiles of one step of one window, ascending; `place` is `window * horizon + step`.
  public subscript(place: Int) -> ArraySlice<Double> { values[place * levels.count..<(place + 1) * levels.count] }
}
