import EspalierData
import EspalierNN
import EspalierTraining

/// One training of a study: all that its result is a function of, and nothing else.
///
/// Neither labels nor paths are part of it, so that a run which two grids ask for is done once.
public struct StudyRun: Codable, Equatable, Sendable {
  /// The data.
  public let data: StudyData
  /// How far back and ahead, and how it is judged.
  public let task: TaskSettings
  /// The model; its inputs come with the data and are written as 1.
  public let model: ModelConfiguration
  /// How it is trained.
  public let training: TrainingConfiguration
  /// What regularizes it.
  public let regularizer: RegularizerConfiguration
  /// Drives initialization, shuffling and dropout.
  public let seed: UInt64
  /// Says that losses are measured in scaled units where windows are divided by their deviation; nil elsewhere.
  ///
  /// A store of before that has other losses for such runs, with which none of today's may be compared.
  private let lossUnits: String?

  /// Describes a run; settings that say the same become the same.
  public init(
    data: StudyData, task: TaskSettings, model: ModelConfiguration, training: TrainingConfiguration,
    regularizer: RegularizerConfiguration, seed: UInt64
  ) {
    var (task, model, training) = (task, model, training)
    if task.normalization == nil {
      let usual = task.evaluation == .strict ? WindowNormalization.lastValue : .none
      task.normalization = model.kind.usualNormalization(under: task.evaluation) ?? usual
    }
    model.features = 1
    model.lookback = task.lookback
    model.horizon = task.horizon
    // The paper's evaluation has a rule of its own, which knows neither such an epoch nor this patience.
    if task.evaluation == .paper {
      training.firstSelectedEpoch = nil
      training.patience = TrainingConfiguration().patience
    }
    // Windows have the look-back's history anyway.
    if let history = task.validationHistory, task.evaluation == .paper || history <= task.lookback {
      task.validationHistory = nil
    }
    self.data = data
    self.task = task
    self.model = model
    self.training = training
    self.regularizer = regularizer
    self.seed = seed
    lossUnits = task.normalization == .meanAndDeviation && !training.loss.isDistribution ? "scaled" : nil
  }

  /// The run for data whose inputs have been counted.
  public func configuration(inputs: Int) -> RunConfiguration {
    var model = model
    model.features = inputs
    return RunConfiguration(model: model, training: training, regularizer: regularizer, seed: seed)
  }

  /// The run as canonical JSON: sorted keys, numbers in the fewest digits that read back as the same number.
  public var canonicalJSON: String {
    get throws { try StudyRunText(self).text(seed: seed) }
  }

  /// The key of a run: the SHA-256 of its canonical JSON, in hexadecimal digits.
  static func key(canonicalJSON: String) -> String { SHA256.hex(Array(canonicalJSON.utf8)) }
}

/// The canonical JSON of runs that differ in their seed alone, encoded once.
struct StudyRunText {
  private let beforeSeed: String
  private let afterSeed: String

  /// Encodes a run.
  init(_ run: StudyRun) throws {
    let whole = try CanonicalJSON.text(of: run)
    let parts = try [
      #""task":"# + CanonicalJSON.text(of: run.task), #""training":"# + CanonicalJSON.text(of: run.training),
    ]
    // Keys are sorted: only task and training stand behind the seed.
    afterSeed = "," + parts.joined(separator: ",") + "}"
    beforeSeed = String(whole.dropLast(afterSeed.count + String(run.seed).count))
  }

  /// The canonical JSON of the run with a seed.
  func text(seed: UInt64) -> String { beforeSeed + String(seed) + afterSeed }
}

/// What the runs of a study share when they are trained on the same windows.
struct StudyTask: Codable, Equatable, Sendable {
  let data: StudyData
  let lookback: Int
  let horizon: Int
  let evaluation: Evaluation
  let scaler: ScalerKind
  let normalization: WindowNormalization?
  let calendar: Bool
  let validationHistory: Int?

  /// The task of a run.
  init(_ run: StudyRun) {
    data = run.data
    lookback = run.task.lookback
    horizon = run.task.horizon
    evaluation = run.task.evaluation
    scaler = run.task.scaler
    normalization = run.task.normalization
    calendar = run.task.calendar
    validationHistory = run.task.validationHistory
  }

  /// Its settings.
  var settings: TaskSettings {
    var settings = TaskSettings(
      lookback: lookback, horizon: horizon, evaluation: evaluation, scaler: scaler, normalization: normalization,
      calendar: calendar)
    settings.validationHistory = validationHistory
    return settings
  }
}
