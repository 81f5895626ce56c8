import Foundation

/// Runs a command line from its words to an exit code.
package struct Program: Sendable {
  /// Exit codes that stand in the documentation.
  package enum ExitCode {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let usage: Int32 = 64
  }

  private let root: Command
  private let version: String

  package init(_ root: Command, version: String) {
    self.root = root
    self.version = version
  }

  /// Runs one command line.
  ///
  /// - Parameters:
  ///   - words: The words after the program's name.
  ///   - console: Where output goes.
  ///   - environment: The variables that commands may look at.
  ///   - cancellation: Set from outside when the work should end early.
  /// - Returns: 0 after success, 1 after a failure, 64 for a line that can't be carried out as written, 128 plus the
  ///   signal's number after an interruption. Every failure leaves one sentence on the error side.
  package func run(
    _ words: [String], console: Console, environment: [String: String] = [:],
    cancellation: CancellationFlag = CancellationFlag()
  ) -> Int32 {
    do {
      switch try ArgumentParser(root).parse(words) {
      case .version:
        console.write("\(root.name) \(version)\n")
      case .help(let path):
        console.write(HelpText(path, width: console.width).text)
      case .run(let path, let arguments):
        let context = Context(
          arguments: arguments, console: console, cancellation: cancellation, environment: environment)
        try path.last?.body?(context)
      }
      return ExitCode.success
    } catch let interruption as Interruption {
      return interruption.exitCode
    } catch {
      // Work that was cut short may report that as a failure of its own.
      if let code = cancellation.exitCode, error is CancellationError { return code }
      console.writeError("\(root.name): \(Self.sentence(for: error))\n")
      return error is UsageError ? ExitCode.usage : ExitCode.failure
    }
  }

  /// Runs the command line of this process on its standard streams, with Ctrl-C under control.
  package func runProcess() -> Int32 {
    let cancellation = CancellationFlag()
    // A reader that goes away then shows as an error of the next write, instead of ending the process in mid-work.
    signal(SIGPIPE, SIG_IGN)
    let output = StandardStream(.standardOutput) { cancellation.cancel(signal: SIGPIPE) }
    let errors = StandardStream(.standardError)
    let console = Console(
      width: output.width, isErrorTerminal: errors.isTerminal, write: output.write, writeError: errors.write)
    // Swift reads the command line from /proc on Linux and finds none where that is not mounted, as in a bare chroot.
    guard !CommandLine.arguments.isEmpty else {
      errors.write("\(root.name): the command line can't be read because /proc is missing; mount it and try again.\n")
      return ExitCode.failure
    }
    let watcher = SignalWatcher(cancellation) { sentence in
      // The live line of a progress report may stand there.
      errors.write(errors.isTerminal ? "\r\u{1B}[K" + sentence : sentence)
    }
    let code = withExtendedLifetime(watcher) {
      run(
        Array(CommandLine.arguments.dropFirst()), console: console, environment: ProcessInfo.processInfo.environment,
        cancellation: cancellation)
    }
    switch output.state {
    case .failed(let reason) where code == ExitCode.success:
      errors.write("\(root.name): standard output could not be written: \(reason).\n")
      return ExitCode.failure
    case .closed where code == ExitCode.success:
      return 128 + SIGPIPE
    default:
      return code
    }
  }

  /// An error in one line: its own description, or the system's words for errors that only carry a number.
  static func sentence(for error: any Error) -> String {
    let text: String
    switch error {
    case let error as CocoaError: text = error.localizedDescription
    case let error as POSIXError: text = error.localizedDescription
    case let error as any LocalizedError: text = error.errorDescription ?? String(describing: error)
    default: text = String(describing: error)
    }
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// A failure with a sentence that stands nowhere else; exit code 1.
package struct CommandFailure: Error, Equatable, Sendable, CustomStringConvertible {
  /// One sentence that tells the user what to do.
  package let description: String

  package init(_ sentence: String) {
    description = sentence
  }
}
