/// A place that moves through the characters of a text and keeps count of lines.
struct JSON5Cursor {
  private let scalars: [Unicode.Scalar]
  private(set) var index = 0
  private var line = 1
  private var lineStart = 0

  /// Decodes a text; a byte order mark at its beginning is stepped over.
  ///
  /// - Throws: ``JSON5Error/Problem/notUTF8`` at the first character that is malformed.
  init(utf8 bytes: some Sequence<UInt8>) throws(JSON5Error) {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(bytes.underestimatedCount)
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var isValid = true
    reading: while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let encoded): scalars.append(Unicode.UTF8.decode(encoded))
      case .emptyInput: break reading
      case .error:
        isValid = false
        break reading
      }
    }
    self.scalars = scalars
    if scalars.first == "\u{FEFF}" {
      index = 1
      lineStart = 1
    }
    guard isValid else {
      while next != nil { advance() }
      throw JSON5Error(position: position, problem: .notUTF8)
    }
  }

  /// The character that is next, or nil at the end.
  var next: Unicode.Scalar? { peek(0) }

  /// The character some places after the next one, or nil beyond the end.
  func peek(_ offset: Int) -> Unicode.Scalar? {
    index + offset < scalars.count ? scalars[index + offset] : nil
  }

  /// The place of the next character.
  var position: JSON5Position { JSON5Position(line: line, column: index - lineStart + 1) }

  /// Steps over the next character, if there is one.
  mutating func advance() {
    guard let scalar = next else { return }
    index += 1
    if scalar == "\n" || (scalar == "\r" && next != "\n") {
      line += 1
      lineStart = index
    }
  }

  /// Steps over a character if it is next.
  mutating func accept(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    advance()
    return true
  }

  /// The characters from a place that was passed to the next one.
  func text(from start: Int) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars[start..<index])
    return String(text)
  }

  /// Says that the next character is not what the grammar needs.
  func expected(_ expectation: String) -> JSON5Error {
    JSON5Error(position: position, problem: .syntax(expected: expectation, found: found))
  }

  /// The next character in words.
  private var found: String {
    switch next {
    case nil: "the end of the text"
    case "\n", "\r", "\u{2028}", "\u{2029}": "the end of the line"
    case "\"": "'\"'"
    case let scalar? where scalar.isVisible && scalar != " ": "\"\(scalar)\""
    case " ": "a space"
    case let scalar?:
      "the character U+" + String(repeating: "0", count: max(0, 4 - String(scalar.value, radix: 16).count))
        + String(scalar.value, radix: 16, uppercase: true)
    }
  }
}

extension Unicode.Scalar {
  /// Whether the grammar ends lines at the character: LF, CR, LS or PS.
  var isLineTerminator: Bool { [0x0A, 0x0D, 0x2028, 0x2029].contains(value) }

  /// Whether the character may stand between tokens.
  var isJSON5Space: Bool {
    switch value {
    case 0x09...0x0D, 0x20, 0xA0, 0x2028, 0x2029, 0xFEFF: true
    case 0..<0x80: false
    default: properties.generalCategory == .spaceSeparator
    }
  }

  /// Whether a key without quotation marks may begin with the character.
  var startsIdentifier: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber: true
    default: self == "$" || self == "_"
    }
  }

  /// Whether a key without quotation marks may go on with the character.
  var continuesIdentifier: Bool {
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .decimalNumber, .connectorPunctuation: true
    default: startsIdentifier || value == 0x200C || value == 0x200D
    }
  }

  /// Whether the character is one of 0 to 9.
  var isDigit: Bool { ("0"..."9").contains(self) }

  /// The value of a hexadecimal digit.
  var hexadecimalValue: UInt32? {
    switch self {
    case "0"..."9": value - 0x30
    case "a"..."f": value - 0x61 + 10
    case "A"..."F": value - 0x41 + 10
    default: nil
    }
  }
}
