import Foundation

/// One cell of a delimited file: a view of its bytes without surrounding quotes.
struct Field {
  var start: UnsafePointer<UInt8>
  var end: UnsafePointer<UInt8>
  /// Whether the bytes hold doubled quotes that stand for one.
  var escaped = false

  var isEmpty: Bool { start == end }
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: end - start) }

  /// The field without spaces at its ends.
  @inline(__always)
  var trimmed: Field {
    var result = self
    while result.start < result.end, result.start.pointee == 0x20 { result.start += 1 }
    while result.end > result.start, (result.end - 1).pointee == 0x20 { result.end -= 1 }
    return result
  }

  func text(_ encoding: TextEncoding) -> String {
    let text = encoding.text(bytes)
    return escaped ? text.replacingOccurrences(of: "\"\"", with: "\"") : text
  }
}

/// Cuts a file into records and those into fields, with quotes as RFC 4180 has them.
struct RecordScanner {
  private(set) var position: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>
  private let separator: UInt8
  /// The fields of the record that was read last.
  private(set) var fields: [Field] = []
  /// The line of the file, from 1, in which the record that was read last starts.
  private(set) var line = 0
  private var nextLine: Int

  init(start: UnsafePointer<UInt8>, end: UnsafePointer<UInt8>, separator: UInt8, line: Int = 1) {
    position = start
    self.end = end
    self.separator = separator
    nextLine = line
    fields.reserveCapacity(64)
  }

  /// Whether all fields of the record are empty.
  var isBlank: Bool { fields.allSatisfy { $0.trimmed.isEmpty } }

  /// Reads the next record into ``fields``.
  ///
  /// - Returns: False at the end of the file.
  /// - Throws: ``UnclosedQuote`` when the file ends inside quotes.
  mutating func next() throws(UnclosedQuote) -> Bool {
    guard position < end else { return false }
    line = nextLine
    fields.removeAll(keepingCapacity: true)
    var p = position
    while true {
      if p < end, p.pointee == 0x22 {
        p = try quotedField(from: p)
      } else {
        let start = p
        while p < end, p.pointee != separator, p.pointee != 0x0A { p += 1 }
        fields.append(Field(start: start, end: p))
      }
      if p < end, p.pointee == separator {
        p += 1
        continue
      }
      break
    }
    if var last = fields.last, last.end > last.start, (last.end - 1).pointee == 0x0D, last.end == p {
      last.end -= 1
      fields[fields.count - 1] = last
    }
    position = p < end ? p + 1 : p
    nextLine += 1
    return true
  }

  /// Appends the field that starts with a quote.
  ///
  /// - Returns: Where the separator, the line's end or the file's end is.
  private mutating func quotedField(from quote: UnsafePointer<UInt8>) throws(UnclosedQuote) -> UnsafePointer<UInt8> {
    var field = Field(start: quote + 1, end: quote + 1)
    var p = quote + 1
    while true {
      guard p < end else { throw UnclosedQuote(line: line) }
      if p.pointee == 0x22 {
        if p + 1 < end, (p + 1).pointee == 0x22 {
          field.escaped = true
          p += 2
          continue
        }
        break
      }
      if p.pointee == 0x0A { nextLine += 1 }
      p += 1
    }
    field.end = p
    p += 1
    fields.append(field)
    while p < end, p.pointee != separator, p.pointee != 0x0A { p += 1 }
    return p
  }
}

/// A quote that opens in `line` and never closes.
struct UnclosedQuote: Error {
  let line: Int
}
