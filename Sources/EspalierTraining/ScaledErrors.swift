import EspalierData
import EspalierStatistics

/// Errors on scaled data, the unit of published long-horizon figures: every pair of window, step and channel counts once.
public struct ScaledErrors: Codable, Equatable, Sendable {
  /// Number of scored pairs, at least 1.
  public let count: Int
  /// Mean squared error, in squared units of the target's scaler.
  public let mse: Double
  /// Mean absolute error, in units of the target's scaler.
  public let mae: Double
}

extension PreparedData {
  /// Scores forecasts in units of the target's scaler, that of their series where every series has its own.
  ///
  /// - Parameters:
  ///   - windows: The windows.
  ///   - forecasts: `windows * horizon` values in the target's unit, window after window.
  /// - Returns: The scores; missing truths do not count.
  /// - Throws: A `MetricError` when a forecast is not finite or nothing can be scored.
  public func scaledErrors(of windows: [Window], forecasts: [Double]) throws(MetricError) -> ScaledErrors {
    var errors = ForecastErrors()
    for (index, window) in windows.enumerated() {
      let scaler = targetScaler(of: window)
      for step in 0..<horizon {
        try errors.add(
          forecast: scaler.scaled(forecasts[index * horizon + step]), truth: scaler.scaled(truth(window, step: step)))
      }
    }
    guard errors.count > 0 else { throw .nothingToScore }
    let count = Double(errors.count)
    return ScaledErrors(count: errors.count, mse: errors.squared / count, mae: errors.absolute / count)
  }
}
