/// Reads a JSON5 text into a tree whose values and keys know where they stand.
///
/// A reader of our own, because Foundation's lets a key stand twice and forgets the places. What differs from the
/// grammar: keys may not repeat, halves of surrogate pairs are refused, since no Swift string can hold them, and
/// arrays and objects lie inside each other at most ``depthLimit`` deep.
///
/// - Source: The JSON5 Data Interchange Format, version 1.0.0 (https://spec.json5.org).
package struct JSON5Parser {
  /// How many arrays and objects may lie inside each other.
  package static let depthLimit = 64

  var cursor: JSON5Cursor
  private var depth = 0

  /// Reads a text that holds one value, and comments.
  ///
  /// - Throws: ``JSON5Error`` with the first place where the text is not JSON5.
  package static func parse(_ text: String) throws(JSON5Error) -> JSON5Value { try parse(utf8: text.utf8) }

  /// Reads the bytes of a text, as the other method of this name does.
  package static func parse(utf8 bytes: some Sequence<UInt8>) throws(JSON5Error) -> JSON5Value {
    var parser = JSON5Parser(cursor: try JSON5Cursor(utf8: bytes))
    try parser.skipSpace()
    let value = try parser.readValue()
    try parser.skipSpace()
    guard parser.cursor.next == nil else { throw parser.cursor.expected("the end of the text") }
    return value
  }

  private init(cursor: JSON5Cursor) { self.cursor = cursor }

  private mutating func readValue() throws(JSON5Error) -> JSON5Value {
    let position = cursor.position
    let content: JSON5Value.Content
    switch cursor.next {
    case "{": content = .object(try nested { (parser) throws(JSON5Error) in try parser.readMembers() })
    case "[": content = .array(try nested { (parser) throws(JSON5Error) in try parser.readElements() })
    case "\"", "'": content = .string(try readString())
    case "+", "-", ".": content = .number(try readNumber())
    case let scalar? where scalar.isDigit: content = .number(try readNumber())
    case let scalar? where scalar.startsIdentifier: content = try readWord()
    default: throw cursor.expected("a value")
    }
    return JSON5Value(content: content, position: position)
  }

  /// Reads what lies one step deeper.
  private mutating func nested<Content>(
    _ read: (inout JSON5Parser) throws(JSON5Error) -> Content
  ) throws(JSON5Error) -> Content {
    guard depth < Self.depthLimit else {
      throw JSON5Error(position: cursor.position, problem: .tooDeep(limit: Self.depthLimit))
    }
    depth += 1
    cursor.advance()
    try skipSpace()
    let content = try read(&self)
    depth -= 1
    return content
  }

  private mutating func readElements() throws(JSON5Error) -> [JSON5Value] {
    var elements: [JSON5Value] = []
    while !cursor.accept("]") {
      elements.append(try readValue())
      try skipSpace()
      guard cursor.accept(",") else {
        guard cursor.accept("]") else { throw cursor.expected("a comma or the closing bracket of the list") }
        break
      }
      try skipSpace()
    }
    return elements
  }

  private mutating func readMembers() throws(JSON5Error) -> [JSON5Member] {
    var members: [JSON5Member] = []
    var lines: [String: Int] = [:]
    while !cursor.accept("}") {
      let position = cursor.position
      let key = try readKey()
      if let firstLine = lines.updateValue(position.line, forKey: key) {
        throw JSON5Error(position: position, problem: .duplicateKey(key, firstLine: firstLine))
      }
      try skipSpace()
      guard cursor.accept(":") else { throw cursor.expected("a colon after the key \(key.quoted)") }
      try skipSpace()
      members.append(JSON5Member(key: key, position: position, value: try readValue()))
      try skipSpace()
      guard cursor.accept(",") else {
        guard cursor.accept("}") else { throw cursor.expected("a comma or the closing brace of the object") }
        break
      }
      try skipSpace()
    }
    return members
  }

  private mutating func readKey() throws(JSON5Error) -> String {
    switch cursor.next {
    case "\"", "'": return try readString()
    case "\\": return try readIdentifier()
    case let scalar? where scalar.startsIdentifier: return try readIdentifier()
    default: throw cursor.expected("a key or the closing brace of the object")
    }
  }

  /// Reads a key without quotation marks, in which characters may be written as `\uXXXX`.
  private mutating func readIdentifier() throws(JSON5Error) -> String {
    var name = String.UnicodeScalarView()
    while let scalar = cursor.next {
      if scalar == "\\" {
        let before = cursor
        cursor.advance()
        guard cursor.accept("u") else { throw cursor.expected("\"u\" and four hexadecimal digits") }
        let escaped = Unicode.Scalar(try readHexadecimal(digits: 4))
        guard let escaped, name.isEmpty ? escaped.startsIdentifier : escaped.continuesIdentifier else {
          throw before.expected("an escape for a character that may stand in a key without quotation marks")
        }
        name.append(escaped)
      } else if scalar.continuesIdentifier {
        name.append(scalar)
        cursor.advance()
      } else {
        break
      }
    }
    return String(name)
  }

  /// Reads a value that is a word.
  private mutating func readWord() throws(JSON5Error) -> JSON5Value.Content {
    let position = cursor.position
    let start = cursor.index
    while let scalar = cursor.next, scalar.continuesIdentifier { cursor.advance() }
    let word = cursor.text(from: start)
    switch word {
    case "null": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "Infinity", "NaN": return .number(JSON5Number(text: word))
    default:
      let nearest = ["null", "true", "false", "Infinity", "NaN"].first { $0.lowercased() == word.lowercased() }
      throw JSON5Error(position: position, problem: .unquotedWord(word, nearest: nearest))
    }
  }
}
