import EspalierData
import EspalierNN

/// A finished backtest: every forecast, and scores over all of them, by origin, by step and by series.
///
/// Lists of scores have the model first, then last value, and with a season seasonal naive and Naive2.
public struct BacktestReport: Codable, Equatable, Sendable {
  /// The name of the data.
  public let dataset: String
  /// What was forecast from what.
  public let task: ForecastTask
  /// The origins.
  public let configuration: BacktestConfiguration
  /// Rows from one origin to the next.
  public let step: Int
  /// Rows of a sliding window; nil for an expanding one.
  public let windowRows: Int?
  /// The trainings' settings; their seeds are counted on from this one.
  public let run: RunConfiguration
  /// The ids of the series; one empty id when the data are no panel.
  public let series: [String]
  /// Whether times are dates.
  public let hasDates: Bool
  /// Whether dates need a time of day to be told apart.
  public let hasTimeOfDay: Bool
  /// What was done to the data and what to bear in mind, as in ``Backtest/notes``, then what was done to the folds' data
  /// or left out of them, one sentence each.
  public let notes: [String]
  /// The trainings that did not fail, in the order of origins and then seeds.
  public let trainings: [BacktestTraining]
  /// The origins that some training did not forecast from; their windows count neither for it nor for naive forecasts.
  public let failures: [BacktestFailure]
  /// The forecasts, in the order of origins and then series.
  public let forecasts: [BacktestForecast]
  /// The scores of all forecasts.
  public let overall: [BacktestScores]
  /// The scores of every origin; an empty list where no training forecast.
  public let byOrigin: [[BacktestScores]]
  /// The scores of every step of the horizon.
  public let byStep: [[BacktestScores]]
  /// The scores of every series; an empty list for one that was never forecast.
  public let bySeries: [[BacktestScores]]

  /// Whether the data are a panel.
  public var isPanel: Bool { series != [""] }

  /// Whether MAE and RMSE mix the units of several channels, so that the largest unit decides about them.
  public var mixesUnits: Bool { task.channels != nil && series.count > 1 }

  /// Whether the model's error is below those of all naive forecasts.
  ///
  /// That is the mean absolute error, and MASE where that would mix units; false where no window has a MASE.
  public var beatsNaive: Bool {
    guard let model = overall.first.flatMap(decisiveError) else { return false }
    return overall.dropFirst().allSatisfy { model < decisiveError($0) ?? .infinity }
  }

  /// What forecasters are compared by.
  package func decisiveError(_ scores: BacktestScores) -> Double? { mixesUnits ? scores.mase : scores.mae }
}

/// One training of a backtest.
public struct BacktestTraining: Codable, Equatable, Sendable {
  /// The number of the origin that it knew what lies before, from 0.
  public let origin: Int
  /// Its seed.
  public let seed: UInt64
  /// Windows that were trained on.
  public let trainWindows: Int
  /// Windows that were stopped and selected by.
  public let validationWindows: Int
  /// Epochs that were trained.
  public let epochs: Int
  /// The epoch whose weights forecast, counted from 0.
  public let selectedEpoch: Int
  /// The share of prunable weights that were gone.
  public let sparsity: Double
}

/// An origin that a training could not forecast from.
public struct BacktestFailure: Codable, Equatable, Sendable {
  /// The number of the origin, from 0.
  public let origin: Int
  /// The seed of the training.
  public let seed: UInt64
  /// What went wrong, in a sentence.
  public let reason: String
}

/// How far a backtest has come, after an epoch of one of its trainings or at the end of one.
public struct BacktestProgress: Sendable {
  /// The number of the training's origin, from 0.
  public let origin: Int
  /// Its seed.
  public let seed: UInt64
  /// The epoch that is over; nil at the training's end.
  public let record: EpochRecord?
  /// Epochs since the last call that are over or not needed; they add up to ``Backtest/work``.
  public let advance: Int
}
