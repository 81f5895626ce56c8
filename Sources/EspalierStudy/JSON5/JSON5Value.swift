/// A value of a JSON5 text, which knows where it stands.
package struct JSON5Value: Equatable, Sendable {
  /// What a value holds.
  package enum Content: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(JSON5Number)
    case string(String)
    case array([JSON5Value])
    /// The members in the order of the text; no two have the same key.
    case object([JSON5Member])
  }

  /// What it holds.
  package let content: Content
  /// Where its first character stands.
  package let position: JSON5Position

  /// What sort of value it is.
  package var kind: JSON5Kind {
    switch content {
    case .null: .null
    case .bool: .bool
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }
}

extension JSON5Value {
  /// The truth value, if it is one.
  package var bool: Bool? { if case .bool(let value) = content { value } else { nil } }
  /// The number, if it is one.
  package var number: JSON5Number? { if case .number(let number) = content { number } else { nil } }
  /// The text, if it is one.
  package var string: String? { if case .string(let text) = content { text } else { nil } }
  /// The elements, if it is an array.
  package var elements: [JSON5Value]? { if case .array(let elements) = content { elements } else { nil } }
  /// The members, if it is an object.
  package var members: [JSON5Member]? { if case .object(let members) = content { members } else { nil } }
}

/// A key with its value.
package struct JSON5Member: Equatable, Sendable {
  /// The key, with escapes resolved.
  package let key: String
  /// Where the key stands.
  package let position: JSON5Position
  /// The value.
  package let value: JSON5Value
}

/// The sorts of values that JSON5 has.
package enum JSON5Kind: Hashable, Sendable {
  case null, bool, number, string, array, object
}

extension JSON5Value: CustomStringConvertible {
  /// The value in a few words, for error messages.
  package var description: String {
    switch content {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let number): number.text.shortened
    case .string(let text): text.quoted
    case .array: "a list"
    case .object: "an object"
    }
  }
}

extension String {
  /// The text, cut where it would swamp a sentence.
  var shortened: String {
    let longest = 60
    return unicodeScalars.count > longest ? String(unicodeScalars.prefix(longest)) + "…" : self
  }

  /// The text, shortened, in quotation marks, with what can't be seen written as escapes.
  var quoted: String {
    var result = "\""
    for scalar in shortened.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result += scalar.isVisible ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
    return result + "\""
  }
}

extension Unicode.Scalar {
  /// Whether printing the character shows it and moves nothing else about.
  var isVisible: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
