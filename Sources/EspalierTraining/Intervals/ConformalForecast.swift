import EspalierData
import EspalierStatistics

/// Adaptive conformal intervals of forecasts whose truths are yet to come, from residuals of forecasts before them.
///
/// Every series and every step of the horizon is calibrated by itself. The residuals should be of data that the model was
/// neither trained on nor selected by, or intervals are too narrow at first.
public struct ConformalForecast: Sendable {
  private let horizon: Int
  /// By series: the first origin, and for every step the residuals of the rows from there on, NaN where there is none.
  private var residuals: [Int32: (origin: Int, steps: [[Double]])] = [:]

  /// Takes forecasts of windows that are over.
  ///
  /// - Parameters:
  ///   - windows: Windows of `data`, in any order.
  ///   - forecasts: `windows * horizon` values in the target's unit, window after window.
  ///   - data: The data.
  /// - Throws: `IntervalError` when counts differ or a forecast is not finite.
  public init(after windows: [Window], forecasts: [Double], of data: PreparedData) throws(IntervalError) {
    horizon = data.horizon
    guard forecasts.count == windows.count * horizon else {
      throw .counts(name: "forecasts", count: forecasts.count, truths: windows.count * horizon)
    }
    if let position = forecasts.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "forecasts", position: position)
    }
    for index in windows.indices.sorted(by: { windows[$0].origin < windows[$1].origin }) {
      let window = windows[index]
      var known = residuals[window.series] ?? (Int(window.origin), Array(repeating: [], count: horizon))
      let place = Int(window.origin) - known.origin
      for step in 0..<horizon {
        let missing = max(0, place + 1 - known.steps[step].count)
        known.steps[step] += [Double](repeating: .nan, count: missing)
        known.steps[step][place] = data.truth(window, step: step) - forecasts[index * horizon + step]
      }
      residuals[window.series] = known
    }
  }

  /// The intervals of forecasts.
  ///
  /// The first half of a series' residuals is calibrated on alone; over the second half the level adapts.
  ///
  /// - Parameters:
  ///   - windows: Windows behind those that the residuals are of.
  ///   - forecasts: `windows * horizon` values in the target's unit, window after window.
  ///   - settings: The level, and how it adapts.
  /// - Returns: `windows * horizon` intervals in the target's unit; infinite where a series has too few residuals or its
  ///   level has come to 0.
  /// - Throws: `IntervalError` when counts differ or a setting is out of range.
  public func intervals(
    of windows: [Window], forecasts: [Double], settings: AdaptiveConformal
  ) throws(IntervalError) -> [PredictionInterval] {
    try settings.validate()
    guard forecasts.count == windows.count * horizon else {
      throw .counts(name: "forecasts", count: forecasts.count, truths: windows.count * horizon)
    }
    var result: [PredictionInterval] = []
    result.reserveCapacity(forecasts.count)
    for (index, window) in windows.enumerated() {
      for step in 0..<horizon {
        let band = try band(window, step: step, settings: settings)
        result.append(band.shifted(by: forecasts[index * horizon + step]))
      }
    }
    return result
  }

  private func band(
    _ window: Window, step: Int, settings: AdaptiveConformal
  ) throws(IntervalError) -> PredictionInterval {
    let everything = PredictionInterval(lower: -.infinity, upper: .infinity)
    guard let known = residuals[window.series], case let place = Int(window.origin) - known.origin, place >= 0 else {
      return everything
    }
    // What is known at the window's origin ends before it; the window itself has no residual yet.
    let before = known.steps[step].prefix(place)
    let line = before + [Double](repeating: .nan, count: place + 1 - before.count)
    let bands = try settings.bands(residuals: Array(line), from: before.count / 2, delay: step + 1)
    return bands.last ?? everything
  }
}
