import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTensor

/// One training from data to tested model, as a plain value: what `espalier train` runs.
public struct TrainingJob: Codable, Equatable, Sendable {
  /// The data.
  public var source: DataSource
  /// How far back and ahead, and how it is judged.
  public var task: TaskSettings
  /// The model; inputs, look-back and horizon come with the data and the task.
  public var model: ModelConfiguration
  /// How it is trained.
  public var training: TrainingConfiguration
  /// What regularizes it.
  public var regularizer: RegularizerConfiguration
  /// Drives initialization, shuffling and dropout.
  public var seed: UInt64
  /// The model that the weights come from, which then decides about `task` and `model`; nil draws them.
  public var warmStart: WarmStart?

  /// Describes a training.
  public init(
    source: DataSource, task: TaskSettings = TaskSettings(), model: ModelConfiguration,
    training: TrainingConfiguration = TrainingConfiguration(),
    regularizer: RegularizerConfiguration = RegularizerConfiguration(kind: .synapticPruning), seed: UInt64 = 42,
    warmStart: WarmStart? = nil
  ) {
    self.warmStart = warmStart
    self.source = source
    self.task = task
    self.model = model
    self.training = training
    self.regularizer = regularizer
    self.seed = seed
  }

  /// Reads and prepares the data and builds the model.
  ///
  /// - Parameter checkpoint: Where to go on; its settings and data must be these.
  /// - Returns: The training, at its beginning or where the checkpoint was written.
  /// - Throws: A typed error when a setting is out of range, the data can't be read, or the two don't fit.
  public func prepare(resuming checkpoint: TrainingCheckpoint? = nil) throws -> PreparedTraining {
    if let warmStart { return try prepare(warmStart, resuming: checkpoint) }
    // What needs no data is checked before a file that may be large is read.
    try sizes(nil).validate()
    try training.validate()
    try regularizer.validate()
    let loaded = try source.load()
    let data = try loaded.prepare(task)
    return try prepare(loaded, data, sizes(data.fitted), from: nil, resuming: checkpoint)
  }

  func prepare(
    _ loaded: LoadedData, _ data: PreparedData, _ sizes: ModelConfiguration, from start: StartingWeights?,
    resuming checkpoint: TrainingCheckpoint?
  ) throws -> PreparedTraining {
    let run = RunConfiguration(model: sizes, training: training, regularizer: regularizer, seed: seed)
    var notes = loaded.table.notes + data.notes
    if let checkpoint, checkpoint.simdTarget != Platform.simdTarget {
      notes.append(
        "The checkpoint was written on \(checkpoint.simdTarget) and this machine has \(Platform.simdTarget), so the last "
          + "digits may come out differently.")
    }
    return PreparedTraining(
      dataset: loaded.name, reading: loaded.reading, notes: notes,
      trainer: try checkpoint.map { try Trainer(resuming: $0, data: data, expecting: run) }
        ?? Trainer(run, data: data, from: start))
  }

  private func sizes(_ fitted: FittedPreparation?) -> ModelConfiguration {
    var result = model
    if let fitted { result.adopt(fitted) } else { result.features = 1 }
    result.lookback = task.lookback
    result.horizon = task.horizon
    return result
  }
}

/// A training whose data are in memory.
///
/// Belongs to one thread at a time.
public struct PreparedTraining {
  /// The name of the data.
  public let dataset: String
  /// How the data's file was read.
  public let reading: ReadOptions
  /// What was done to the data, one sentence each.
  public let notes: [String]
  /// Trains the model.
  public let trainer: Trainer

  /// Trains and tests the model.
  ///
  /// - Parameters:
  ///   - progress: Called after every epoch.
  ///   - isCancelled: Asked before every step.
  ///   - checkpoints: When the training is written down; nil never does it.
  /// - Returns: The training and its scores.
  /// - Throws: What ``Trainer`` throws, or a `MetricError` when the model has diverged.
  public func run(
    progress: (EpochRecord) -> Void = { _ in }, isCancelled: () -> Bool = { false },
    checkpoints: CheckpointPlan? = nil
  ) throws -> TrainingReport {
    let data = trainer.data
    let trial = try trainer.trial(progress: progress, isCancelled: isCancelled, checkpoints: checkpoints)
    return TrainingReport(
      dataset: dataset, target: data.fitted.target.name,
      inputs: data.inputNames + data.fitted.futureNames.map { "\($0) ahead" } + data.fitted.staticNames,
      windows: TrainingReport.Windows(
        train: data.train.count, validation: data.validation.count, test: data.test.count),
      parameters: trainer.model.parameterCount, task: data.fitted.task, grid: data.fitted.grid?.description,
      normalization: data.fitted.normalization,
      trial: trial, naive: try data.naiveMetrics(of: data.test))
  }

  /// The model as it is now, with all that forecasting needs.
  public var savedModel: SavedModel {
    SavedModel(
      model: trainer.model, run: trainer.configuration, preparation: trainer.data.fitted, reading: reading)
  }
}

/// A finished and tested training.
public struct TrainingReport: Codable, Equatable, Sendable {
  /// How many windows each part has.
  public struct Windows: Codable, Equatable, Sendable {
    /// Windows that were trained on.
    public let train: Int
    /// Windows that were stopped and selected by.
    public let validation: Int
    /// Windows that the metrics are about.
    public let test: Int

    /// Counts windows.
    public init(train: Int, validation: Int, test: Int) {
      self.train = train
      self.validation = validation
      self.test = test
    }
  }

  /// The name of the data.
  public let dataset: String
  /// The column that is forecast.
  public let target: String
  /// The names of the inputs.
  public let inputs: [String]
  /// How many windows there are.
  public let windows: Windows
  /// Trainable values, pruned ones included.
  public let parameters: Int
  /// What was forecast from what, and how it was judged.
  public let task: ForecastTask
  /// The distance between rows in words; nil without dates.
  public let grid: String?
  /// What was taken out of every window.
  public let normalization: WindowNormalization
  /// The training and its scores.
  public let trial: TrialResult
  /// The scores of the naive forecasts on the same windows.
  public let naive: NaiveMetrics

  /// Whether the model's mean absolute error is below that of both naive forecasts.
  public var beatsNaive: Bool {
    trial.metrics.mae < min(naive.lastValue.mae, naive.seasonal.mae)
  }
}
