/// A command line that cannot be carried out as written; exit code 64.
package enum UsageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No option has this name. The name carries its dashes.
  case unknownOption(String, nearest: String?, command: String)
  /// No sub-command has this name.
  case unknownCommand(String, nearest: String?, command: String)
  /// An option that takes a value stands without one.
  case missingValue(option: String, expected: String)
  /// A flag was given a value.
  case flagWithValue(option: String)
  /// A value is outside what its option or argument takes.
  case badValue(name: String, value: String, expected: String, nearest: String?)
  /// An option that takes one value stands twice.
  case repeated(option: String)
  /// A required option or argument is absent.
  case missing(name: String, command: String)
  /// A word is left over.
  case unexpected(String, command: String)
  /// Options that are fine one by one don't go together; the sentence says which and what to do.
  case conflict(String)

  /// One sentence that says what to write instead.
  package var description: String {
    switch self {
    case .unknownOption(let name, let nearest, let command):
      "unknown option '\(name)'; " + Self.hint(nearest, else: "'\(command) --help' lists the options.")
    case .unknownCommand(let name, let nearest, let command):
      "unknown command '\(name)'; " + Self.hint(nearest, else: "'\(command) --help' lists the commands.")
    case .missingValue(let option, let expected):
      "\(option) needs a value: \(expected)."
    case .flagWithValue(let option):
      "\(option) takes no value; leave out what follows '='."
    case .badValue(let name, let value, let expected, let nearest):
      "\(name) must be \(expected), not '\(value)'" + (nearest.map { "; did you mean '\($0)'?" } ?? ".")
    case .repeated(let option):
      "\(option) was given twice; give it once."
    case .missing(let name, let command):
      "\(name) is missing; '\(command) --help' says what to give."
    case .unexpected(let word, let command):
      "'\(word)' is one argument too many; '\(command) --help' shows the usage."
    case .conflict(let sentence):
      sentence
    }
  }

  private static func hint(_ nearest: String?, else other: String) -> String {
    nearest.map { "did you mean '\($0)'?" } ?? other
  }
}
