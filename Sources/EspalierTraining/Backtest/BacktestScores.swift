import EspalierStatistics

/// How good the forecasts of one forecaster are, over windows: one a series, origin and seed.
///
/// Errors are in the target's unit, means over all scored steps. The others are means over windows, as in M4 and M5.
public struct BacktestScores: Codable, Equatable, Sendable {
  /// Whose forecasts.
  public let forecaster: BacktestForecaster
  /// Windows that were scored.
  public let windows: Int
  /// Steps that were scored, all windows together.
  public let count: Int
  /// Mean absolute error.
  public let mae: Double
  /// Root of the mean squared error.
  public let rmse: Double
  /// The mean of the windows' sMAPE, 0 to 200.
  public let smape: Double
  /// The mean of the windows' MASE over those that have one; nil where none has.
  ///
  /// - Source: Hyndman and Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001.
  public let mase: Double?
  /// The mean of the windows' RMSSE over those that have one; nil where none has.
  public let rmsse: Double?
  /// The overall weighted average of sMAPE and MASE relative to Naive2; nil where MASE is, or where Naive2 makes no error.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014.
  public let owa: Double?
  /// RMSSE weighed by the series' recent volume; nil where volumes say nothing, as of a single series.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2022, doi:10.1016/j.ijforecast.2021.11.013.
  public let wrmsse: Double?
  /// Windows without MASE, because their past is no longer than a season or never differs from the season before.
  public let withoutScale: Int

  /// Takes windows together.
  ///
  /// - Parameters:
  ///   - forecaster: Whose forecasts.
  ///   - errors: The sums over all scored steps.
  ///   - own: The scores of every window.
  ///   - naive2: Those of Naive2 on the same windows.
  ///   - weights: The windows' weights in WRMSSE; nil leaves it out.
  /// - Throws: A `MetricError` or a `SeriesError` when nothing is scored.
  init(
    _ forecaster: BacktestForecaster, errors: ForecastErrors, own: [SeriesMetrics], naive2: [SeriesMetrics],
    weights: [Double]?
  ) throws {
    let all = try PanelMetrics(series: own, naive2: naive2)
    let pairs = try ForecastMetrics(errors)
    self.forecaster = forecaster
    windows = own.count
    (count, mae, rmse) = (pairs.count, pairs.mae, pairs.rmse)
    (smape, mase, owa) = (all.smape, all.mase, all.owa)
    // With equal weights.
    rmsse = all.wrmsse
    wrmsse = try weights.flatMap { try PanelMetrics(series: own, naive2: naive2, weights: $0).wrmsse }
    withoutScale = own.count { $0.mase == nil }
  }
}

/// Scores the forecasts of a backtest, all together and by origin, step and series.
struct BacktestScorer {
  /// A window of one training with its weight.
  private struct Entry {
    let forecast: BacktestForecast
    let trial: Int
    let weight: Double?
  }

  private let entries: [Entry]
  private let forecasters: [BacktestForecaster]

  /// Takes forecasts.
  ///
  /// - Parameters:
  ///   - forecasts: Those that at least one training made.
  ///   - season: Steps of a season; without one, last value, seasonal naive and Naive2 are the same.
  ///   - weighs: Whether series are weighed by volume.
  init(_ forecasts: [BacktestForecast], season: Int, weighs: Bool) {
    var totals: [Int: Double] = [:]
    let isWeighed = weighs && forecasts.allSatisfy { $0.volume != nil }
    for forecast in forecasts { totals[forecast.origin, default: 0] += forecast.volume ?? 0 }
    let hasTotals = totals.values.allSatisfy { $0 > 0 && $0.isFinite }
    entries = forecasts.flatMap { forecast in
      let share = (forecast.volume ?? 0) / (totals[forecast.origin] ?? 1)
      return forecast.trials.indices.map {
        Entry(forecast: forecast, trial: $0, weight: isWeighed && hasTotals ? share : nil)
      }
    }
    forecasters = season > 1 ? BacktestForecaster.allCases : [.model, .lastValue]
  }

  /// The scores of everything.
  func overall() throws -> [BacktestScores] { try scores(entries) }

  /// The scores of every origin; an empty list where no training forecast.
  func byOrigin(_ count: Int) throws -> [[BacktestScores]] { try scores(by: \.origin, count) }

  /// The scores of every series, without weights; an empty list where none was forecast.
  func bySeries(_ count: Int) throws -> [[BacktestScores]] { try scores(by: \.series, count, isWeighed: false) }

  /// The scores of every step of the horizon.
  func byStep(_ horizon: Int) throws -> [[BacktestScores]] { try (0..<horizon).map { try scores(entries, step: $0) } }

  private func scores(
    by key: KeyPath<BacktestForecast, Int>, _ count: Int, isWeighed: Bool = true
  ) throws -> [[BacktestScores]] {
    let groups = Dictionary(grouping: entries) { $0.forecast[keyPath: key] }
    return try (0..<count).map { try scores(groups[$0] ?? [], isWeighed: isWeighed) }
  }

  /// The scores of some windows, or of one step of them, for every forecaster.
  private func scores(_ entries: [Entry], step: Int? = nil, isWeighed: Bool = true) throws -> [BacktestScores] {
    let entries = entries.filter { entry in
      let truths = entry.forecast.truths
      return step.map { truths.indices.contains($0) && truths[$0] != nil } ?? true
    }
    guard !entries.isEmpty else { return [] }
    let weights = entries.compactMap(\.weight)
    let hasWeights = isWeighed && weights.count == entries.count && weights.contains { $0 > 0 }
    let sums = try forecasters.map { try self.sums(entries, $0, step: step) }
    // OWA needs Naive2 also where it isn't listed, for want of a season.
    let listed = forecasters.firstIndex(of: .naive2).map { sums[$0] }
    let naive2 = try (listed ?? self.sums(entries, .naive2, step: step)).windows
    return try zip(forecasters, sums).map { forecaster, sums in
      try BacktestScores(
        forecaster, errors: sums.errors, own: sums.windows, naive2: naive2, weights: hasWeights ? weights : nil)
    }
  }

  private func sums(
    _ entries: [Entry], _ forecaster: BacktestForecaster, step: Int?
  ) throws -> (errors: ForecastErrors, windows: [SeriesMetrics]) {
    var all = ForecastErrors()
    var windows: [SeriesMetrics] = []
    for entry in entries {
      var own = ForecastErrors()
      let forecast = entry.forecast
      let values = forecast.values(of: forecaster, trial: entry.trial)
      for step in step.map({ $0..<$0 + 1 }) ?? forecast.truths.indices {
        try own.add(forecast: values[step], truth: forecast.truths[step] ?? .nan)
        try all.add(forecast: values[step], truth: forecast.truths[step] ?? .nan)
      }
      windows.append(try SeriesMetrics(name: "", errors: own, scales: forecast.scales))
    }
    return (all, windows)
  }
}
