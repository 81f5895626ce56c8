import EspalierData
import Synchronization

/// A training of a ``Forecaster`` that is under way.
///
/// It goes on whether anybody listens or not, until it ends or ``cancel()`` stops it.
public struct ForecasterTraining: Sendable {
  private let feed: EpochFeed
  private let flag: CancellationFlag
  private let task: Task<FittedForecaster, any Error>

  init(_ settings: TrainingSettings, data: LoadedData, checkpoint: CheckpointFile?) {
    let (feed, flag) = (EpochFeed(), CancellationFlag())
    (self.feed, self.flag) = (feed, flag)
    task = Task.detached {
      do {
        let fitted = try await onOwnThread(named: "espalier training") {
          try FittedForecaster(
            training: settings, on: data, checkpoint: checkpoint, progress: feed.add, isCancelled: { flag.isCancelled })
        }
        feed.finish(nil)
        return fitted
      } catch TrainingError.cancelled {
        feed.finish(CancellationError())
        throw CancellationError()
      } catch {
        feed.finish(error)
        throw error
      }
    }
  }

  /// The epochs, from the first one of this training on, as they are finished.
  ///
  /// Every use of this property is a sequence of its own that begins with the first epoch, whenever it is asked for.
  /// A listener that is slow or stops early holds nothing up. The sequence throws what the training throws, and ends when
  /// the listening task is cancelled. A training that goes on with a checkpoint tells the epochs that are left.
  public var epochs: AsyncThrowingStream<EpochRecord, any Error> { feed.stream() }

  /// The model, once it is trained and tested.
  ///
  /// Waiting does not end when the waiting task is cancelled: the training is another one, see ``cancel()``.
  ///
  /// - Throws: `CancellationError` after ``cancel()``, or what the training throws.
  public var value: FittedForecaster {
    get async throws { try await task.value }
  }

  /// The model; cancelling the waiting task cancels the training.
  var valueUntilCancelled: FittedForecaster {
    get async throws {
      try await withTaskCancellationHandler {
        try await value
      } onCancel: {
        cancel()
      }
    }
  }

  /// Stops the training before its next step; its checkpoint, where there is one, is then written to that step.
  ///
  /// ``value`` throws once that is done.
  public func cancel() { flag.cancel() }
}

/// What a training has told so far, for any number of listeners.
final class EpochFeed: Sendable {
  private struct State {
    var epochs: [EpochRecord] = []
    var listeners: [Int: AsyncThrowingStream<EpochRecord, any Error>.Continuation] = [:]
    var nextListener = 0
    var isFinished = false
    var failure: (any Error)?
  }

  private let state = Mutex(State())

  func add(_ epoch: EpochRecord) {
    state.withLock { state in
      state.epochs.append(epoch)
      for listener in state.listeners.values { listener.yield(epoch) }
    }
  }

  /// Ends all sequences, with an error where the training failed.
  func finish(_ failure: (any Error)?) {
    let listeners = state.withLock { state in
      state.isFinished = true
      state.failure = failure
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for listener in listeners { listener.finish(throwing: failure) }
  }

  /// A sequence of all epochs; what a listener has not taken yet waits, at most as many as a training has.
  func stream() -> AsyncThrowingStream<EpochRecord, any Error> {
    let (stream, continuation) = AsyncThrowingStream<EpochRecord, any Error>.makeStream()
    let number = state.withLock { state -> Int? in
      for epoch in state.epochs { continuation.yield(epoch) }
      guard !state.isFinished else { return nil }
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    guard let number else {
      continuation.finish(throwing: state.withLock { $0.failure })
      return stream
    }
    // Called at once when the listener has gone already.
    continuation.onTermination = { [weak self] _ in self?.forget(number) }
    return stream
  }

  private func forget(_ listener: Int) {
    state.withLock { state in state.listeners[listener] = nil }
  }
}
