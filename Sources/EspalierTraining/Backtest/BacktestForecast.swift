import EspalierData
import EspalierStatistics

/// What was forecast for one series from one origin, beside what came to pass and what naive forecasts say.
///
/// All values are in the target's unit, one for every step that the data still have, at most the horizon.
public struct BacktestForecast: Codable, Equatable, Sendable {
  /// The forecast of one training.
  public struct Trial: Codable, Equatable, Sendable {
    /// The seed of the training.
    public let seed: UInt64
    /// A forecast a step.
    public let values: [Double]
  }

  /// The number of the origin, from 0, in time order.
  public let origin: Int
  /// The place of the series in ``BacktestReport/series``.
  public let series: Int
  /// The time of the last row that was known: milliseconds since 1970, or a row number without dates.
  public let cutoff: Int64
  /// The times that are forecast.
  public let times: [Int64]
  /// What came to pass; nil where it is missing, which is not scored.
  public let truths: [Double?]
  /// The forecasts of the trainings that did not fail, by seed.
  public internal(set) var trials: [Trial] = []
  /// The last value before the origin, repeated.
  public let lastValue: [Double]
  /// The last season before the origin, repeated; the last value where the series is shorter than a season.
  public let seasonal: [Double]
  /// Naive2 of the M4 competition: the last value, seasonally adjusted where the series is seasonal.
  public let naive2: [Double]
  /// What scaled errors are divided by, from all rows of the series before the origin.
  public let scales: NaiveScales
  /// The sum over the last rows before the origin, a season or a horizon of them, whichever is longer; nil where a
  /// value is negative, so that they are no volume.
  ///
  /// Missing values are filled as in inputs, so that rows without a value count by the `FillRule` of the table.
  public let volume: Double?

  /// Takes from a table what does not depend on a model; nil where no value is known before or behind the origin.
  ///
  /// The past is all of the series, whatever window models learn from: so backtests with different windows compare.
  init?(
    origin: Int, series: Int, rows: FoldRows, of table: SeriesTable, target: [Double], season: Int, horizon: Int
  ) throws {
    let one = table.series[series]
    let past = table.filledPast(target, of: one, before: rows.origin)
    let ahead = rows.origin..<rows.end
    guard let last = past.last, ahead.contains(where: { !target[$0].isNaN }) else { return nil }
    self.origin = origin
    self.series = series
    cutoff = table.times[rows.origin - 1]
    times = Array(table.times[ahead])
    truths = ahead.map { target[$0].isNaN ? nil : target[$0] }
    lastValue = [Double](repeating: last, count: ahead.count)
    seasonal =
      past.count >= season
      ? try NaiveForecast.seasonal(of: past, season: season, horizon: ahead.count) : lastValue
    naive2 = try NaiveForecast.naive2(of: past, season: season, horizon: ahead.count)
    let known = target[one.rows.lowerBound..<rows.origin]
    scales = try NaiveScales(of: Array(known), season: season)
    let recent = past.suffix(max(season, horizon))
    let sum = recent.reduce(0, +)
    volume = recent.contains { $0 < 0 } || !sum.isFinite ? nil : sum
  }

  /// A forecast a step by whom it is from.
  ///
  /// - Parameters:
  ///   - forecaster: Whose forecast.
  ///   - trial: The place in ``trials``, for that of the model.
  /// - Returns: The values, in the target's unit.
  func values(of forecaster: BacktestForecaster, trial: Int) -> [Double] {
    switch forecaster {
    case .model: trials[trial].values
    case .lastValue: lastValue
    case .seasonal: seasonal
    case .naive2: naive2
    }
  }
}

/// Whose forecasts are scored.
public enum BacktestForecaster: String, Codable, Sendable, CaseIterable {
  /// The trained model's.
  case model
  /// The last value before the origin.
  case lastValue = "last-value"
  /// The value one season earlier.
  case seasonal
  /// The M4 competition's Naive2.
  case naive2
}
