import Synchronization

/// Tells long work that it should come to a clean end; set from a signal or a closed pipe, polled by the work.
package final class CancellationFlag: Sendable {
  private let code = Atomic<Int32>(0)

  package init() {}

  /// Whether the work should end.
  package var isCancelled: Bool { exitCode != nil }

  /// The exit code that the first request asked for.
  package var exitCode: Int32? {
    let code = code.load(ordering: .acquiring)
    return code == 0 ? nil : code
  }

  /// Asks for the end; a second request changes nothing.
  ///
  /// - Parameter signal: The number of the signal behind it; the exit code becomes 128 plus that.
  package func cancel(signal: Int32) {
    _ = code.compareExchange(expected: 0, desired: 128 + signal, ordering: .acquiringAndReleasing)
  }

  /// Throws ``Interruption`` when the work should end.
  package func check() throws(Interruption) {
    if let exitCode { throw Interruption(exitCode: exitCode) }
  }
}

/// Thrown by work that ended because it was asked to; prints nothing.
package struct Interruption: Error, Equatable, Sendable {
  /// 130 after Ctrl-C, 128 plus the signal's number in general.
  package let exitCode: Int32

  package init(exitCode: Int32) {
    self.exitCode = exitCode
  }
}
