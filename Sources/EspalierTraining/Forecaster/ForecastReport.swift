import EspalierData
import EspalierStatistics

/// One step of one forecast.
public struct ForecastPoint: Codable, Equatable, Sendable {
  /// The id of the series; empty when the data are no panel.
  public let series: String
  /// The moment that is forecast: milliseconds since 1970, or a row number without dates.
  public let time: Int64
  /// The step of the horizon, counted from 1.
  public let step: Int
  /// The forecast, in the target's unit.
  public let forecast: Double
  /// The deviation between Monte Carlo passes, in the target's unit; nil for other methods.
  public let deviation: Double?
  /// The quantiles at the report's levels, ascending, in the target's unit; nil where the model's loss knows none.
  public let quantiles: [Double]?
  /// Intervals at the levels of ``ForecastReport/intervals``, in the target's unit; an end that nothing bounds is infinite.
  ///
  /// Each holds the forecast and the interval of the level before it, and is widened where calibration leaves it short
  /// of them.
  /// Nil where none were asked for.
  public let intervals: [PredictionInterval]?
  /// What came to pass, in the target's unit; nil where it is not known.
  public let truth: Double?
}

/// How the intervals of a report came about.
public struct ForecastIntervals: Codable, Equatable, Sendable {
  /// Their coverages, ascending.
  public let levels: [Double]
  /// How they were made.
  public let method: IntervalMethod
  /// The windows of all series that they were calibrated on; 0 for those of the model itself.
  public let windows: Int
  /// Up to where the model was trained and selected: all of those windows lie behind it; nil for those of the model itself.
  public let after: TrainingExtent?

  /// A coverage in percent, without needless digits: `95` or `99.5`.
  public static func percent(_ level: Double) -> String { ForecastRequestError.percent(level) }

  /// The first of ascending coverages that the next one can't be told from in percent; nil when all differ.
  package static func repeated(in levels: [Double]) -> Double? {
    zip(levels, levels.dropFirst()).first { percent($0) == percent($1) }?.0
  }
}

/// The last rows of a series before a forecast.
public struct ForecastHistory: Codable, Equatable, Sendable {
  /// The id of the series; empty when the data are no panel.
  public let series: String
  /// Time stamps, as those of the forecasts.
  public let times: [Int64]
  /// The target at each of them, in its unit; nil where it is missing.
  public let values: [Double?]
}

/// Forecasts of a trained model on data.
public struct ForecastReport: Codable, Equatable, Sendable {
  /// The name of the data.
  public let dataset: String
  /// The column that is forecast.
  public let target: String
  /// Whether the data have several series.
  public let isPanel: Bool
  /// Whether times are dates.
  public let hasDates: Bool
  /// Whether dates need a time of day to be told apart.
  public let hasTimeOfDay: Bool
  /// What was done to the data, and how intervals came about, one sentence each.
  public let notes: [String]
  /// The levels of the forecasts' quantiles, ascending; empty where the model's loss knows none.
  public let levels: [Double]
  /// How the intervals beside the forecasts came about; nil where there are none.
  public let intervals: ForecastIntervals?
  /// The forecasts, series after series, in time order.
  public let points: [ForecastPoint]
  /// What came before the forecasts, series after series; empty where nothing of it was asked for.
  public let history: [ForecastHistory]
  /// The scores, when windows with known targets were forecast.
  public let metrics: ForecastMetrics?
  /// The scores in units of the target's scaler, of the same forecasts.
  public let scaled: ScaledErrors?
  /// The scores of the naive forecasts on the same windows.
  public let naive: NaiveMetrics?
}
