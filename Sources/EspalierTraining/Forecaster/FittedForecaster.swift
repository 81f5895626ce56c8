import EspalierData
import EspalierTensor
import Foundation

/// A trained model that forecasts, with all that it needs for it.
///
/// A value that any number of tasks may use at once: it holds the bytes of the model's file, from which every forecast
/// makes a model of its own.
public struct FittedForecaster: Sendable {
  /// The training with its scores on the test part; nil for a forecaster that was read from a file.
  public let report: TrainingReport?
  /// The run that trained it.
  public let run: RunConfiguration
  /// How its data were prepared, with everything that was fitted.
  public let preparation: FittedPreparation
  /// Up to where data have had a part in the model; nil in files that don't say.
  public let extent: TrainingExtent?

  private let file: Data
  private let data: LoadedData?

  /// Trains and tests a model on the calling thread.
  init(
    training settings: TrainingSettings, on data: LoadedData, checkpoint: CheckpointFile?,
    progress: (EpochRecord) -> Void, isCancelled: () -> Bool
  ) throws {
    let resumed = try checkpoint.flatMap { $0.resumes ? try TrainingCheckpoint(path: $0.path) : nil }
    let training = try settings.prepare(data, resuming: resumed)
    // A file that can't be written is told before the training and not after it.
    if let checkpoint { try training.trainer.checkpoint().write(path: checkpoint.path) }
    let report = try training.run(
      progress: progress, isCancelled: isCancelled,
      checkpoints: checkpoint.map { CheckpointPlan(path: $0.path, every: $0.interval) })
    try self.init(training.savedModel, report: report, data: data)
  }

  /// Takes a finished model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - report: Its training.
  ///   - data: The data that ``forecast(horizon:levels:method:)`` goes on behind.
  /// - Throws: `EncodingError` or a `SafetensorsError` when the model can't be put into a file.
  public init(_ model: SavedModel, report: TrainingReport? = nil, data: LoadedData? = nil) throws {
    file = try model.data()
    run = model.run
    preparation = model.preparation
    extent = model.extent
    self.report = report
    self.data = data
  }

  /// Reads a model's file.
  ///
  /// - Parameter path: A file that ``write(path:)`` or `espalier train --out` wrote.
  /// - Throws: A `SafetensorsError`, a `ModelError`, or a ``SavedModelError`` when the file is no model of this version.
  public init(path: String) throws {
    try self.init(try SavedModel(path: path))
  }

  /// Writes the model's file beside the path and then renames it.
  ///
  /// - Throws: A `SafetensorsError` when the file cannot be written.
  public func write(path: String) throws {
    try DurableFile.write(file, path: path)
  }

  /// The model for everything that a file's model can do, such as being shrunk or exported; every call makes one.
  ///
  /// - Throws: Nothing that can be expected: the bytes were a model's.
  public func savedModel() throws -> SavedModel { try SavedModel(SafetensorsFile(data: file)) }

  /// Forecasts what comes after the end of the data that the model was trained on.
  ///
  /// - Parameters:
  ///   - horizon: Steps to forecast, the first ones of the model's horizon; nil takes them all.
  ///   - levels: The coverages of intervals, each strictly between 0 and 1; empty makes none.
  ///   - method: How intervals come about.
  /// - Returns: The forecasts in the target's unit.
  /// - Throws: ``ForecastRequestError``, `CancellationError`, or a typed error when the data can't be forecast.
  public func forecast(
    horizon: Int? = nil, levels: [Double] = [], method: IntervalMethod = .adaptive
  ) async throws -> ForecastReport {
    try await forecast(ForecastRequest(horizon: horizon, levels: levels, method: method))
  }

  /// Forecasts what comes after the end of a table, such as a newer one.
  ///
  /// - Parameters:
  ///   - table: Data with the columns that the model reads, those of the training included where intervals are wanted.
  ///   - horizon: As in ``forecast(horizon:levels:method:)``.
  ///   - levels: As there.
  ///   - method: As there.
  /// - Returns: As there.
  /// - Throws: As there.
  public func forecast(
    after table: SeriesTable, horizon: Int? = nil, levels: [Double] = [], method: IntervalMethod = .adaptive
  ) async throws -> ForecastReport {
    try await forecast(ForecastRequest(horizon: horizon, levels: levels, method: method), after: table)
  }

  /// Forecasts with everything that a request can say; see ``forecast(horizon:levels:method:)``.
  ///
  /// It runs on a thread of its own; cancelling the calling task ends it.
  ///
  /// - Parameters:
  ///   - request: How many steps, and which intervals.
  ///   - table: The data; nil takes those of the training.
  ///   - threads: How many threads forecast side by side, at least 1; forecasts do not depend on it.
  /// - Returns: As there.
  /// - Throws: As there.
  public func forecast(
    _ request: ForecastRequest, after table: SeriesTable? = nil, threads: Int = 1
  ) async throws -> ForecastReport {
    guard let table = table ?? data?.table else { throw ForecastRequestError.withoutData }
    let flag = CancellationFlag()
    do {
      return try await withTaskCancellationHandler {
        try await onOwnThread(named: "espalier forecast") {
          try savedModel().forecast(
            table, request, dataset: data?.name ?? "table", threads: threads, isCancelled: { flag.isCancelled })
        }
      } onCancel: {
        flag.cancel()
      }
    } catch TrainingError.cancelled {
      throw CancellationError()
    }
  }
}
