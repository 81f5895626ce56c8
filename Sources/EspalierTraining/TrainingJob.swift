import EspalierData
import EspalierNN

/// One training from data to tested model, as a plain value: what `espalier train` runs.
@dynamicMemberLookup
public struct TrainingJob: Equatable, Sendable {
  /// The data.
  public var source: DataSource
  /// What is trained and how; each of its members is one of the job, too.
  public var settings: TrainingSettings
  /// The model that the weights come from, which then decides about the task and the model; nil draws them.
  public var warmStart: WarmStart?

  /// Describes a training.
  public init(source: DataSource, settings: TrainingSettings, warmStart: WarmStart? = nil) {
    self.source = source
    self.settings = settings
    self.warmStart = warmStart
  }

  /// Describes a training by its parts.
  public init(
    source: DataSource, task: TaskSettings = TaskSettings(), model: ModelConfiguration,
    training: TrainingConfiguration = TrainingConfiguration(),
    regularizer: RegularizerConfiguration = TrainingSettings.usualRegularizer, seed: UInt64 = 42,
    warmStart: WarmStart? = nil
  ) {
    self.init(
      source: source,
      settings: TrainingSettings(task: task, model: model, training: training, regularizer: regularizer, seed: seed),
      warmStart: warmStart)
  }

  /// A member of ``settings``.
  public subscript<Value>(dynamicMember member: WritableKeyPath<TrainingSettings, Value>) -> Value {
    get { settings[keyPath: member] }
    set { settings[keyPath: member] = newValue }
  }

  /// Reads and prepares the data and builds the model.
  ///
  /// - Parameter checkpoint: Where to go on; its settings and data must be these.
  /// - Returns: The training, at its beginning or where the checkpoint was written.
  /// - Throws: A typed error when a setting is out of range, the data can't be read, or the two don't fit.
  public func prepare(resuming checkpoint: TrainingCheckpoint? = nil) throws -> PreparedTraining {
    if let warmStart { return try prepare(warmStart, resuming: checkpoint) }
    // What needs no data is checked before a file that may be large is read.
    try settings.validate()
    return try settings.prepare(try source.load(), resuming: checkpoint)
  }
}

// One object in files, as if the settings' members were the job's own.
extension TrainingJob: Codable {
  private enum CodingKeys: String, CodingKey { case source, warmStart }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    source = try container.decode(DataSource.self, forKey: .source)
    warmStart = try container.decodeIfPresent(WarmStart.self, forKey: .warmStart)
    settings = try TrainingSettings(from: decoder)
  }

  /// Writes the settings' members beside the job's.
  public func encode(to encoder: any Encoder) throws {
    try settings.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(source, forKey: .source)
    try container.encodeIfPresent(warmStart, forKey: .warmStart)
  }
}
