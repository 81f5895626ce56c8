/// How a delimited file is written: found out from its first records.
struct FileFormat {
  let separator: UInt8
  /// `.` or `,`.
  let decimal: UInt8
  let encoding: TextEncoding

  /// Separators in the order in which they are preferred when nothing else decides.
  private static let separators: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
  private static let sampledRecords = 200

  /// Finds the format of a file's bytes, which start behind a byte-order mark.
  static func detect(_ bytes: UnsafeBufferPointer<UInt8>, options: ReadOptions) -> FileFormat {
    let separator = options.separator?.utf8.first ?? detectSeparator(bytes)
    let comma: Bool
    if let given = options.decimalComma {
      comma = given
    } else {
      comma = separator != 0x2C && usesDecimalComma(bytes, separator: separator)
    }
    return FileFormat(separator: separator, decimal: comma ? 0x2C : 0x2E, encoding: .detect(bytes))
  }

  /// The separator with which most records have as many fields as the header, then the one that gives most fields.
  private static func detectSeparator(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
    var best: (separator: UInt8, agreeing: Int, fields: Int) = (separators[0], 0, 1)
    for separator in separators {
      var header = 0
      var agreeing = 0
      forEachRecord(bytes, separator: separator) { fields in
        if header == 0 { header = fields.count }
        agreeing += fields.count == header ? 1 : 0
      }
      guard header > 1 else { continue }
      if (agreeing, header) > (best.agreeing, best.fields) || best.fields == 1 {
        best = (separator, agreeing, header)
      }
    }
    return best.separator
  }

  /// Whether more cells look like `2,6` than like `2.6`.
  private static func usesDecimalComma(_ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8) -> Bool {
    var commas = 0
    var points = 0
    forEachRecord(bytes, separator: separator) { fields in
      for field in fields where !field.isEmpty {
        let cell = field.trimmed
        if cell.bytes.contains(0x2C), NumberParsing.parse(cell.start, cell.end, decimal: 0x2C) != nil { commas += 1 }
        if cell.bytes.contains(0x2E), NumberParsing.parse(cell.start, cell.end, decimal: 0x2E) != nil { points += 1 }
      }
    }
    return commas > points
  }

  private static func forEachRecord(
    _ bytes: UnsafeBufferPointer<UInt8>, separator: UInt8, _ body: ([Field]) -> Void
  ) {
    guard let base = bytes.baseAddress else { return }
    var scanner = RecordScanner(start: base, end: base + bytes.count, separator: separator)
    var seen = 0
    while seen < sampledRecords, (try? scanner.next()) == true {
      if scanner.isBlank { continue }
      body(scanner.fields)
      seen += 1
    }
  }
}
