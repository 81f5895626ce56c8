import Foundation
import Synchronization

/// Standard output or error, written without buffering and without ever trapping.
///
/// A reader that went away (`espalier ... | head`) or a full disk is remembered instead, and what follows is dropped.
package final class StandardStream: Sendable {
  /// What became of the writing.
  package enum State: Equatable, Sendable {
    case open
    /// The reader of the pipe is gone.
    case closed
    /// The system refused, for this reason.
    case failed(String)
  }

  private let handle: FileHandle
  private let current = Mutex(State.open)
  private let whenClosed: @Sendable () -> Void

  /// - Parameters:
  ///   - handle: An open descriptor.
  ///   - whenClosed: Called once when the reader turns out to be gone.
  package init(_ handle: FileHandle, whenClosed: @escaping @Sendable () -> Void = {}) {
    self.handle = handle
    self.whenClosed = whenClosed
  }

  package var state: State { current.withLock { $0 } }

  /// Whether it is a terminal.
  package var isTerminal: Bool { isatty(handle.fileDescriptor) == 1 }

  /// Columns of the terminal, between 40 and 120; 80 when it is none.
  package var width: Int {
    var size = winsize()
    guard isTerminal, ioctl(handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return min(max(Int(size.ws_col), 40), 120)
  }

  /// Writes all of a text, or remembers why not.
  package func write(_ text: String) {
    let closes = current.withLock { state in
      guard state == .open else { return false }
      state = write(bytes: Array(text.utf8))
      return state == .closed
    }
    if closes { whenClosed() }
  }

  private func write(bytes: [UInt8]) -> State {
    var start = 0
    while start < bytes.count {
      let (written, code) = bytes.withUnsafeBytes { buffer in
        let rest = UnsafeRawBufferPointer(rebasing: buffer[start...])
        let written = FileDescriptorWriting.write(handle.fileDescriptor, rest)
        return (written, errno)
      }
      if written > 0 {
        start += written
      } else if code == EPIPE {
        return .closed
      } else if code == EAGAIN {
        usleep(1000)
      } else if code != EINTR {
        return .failed(String(cString: strerror(code)))
      }
    }
    return .open
  }
}
