/// What a running command has at hand.
package struct Context: Sendable {
  /// The values of its parameters.
  package let arguments: Arguments
  /// Where output goes.
  package let console: Console
  /// Tells when to stop early.
  package let cancellation: CancellationFlag
  /// The variables of the process, by name; library code never looks at them.
  package let environment: [String: String]

  /// The value of a parameter.
  package subscript<Value>(option: Option<Value>) -> Value { arguments[option] }

  /// Whether results are wanted as JSON lines.
  package var wantsJSON: Bool { self[GlobalOption.json] }

  /// Whether progress and notes are unwanted.
  package var isQuiet: Bool { self[GlobalOption.quiet] }

  /// Writes results; a line end is added.
  package func print(_ line: String) {
    console.write(line + "\n")
  }

  /// Writes a remark about the work to standard error, unless the user wants quiet.
  package func note(_ sentence: String) {
    if !isQuiet { console.writeError("espalier: \(sentence)\n") }
  }

  /// Starts a progress report, which `--quiet` silences.
  package func progress(_ label: String, total: Int?, before: Int = 0) -> ProgressReporter {
    ProgressReporter(label, total: total, before: before, console: console, isSilent: isQuiet)
  }
}
