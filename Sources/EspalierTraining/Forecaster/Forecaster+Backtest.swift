import EspalierData
import Foundation
import Synchronization

extension Forecaster {
  /// Forecasts from many moments of the past, by trainings on what was known then, and scores what came to pass.
  ///
  /// The trainings run on threads of their own. When the calling task is cancelled, they stop before their next step.
  ///
  /// - Parameters:
  ///   - table: The data; rows count as neighbours, and `SeriesTable.onGrid(_:)` holds them against a regular grid.
  ///   - origins: From where forecasts are made and what they may learn from. Everything else is the forecaster's:
  ///     columns, task, model, training, regularizer and seed. A split of its columns doesn't apply.
  ///   - threads: Trainings at once, at least 1. Results do not depend on it.
  ///   - progress: Called after every epoch and every training, from any thread.
  /// - Returns: The forecasts and their scores, beside those of naive forecasts. What a training could not forecast
  ///   stands in the report's failures.
  /// - Throws: A typed error when a setting is out of range or does not fit the data, `CancellationError`, or the first
  ///   failure when there is no forecast at all.
  public func backtest(
    _ table: SeriesTable, at origins: BacktestConfiguration = BacktestConfiguration(),
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    progress: @escaping @Sendable (BacktestProgress) -> Void = { _ in }
  ) async throws -> BacktestReport {
    try configuration.validate()
    let data = try LoadedData(name: "table", table: table, columns: configuration.columns)
    return try await backtest(loaded: data, at: origins, threads: threads, progress: progress)
  }

  /// Does the same with data that say themselves what is forecast from what; see
  /// ``backtest(_:at:threads:progress:)``.
  ///
  /// - Parameters:
  ///   - data: What a `DataSource` loads; the configuration's columns are not used.
  ///   - origins: As there.
  ///   - threads: As there.
  ///   - progress: As there.
  /// - Returns: As there.
  /// - Throws: As there.
  public func backtest(
    loaded data: LoadedData, at origins: BacktestConfiguration = BacktestConfiguration(),
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    progress: @escaping @Sendable (BacktestProgress) -> Void = { _ in }
  ) async throws -> BacktestReport {
    let settings = configuration.settings
    let cancellation = CancellationMark()
    do {
      return try await withTaskCancellationHandler {
        try await onOwnThread(named: "espalier backtest") {
          try Backtest(origins, loaded: data, settings: settings).run(
            threads: threads, progress: progress, isCancelled: { cancellation.isSet })
        }
      } onCancel: {
        cancellation.set()
      }
    } catch TrainingError.cancelled {
      throw CancellationError()
    }
  }
}

/// Tells work on other threads that its task was cancelled.
private final class CancellationMark: Sendable {
  private let mark = Atomic(false)

  var isSet: Bool { mark.load(ordering: .relaxed) }

  func set() { mark.store(true, ordering: .relaxed) }
}
