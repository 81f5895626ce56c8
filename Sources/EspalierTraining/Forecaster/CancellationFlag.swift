import Synchronization

/// Tells work on another thread that nobody waits for its end any more.
final class CancellationFlag: Sendable {
  private let flag = Atomic(false)

  /// Whether the work should stop.
  var isCancelled: Bool { flag.load(ordering: .acquiring) }

  /// Asks the work to stop; asking again changes nothing.
  func cancel() { flag.store(true, ordering: .releasing) }
}
