import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTraining

/// One setting of a study: what its runs have in common but for the seed.
///
/// A setting of a grid may have several candidates, of which validation picks one, as a dropout rate is tuned: see
/// ``StudyCell/candidate``.
public struct StudySetting: Codable, Equatable, Hashable, Sendable {
  /// The part of the study, as the specification names it.
  public var grid: String
  /// The data set, as the specification names it.
  public var dataset: String
  /// How honest the evaluation is.
  public var evaluation: Evaluation
  /// The model.
  public var model: ModelKind
  /// Steps of history.
  public var lookback: Int
  /// Steps to forecast.
  public var horizon: Int
  /// The method, as the specification names it.
  public var method: String

  /// Names a setting.
  public init(
    grid: String, dataset: String, evaluation: Evaluation, model: ModelKind, lookback: Int, horizon: Int, method: String
  ) {
    self.grid = grid
    self.dataset = dataset
    self.evaluation = evaluation
    self.model = model
    self.lookback = lookback
    self.horizon = horizon
    self.method = method
  }
}

/// A setting with its runs, in the order of their seeds.
public struct StudyCell: Codable, Equatable, Sendable {
  /// What the runs have in common.
  public let setting: StudySetting
  /// The value that validation picked where the method is tuned, such as `dropout 0.2`; nil where there was no choice.
  public let candidate: String?
  /// The seeds that the specification asks for.
  public let planned: Int
  /// The finished runs.
  public let runs: [StudyRunRecord]
  /// The runs that the specification asks for: the seeds, once for every value that validation picks from.
  public let places: Int
  /// How many of these are finished, those of other values than the picked one too.
  public let finishedPlaces: Int

  /// Collects runs of a setting; without numbers of places, that of a setting with one value.
  public init(
    setting: StudySetting, candidate: String?, planned: Int, runs: [StudyRunRecord], places: Int? = nil,
    finishedPlaces: Int? = nil
  ) {
    self.setting = setting
    self.candidate = candidate
    self.planned = planned
    self.runs = runs
    self.places = places ?? planned
    self.finishedPlaces = finishedPlaces ?? runs.count
  }
}

/// One finished run as the store has it, without its forecasts.
public struct StudyRunRecord: Codable, Equatable, Sendable {
  /// The row in the store: `SELECT * FROM run WHERE id = …`.
  public let id: Int
  /// The seed.
  public let seed: UInt64
  /// The forecasts of the test windows, scored in the target's unit.
  public let metrics: ForecastMetrics
  /// The mean over test windows of the deviation between Monte Carlo passes, in the target's unit; nil for others.
  public let spread: Double?
  /// The training: its epochs, the selected one, how sparse every layer became, seconds of processor time.
  public let training: TrainingResult
  /// Trainable values, pruned ones included.
  public let parameters: Int
  /// Bytes that weights, optimizer state and the tape of one step took at the end.
  public let memoryBytes: Int
  /// Seconds of processor time of the whole run.
  public let seconds: Double
  /// The row of the machine that it was made on.
  public let environment: Int
  /// The first epoch that could be selected, counted from 0; nil where the evaluation has a rule of its own.
  public let firstSelectedEpoch: Int?

  /// Describes a finished run.
  public init(
    id: Int, seed: UInt64, metrics: ForecastMetrics, spread: Double?, training: TrainingResult, parameters: Int,
    memoryBytes: Int, seconds: Double, environment: Int, firstSelectedEpoch: Int? = nil
  ) {
    self.id = id
    self.seed = seed
    self.metrics = metrics
    self.spread = spread
    self.training = training
    self.parameters = parameters
    self.memoryBytes = memoryBytes
    self.seconds = seconds
    self.environment = environment
    self.firstSelectedEpoch = firstSelectedEpoch
  }
}
