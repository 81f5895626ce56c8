import EspalierData
import EspalierStatistics

/// Somebody's forecasts of the calibration and the test windows.
public struct IntervalForecaster: Equatable, Sendable {
  /// A name for tables.
  public let name: String
  /// Point forecasts in the target's unit: `(calibration + test windows) * horizon`, window after window.
  public let values: [Double]
  /// Quantiles of the same windows at ``IntervalConfiguration/quantileLevels``; nil for a forecaster of points alone.
  public let quantiles: QuantileForecasts?
  /// The deviation of the point forecasts over Monte Carlo passes, in the target's unit and the order of ``values``;
  /// nil for other methods.
  ///
  /// Without quantiles it makes the uncalibrated intervals, as ``WindowForecasts/dropoutIntervals(level:)`` does.
  public let deviations: [Double]?

  /// Puts forecasts together.
  public init(
    name: String, values: [Double], quantiles: QuantileForecasts? = nil, deviations: [Double]? = nil
  ) {
    self.name = name
    self.values = values
    self.quantiles = quantiles
    self.deviations = deviations
  }

  /// Repeats the last value before the forecast.
  public static func lastValue(of data: PreparedData) -> IntervalForecaster {
    naive("last value", data) { data.naiveLastValue($0, step: $1) }
  }

  /// Repeats the value one season earlier.
  public static func seasonal(of data: PreparedData) -> IntervalForecaster {
    naive("\(data.fitted.task.season) steps before", data) { data.naiveSeasonal($0, step: $1) }
  }

  private static func naive(
    _ name: String, _ data: PreparedData, _ forecast: (Window, Int) -> Double
  ) -> IntervalForecaster {
    IntervalForecaster(
      name: name,
      values: (data.calibration + data.test).flatMap { window in (0..<data.horizon).map { forecast(window, $0) } })
  }
}
