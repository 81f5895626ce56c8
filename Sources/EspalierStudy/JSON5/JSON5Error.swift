/// A JSON5 text that is malformed or does not say what was asked for; prints as one sentence with line and column.
public struct JSON5Error: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    /// Something else stands where the grammar needs something.
    case syntax(expected: String, found: String)
    /// Bytes that are no UTF-8.
    case notUTF8
    /// A string or a comment without an end, and what would close it.
    case unclosed(String, by: String)
    /// Half of a character that is written as two escapes.
    case halfCharacter
    /// A word that is no value of JSON5, and the value that it resembles.
    case unquotedWord(String, nearest: String?)
    /// Arrays and objects inside each other to a depth beyond the limit.
    case tooDeep(limit: Int)
    /// A key that an object has already, and the line of the first.
    case duplicateKey(String, firstLine: Int)
    /// A key that nobody asked for, what the object is, and which keys there are.
    case unknownKey(String, of: String, nearest: String?, known: [String])
    /// A key that is not there, what the object is, and a key that may be a slip of the missing one.
    case missingKey(String, of: String, resembling: String?)
    /// A value of another kind or out of range.
    case unsuitable(expected: String, found: String, nearest: String?)
    /// An array with the same element twice, and the place of the first.
    case repetition(String, first: String)
    /// A value that does not go with others, as a sentence.
    case refused(String)
  }

  /// Where it is.
  public let position: JSON5Position
  /// Which value it is, such as `grids[2].pruning.sparsity`; empty for the whole text and where the grammar is violated.
  public let path: String
  /// What is wrong.
  public let problem: Problem

  /// Describes a problem.
  public init(position: JSON5Position, path: String = "", problem: Problem) {
    self.position = position
    self.path = path
    self.problem = problem
  }

  /// One sentence for a person.
  public var description: String { "line \(position.line), column \(position.column): \(sentence)" }

  private var sentence: String {
    switch problem {
    case .syntax(let expected, let found): "expected \(expected), but found \(found)."
    case .notUTF8: "the text is not UTF-8 here; save it in that encoding."
    case .unclosed(let what, let end): "the \(what) that begins here has no end; close it with \(end)."
    case .halfCharacter: "this escape is half of a character; write both halves, or the character itself."
    case .unquotedWord(let word, let nearest):
      "\(word.quoted) is no value; "
        + (nearest.map { "write \($0)." } ?? "put it in quotation marks if it is a text.")
    case .tooDeep(let limit): "arrays and objects lie inside each other more than \(limit) deep; make it flatter."
    case .duplicateKey(let key, let firstLine):
      "the key \(key.quoted) stands in line \(firstLine) already; remove one of them."
    case .unknownKey(let key, let label, let nearest, let known):
      "there is no key \(key.quoted) in \(named(label))\(advice(nearest, known: known))"
    case .missingKey(let key, let label, let resembling):
      "\(named(label)) needs the key \(key.quoted)"
        + (resembling.map { "; is \($0.quoted) meant to be it?" } ?? ".")
    case .unsuitable(let expected, let found, let nearest):
      "\(path.isEmpty ? "the whole text" : path) must be \(expected), but it is \(found)"
        + (nearest.map { "; did you mean \($0.quoted)?" } ?? ".")
    case .repetition(let value, let first): "\(path) is \(value), as \(first) is already; remove one of them."
    case .refused(let sentence): path.isEmpty ? sentence : "\(path): \(sentence)"
    }
  }

  /// An object by its place and what it is.
  private func named(_ label: String) -> String { path.isEmpty ? label : "\(path) (\(label))" }

  private func advice(_ nearest: String?, known: [String]) -> String {
    if let nearest { return "; did you mean \(nearest.quoted)?" }
    switch known.count {
    case 0: return ", which has no keys."
    case 1: return "; its only key is \(known[0].quoted)."
    default: return "; its keys are \(known.map(\.quoted).joined(separator: ", "))."
    }
  }
}
