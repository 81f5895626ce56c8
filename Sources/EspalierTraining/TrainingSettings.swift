import EspalierData
import EspalierNN
import EspalierTensor

/// What is trained and how, whatever the data: task, model, training, regularizer and seed.
public struct TrainingSettings: Codable, Equatable, Sendable {
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

  /// Synaptic pruning, which leaves half of the weights.
  public static let usualRegularizer = RegularizerConfiguration(kind: .synapticPruning)

  /// Describes a training.
  public init(
    task: TaskSettings = TaskSettings(), model: ModelConfiguration,
    training: TrainingConfiguration = TrainingConfiguration(),
    regularizer: RegularizerConfiguration = TrainingSettings.usualRegularizer, seed: UInt64 = 42
  ) {
    self.task = task
    self.model = model
    self.training = training
    self.regularizer = regularizer
    self.seed = seed
  }

  /// Checks everything that needs no data.
  ///
  /// - Throws: A typed error of the part that is wrong.
  public func validate() throws {
    try sizes(nil).validate()
    try training.validate()
    try regularizer.validate()
  }

  /// Prepares data and builds the model.
  ///
  /// - Parameters:
  ///   - loaded: The data.
  ///   - checkpoint: Where to go on; its settings and data must be these.
  /// - Returns: The training, at its beginning or where the checkpoint was written.
  /// - Throws: A typed error when a setting is out of range or does not fit the data.
  public func prepare(_ loaded: LoadedData, resuming checkpoint: TrainingCheckpoint? = nil) throws -> PreparedTraining {
    try validate()
    var task = task
    task.normalization = task.normalization ?? model.kind.usualNormalization(under: task.evaluation)
    let data = try loaded.prepare(task)
    return try prepare(loaded, data, sizes(data.fitted), from: nil, resuming: checkpoint)
  }

  func prepare(
    _ loaded: LoadedData, _ data: PreparedData, _ sizes: ModelConfiguration, from start: StartingWeights?,
    resuming checkpoint: TrainingCheckpoint?
  ) throws -> PreparedTraining {
    let run = RunConfiguration(model: sizes, training: training, regularizer: regularizer, seed: seed)
    var notes = loaded.table.notes + data.notes
    if let note = start?.note(on: data) { notes.append(note) }
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
