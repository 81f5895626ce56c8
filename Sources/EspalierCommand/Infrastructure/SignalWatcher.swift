import Dispatch
import Foundation

/// Turns Ctrl-C and a request to terminate into a cancellation; a second one ends the process at once.
///
/// A process makes one and keeps it: on Linux, Dispatch delivers no signal to a source made after an earlier one for
/// the same signal was cancelled.
package final class SignalWatcher {
  private let sources: [any DispatchSourceSignal]

  /// Starts watching, for as long as the watcher lives.
  package init(_ flag: CancellationFlag, note: @escaping @Sendable (String) -> Void) {
    let queue = DispatchQueue(label: "espalier.signals")
    sources = [SIGINT, SIGTERM].map { number in
      // The default action would end the process before the source sees the signal.
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        if flag.isCancelled {
          signal(number, SIG_DFL)
          kill(getpid(), number)
        } else {
          flag.cancel(signal: number)
          note("espalier: stopping; press Ctrl-C again to stop at once.\n")
        }
      }
      // A signal that comes before the system knows of the source would be lost.
      let isReady = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { isReady.signal() }
      source.resume()
      isReady.wait()
      return source
    }
  }

  deinit {
    sources.forEach { $0.cancel() }
  }
}
