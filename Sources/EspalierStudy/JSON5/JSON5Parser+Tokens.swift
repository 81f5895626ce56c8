extension JSON5Parser {
  /// Steps over spaces, line ends and comments.
  mutating func skipSpace() throws(JSON5Error) {
    while let scalar = cursor.next {
      if scalar.isJSON5Space {
        cursor.advance()
      } else if scalar == "/" {
        try skipComment()
      } else {
        return
      }
    }
  }

  private mutating func skipComment() throws(JSON5Error) {
    let position = cursor.position
    cursor.advance()
    if cursor.accept("/") {
      while let scalar = cursor.next, !scalar.isLineTerminator { cursor.advance() }
      return
    }
    guard cursor.accept("*") else { throw cursor.expected("\"/\" or \"*\", which begin a comment") }
    while cursor.next != nil {
      if cursor.accept("*") {
        if cursor.accept("/") { return }
      } else {
        cursor.advance()
      }
    }
    throw JSON5Error(position: position, problem: .unclosed("comment", by: "*/"))
  }

  /// Reads a number as it stands; what follows must not belong to a word.
  mutating func readNumber() throws(JSON5Error) -> JSON5Number {
    let start = cursor.index
    if !cursor.accept("+") { _ = cursor.accept("-") }
    switch (cursor.next, cursor.peek(1)) {
    case ("I", _): try readName("Infinity")
    case ("N", _): try readName("NaN")
    case ("0", "x"), ("0", "X"):
      cursor.advance()
      cursor.advance()
      guard cursor.next?.hexadecimalValue != nil else { throw cursor.expected("a hexadecimal digit") }
      while cursor.next?.hexadecimalValue != nil { cursor.advance() }
    default: try readDecimal()
    }
    if let scalar = cursor.next, scalar.continuesIdentifier || scalar == "." || scalar == "\\" {
      throw cursor.expected("the end of the number")
    }
    return JSON5Number(text: cursor.text(from: start))
  }

  private mutating func readName(_ name: String) throws(JSON5Error) {
    for scalar in name.unicodeScalars {
      guard cursor.accept(scalar) else { throw cursor.expected("\"\(scalar)\" of \"\(name)\"") }
    }
  }

  private mutating func readDecimal() throws(JSON5Error) {
    if cursor.accept("0") {
      if cursor.next?.isDigit == true { throw cursor.expected("no more digits after a leading zero") }
      if cursor.accept(".") { skipDigits() }
    } else if cursor.accept(".") {
      try readDigits()
    } else {
      try readDigits()
      if cursor.accept(".") { skipDigits() }
    }
    if cursor.accept("e") || cursor.accept("E") {
      if !cursor.accept("+") { _ = cursor.accept("-") }
      try readDigits()
    }
  }

  private mutating func readDigits() throws(JSON5Error) {
    guard cursor.next?.isDigit == true else { throw cursor.expected("a digit") }
    skipDigits()
  }

  private mutating func skipDigits() {
    while cursor.next?.isDigit == true { cursor.advance() }
  }

  /// Reads a string in quotation marks or apostrophes and resolves its escapes.
  mutating func readString() throws(JSON5Error) -> String {
    let position = cursor.position
    let quotation: Unicode.Scalar = cursor.next == "'" ? "'" : "\""
    cursor.advance()
    var text = String.UnicodeScalarView()
    while let scalar = cursor.next, scalar != "\n", scalar != "\r" {
      cursor.advance()
      switch scalar {
      case quotation: return String(text)
      case "\\":
        if let escaped = try readEscape() { text.append(escaped) }
      default: text.append(scalar)
      }
    }
    throw JSON5Error(position: position, problem: .unclosed("string", by: String(quotation)))
  }

  /// Reads what follows a backslash; nil for the end of a line, which is left out of the string, and of the text.
  private mutating func readEscape() throws(JSON5Error) -> Unicode.Scalar? {
    guard let scalar = cursor.next else { return nil }
    if scalar.isDigit, scalar != "0" || cursor.peek(1)?.isDigit == true {
      throw cursor.expected("an escape other than of digits")
    }
    if scalar == "u" { return try readUnicodeEscape() }
    cursor.advance()
    switch scalar {
    case "b": return "\u{08}"
    case "f": return "\u{0C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "v": return "\u{0B}"
    case "0": return "\0"
    case "x": return Unicode.Scalar(try readHexadecimal(digits: 2))
    case "\r":
      _ = cursor.accept("\n")
      return nil
    case "\n", "\u{2028}", "\u{2029}": return nil
    default: return scalar
    }
  }

  /// Reads `uXXXX`, or a pair of such escapes for a character beyond the first 65,536.
  private mutating func readUnicodeEscape() throws(JSON5Error) -> Unicode.Scalar {
    let position = cursor.position
    cursor.advance()
    let first = try readHexadecimal(digits: 4)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let half = JSON5Error(position: position, problem: .halfCharacter)
    guard first < 0xDC00, cursor.next == "\\", cursor.peek(1) == "u" else { throw half }
    cursor.advance()
    cursor.advance()
    let second = try readHexadecimal(digits: 4)
    guard (0xDC00..<0xE000).contains(second) else { throw half }
    guard let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) else { throw half }
    return scalar
  }

  /// Reads an exact number of hexadecimal digits, at most eight.
  mutating func readHexadecimal(digits: Int) throws(JSON5Error) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = cursor.next?.hexadecimalValue else { throw cursor.expected("a hexadecimal digit") }
      value = value << 4 | digit
      cursor.advance()
    }
    return value
  }
}
