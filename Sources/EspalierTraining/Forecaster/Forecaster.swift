import EspalierData

/// Trains a model on a table without blocking the caller, and gives back one that forecasts.
///
/// A training takes one thread for minutes. It runs on a thread of its own with the quality of service `utility`, so that
/// neither the caller's actor nor the few threads that Swift keeps for tasks wait for it.
public struct Forecaster: Sendable {
  /// What is forecast from what, and how it is learned.
  public let configuration: ForecasterConfiguration

  /// Describes a forecaster; nothing is trained yet.
  public init(_ configuration: ForecasterConfiguration) {
    self.configuration = configuration
  }

  /// Trains and tests the model.
  ///
  /// When the calling task is cancelled, the training stops before its next step, and the checkpoint, where there is one,
  /// is written to the very step before this returns.
  ///
  /// - Parameters:
  ///   - table: The data; rows count as neighbours, and `SeriesTable.onGrid(_:)` holds them against a regular grid.
  ///   - checkpoint: Where the training is written down, and whether it goes on from there; nil does neither.
  /// - Returns: The model with its scores on the test part.
  /// - Throws: A typed error when a setting is out of range or does not fit the data, `CancellationError`, or what
  ///   ``Trainer`` throws.
  public func fit(_ table: SeriesTable, checkpoint: CheckpointFile? = nil) async throws -> FittedForecaster {
    try await training(on: table, checkpoint: checkpoint).valueUntilCancelled
  }

  /// Trains and tests the model on data that say themselves what is forecast from what; see ``fit(_:checkpoint:)``.
  ///
  /// - Parameters:
  ///   - data: What a `DataSource` loads; the configuration's columns are not used.
  ///   - checkpoint: As there.
  /// - Returns: As there.
  /// - Throws: As there.
  public func fit(loaded data: LoadedData, checkpoint: CheckpointFile? = nil) async throws -> FittedForecaster {
    try await training(onLoaded: data, checkpoint: checkpoint).valueUntilCancelled
  }

  /// Begins to train, and returns at once.
  ///
  /// - Parameters:
  ///   - table: As in ``fit(_:checkpoint:)``.
  ///   - checkpoint: As there.
  /// - Returns: The training under way.
  /// - Throws: A typed error when a setting or the checkpoint's interval is out of range; what is wrong with the data, or
  ///   with the checkpoint's path, the training tells.
  public func training(on table: SeriesTable, checkpoint: CheckpointFile? = nil) throws -> ForecasterTraining {
    try configuration.validate()
    let data = try LoadedData(name: "table", table: table, columns: configuration.columns)
    return try training(onLoaded: data, checkpoint: checkpoint)
  }

  /// Begins to train on data that say themselves what is forecast from what; see ``training(on:checkpoint:)``.
  ///
  /// - Parameters:
  ///   - data: As in ``fit(_:checkpoint:)``.
  ///   - checkpoint: As there.
  /// - Returns: The training under way.
  /// - Throws: As ``training(on:checkpoint:)``.
  public func training(onLoaded data: LoadedData, checkpoint: CheckpointFile? = nil) throws -> ForecasterTraining {
    try configuration.settings.validate()
    try checkpoint?.interval.validate()
    return ForecasterTraining(configuration.settings, data: data, checkpoint: checkpoint)
  }
}

/// Where a training is written down, and whether it goes on from there.
public struct CheckpointFile: Equatable, Sendable {
  /// The file.
  public let path: String
  /// How often it is written; it always is when the training begins, ends or is cancelled.
  public let interval: CheckpointPlan.Interval
  /// Whether the training goes on with what the file holds.
  public let resumes: Bool

  /// A training that begins anew; a file that is there is replaced.
  public static func new(_ path: String, every interval: CheckpointPlan.Interval = .epochs(1)) -> CheckpointFile {
    CheckpointFile(path: path, interval: interval, resumes: false)
  }

  /// A training that goes on where the file was written, with the same settings and data, and ends with the same bits.
  public static func resuming(_ path: String, every interval: CheckpointPlan.Interval = .epochs(1)) -> CheckpointFile {
    CheckpointFile(path: path, interval: interval, resumes: true)
  }
}
