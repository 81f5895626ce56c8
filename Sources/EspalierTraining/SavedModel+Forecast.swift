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
  /// What came to pass, in the target's unit; nil where it is not known.
  public let truth: Double?
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
  /// What was done to the data, one sentence each.
  public let notes: [String]
  /// The levels of the forecasts' quantiles, ascending; empty where the model's loss knows none.
  public let levels: [Double]
  /// The forecasts, series after series, in time order.
  public let points: [ForecastPoint]
  /// The scores, when windows with known targets were forecast.
  public let metrics: ForecastMetrics?
  /// The scores in units of the target's scaler, of the same forecasts.
  public let scaled: ScaledErrors?
  /// The scores of the naive forecasts on the same windows.
  public let naive: NaiveMetrics?
}

extension SavedModel {
  /// Milliseconds of a day.
  private static let day: Int64 = 86_400_000

  /// Reads data, prepares them as those of the training, and forecasts.
  ///
  /// - Parameters:
  ///   - source: The data; columns are chosen by the model.
  ///   - everyWindow: Forecasts all windows with known targets and scores them, instead of what comes after the last row.
  ///   - levels: The levels of the quantiles; nil takes the loss' own.
  ///   - unseen: What becomes of a series that was not trained on, where every series has scalers of its own.
  ///   - threads: How many threads forecast side by side, at least 1; forecasts do not depend on it.
  ///   - isCancelled: Asked again and again.
  /// - Returns: The forecasts in the target's unit.
  /// - Throws: A typed error when the data can't be read, lack a column or are too short, or when the model's loss
  ///   doesn't tell the levels.
  public func forecast(
    _ source: DataSource, everyWindow: Bool, levels: [Double]? = nil, unseen: UnseenSeries = .refuse, threads: Int = 1,
    isCancelled: () -> Bool = { false }
  ) throws -> ForecastReport {
    if let levels { _ = try OutputReader(run.training.loss, levels: levels) }
    let loaded = try source.load(for: preparation)
    let data = try preparation.windows(of: loaded.table, unseen: unseen)
    let windows = everyWindow ? data.test : data.future
    if !everyWindow { try data.checkFuture(of: windows) }
    if windows.isEmpty { throw SavedModelError.nothingToForecast(target: preparation.target.name) }
    let forecasts = try forecasts(
      of: windows, data: data, levels: levels, threads: threads, isCancelled: isCancelled)
    if let position = forecasts.values.firstIndex(where: { !$0.isFinite }) {
      throw MetricError.forecastNotFinite(position: position)
    }
    if let quantiles = forecasts.quantiles, let position = quantiles.values.firstIndex(where: { !$0.isFinite }) {
      throw MetricError.forecastNotFinite(position: position / quantiles.levels.count)
    }
    let points = Self.points(forecasts, of: windows, data: data)
    let isDaily = (preparation.step ?? Self.day) % Self.day == 0
    return ForecastReport(
      dataset: loaded.name, target: preparation.target.name, isPanel: data.seriesNames != [""],
      hasDates: data.timesAreDates, hasTimeOfDay: !points.allSatisfy { $0.time % Self.day == 0 } || !isDaily,
      notes: loaded.table.notes + data.notes, levels: forecasts.quantiles?.levels ?? [], points: points,
      metrics: everyWindow ? try data.metrics(of: windows, forecasts: forecasts.values) : nil,
      scaled: everyWindow ? try data.scaledErrors(of: windows, forecasts: forecasts.values) : nil,
      naive: everyWindow ? try data.naiveMetrics(of: windows) : nil)
  }

  private static func points(
    _ forecasts: WindowForecasts, of windows: [Window], data: PreparedData
  ) -> [ForecastPoint] {
    var points: [ForecastPoint] = []
    points.reserveCapacity(forecasts.values.count)
    for (index, window) in windows.enumerated() {
      for step in 0..<data.horizon {
        let place = index * data.horizon + step
        let truth = data.truth(window, step: step)
        points.append(
          ForecastPoint(
            series: data.seriesNames[Int(window.series)], time: data.time(window, step: step), step: step + 1,
            forecast: forecasts.values[place], deviation: forecasts.spread?[place],
            quantiles: forecasts.quantiles.map { Array($0[place]) }, truth: truth.isNaN ? nil : truth))
      }
    }
    return points
  }
}
