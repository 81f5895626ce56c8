import Synchronization

/// Shows how far long work has come: one live line on a terminal, a plain line now and then elsewhere.
///
/// May be told of progress from any thread.
package final class ProgressReporter: Sendable {
  /// Seconds between two drawings of the live line.
  static let liveInterval = 0.1
  /// Seconds between two plain lines.
  static let plainInterval = 10.0

  private struct State {
    var done = 0
    var detail = ""
    var lastShown: Double
    var isDrawn = false
    var isFinished = false
  }

  private let label: String
  /// Nil when nobody knows.
  private let total: Int?
  private let before: Int
  private let console: Console
  private let isSilent: Bool
  private let start: Double
  private let state: Mutex<State>

  /// - Parameters:
  ///   - label: What is being done, a few words.
  ///   - total: Steps of the whole work, values below 1 count as 1; nil when nobody knows, then details alone are shown.
  ///   - before: Steps that an earlier run did, which say nothing about the time that is left.
  ///   - console: Progress goes to its error side.
  ///   - isSilent: Shows nothing at all.
  package init(_ label: String, total: Int?, before: Int = 0, console: Console, isSilent: Bool = false) {
    self.label = label
    self.total = total.map { max(1, $0) }
    self.before = max(0, before)
    self.console = console
    self.isSilent = isSilent
    start = console.now()
    state = Mutex(State(done: max(0, before), lastShown: start))
  }

  /// Tells that steps were done, and maybe a detail such as the current loss.
  package func advance(by steps: Int = 1, detail: String? = nil) {
    guard !isSilent else { return }
    state.withLock { state in
      state.done = min(total ?? .max, state.done + max(0, steps))
      if let detail { state.detail = detail }
      let now = console.now()
      let interval = console.isErrorTerminal ? Self.liveInterval : Self.plainInterval
      guard !state.isFinished, now - state.lastShown >= interval else { return }
      show(&state, at: now)
    }
  }

  /// Writes a line of results while the live line stands, which is drawn again below it.
  package func print(_ line: String) {
    interrupt { console.write(line + "\n") }
  }

  /// Writes a remark to standard error, as ``Context/note(_:)`` does, while the live line stands.
  package func note(_ sentence: String) {
    guard !isSilent else { return }
    interrupt { console.writeError("espalier: \(sentence)\n") }
  }

  private func interrupt(_ write: () -> Void) {
    state.withLock { state in
      let wasDrawn = state.isDrawn
      erase(&state)
      write()
      if wasDrawn { show(&state, at: console.now()) }
    }
  }

  /// Ends the report: the live line goes, elsewhere a last plain line says how long the work took.
  package func finish() {
    guard !isSilent else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      erase(&state)
      if !console.isErrorTerminal && state.done == total {
        console.writeError("\(label): done in \(Self.clock(console.now() - start))\n")
      }
    }
  }

  private func erase(_ state: inout State) {
    if state.isDrawn { console.writeError("\r\u{1B}[K") }
    state.isDrawn = false
  }

  private func show(_ state: inout State, at now: Double) {
    state.lastShown = now
    var parts: [String] = []
    if let total {
      parts.append("\(Int(Double(state.done) / Double(total) * 100)) %")
      let fraction = Double(state.done - before) / Double(total - before)
      if state.done > before { parts.append("\(Self.clock((now - start) * (1 - fraction) / fraction)) left") }
    }
    if !state.detail.isEmpty { parts.append(state.detail) }
    let line = "\(label): " + parts.joined(separator: ", ")
    if console.isErrorTerminal {
      console.writeError("\r\u{1B}[K" + line.prefix(console.width - 1))
      state.isDrawn = true
    } else {
      console.writeError(line + "\n")
    }
  }

  /// Seconds as minutes and seconds, `1:05`, with hours before them when there are any, rounded up.
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    let whole = Int(max(0, seconds).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(padded(minutes)):\(padded(rest))" : "\(minutes):\(padded(rest))"
  }
}
