/// Where a command's output goes; tests put closures in place of the standard streams.
package struct Console: Sendable {
  /// Takes results, as standard output does; lines carry their own line ends.
  package let write: @Sendable (String) -> Void
  /// Takes errors, notes and progress, as standard error does.
  package let writeError: @Sendable (String) -> Void
  /// Columns that help, tables and progress may fill.
  package let width: Int
  /// Whether errors and progress go to a terminal, where one line may be drawn over and over.
  package let isErrorTerminal: Bool
  /// Seconds since some fixed moment, never running backwards.
  package let now: @Sendable () -> Double

  package init(
    width: Int = 80, isErrorTerminal: Bool = false, now: @escaping @Sendable () -> Double = Console.uptime,
    write: @escaping @Sendable (String) -> Void, writeError: @escaping @Sendable (String) -> Void
  ) {
    self.write = write
    self.writeError = writeError
    self.width = width
    self.isErrorTerminal = isErrorTerminal
    self.now = now
  }

  /// Seconds of the system's monotonic clock.
  package static func uptime() -> Double {
    let elapsed = start.duration(to: .now).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }

  private static let start = ContinuousClock.now
}
