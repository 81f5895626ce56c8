/// The rows of a file in the file's order, one buffer a column.
final class ParsedRows {
  let layout: FileLayout
  private(set) var count = 0
  private(set) var blankLines = 0
  /// Milliseconds since 1970; without dates what a column of whole numbers says, or else row numbers.
  let times: UnsafeMutablePointer<Int64>
  /// One buffer a column of numbers; nil where an optional column held text.
  private(set) var numbers: [UnsafeMutablePointer<Double>?]
  private(set) var texts: [TextCodes]
  private(set) var series: TextCodes?
  private let capacity: Int

  /// - Parameters:
  ///   - layout: Which field goes where.
  ///   - capacity: At least as many rows as the file has.
  init(layout: FileLayout, capacity: Int) {
    self.layout = layout
    self.capacity = capacity
    times = .allocate(capacity: capacity)
    numbers = layout.numbers.map { _ in .allocate(capacity: capacity) }
    texts = layout.texts.map { _ in TextCodes() }
    series = layout.series.map { _ in TextCodes() }
  }

  deinit {
    times.deallocate()
    for buffer in numbers { buffer?.deallocate() }
  }

  /// Hands a column's values over and frees its buffer.
  func takeNumbers(_ column: Int) -> UnsafeMutablePointer<Double>? {
    defer { numbers[column] = nil }
    return numbers[column]
  }

  /// Reads all records that are left.
  func parse(
    _ start: RecordScanner, format: FileFormat, missing: MissingMarkers, file: String
  ) throws {
    var scanner = start
    let dates = DateParsing(order: layout.date?.order ?? .dayFirst)
    while try scanner.next() {
      if scanner.fields[0].isEmpty, scanner.isBlank {
        blankLines += 1
        continue
      }
      // The fields are lent to one call a row: a copy that lives on would make the scanner allocate anew.
      let place = Place(file: file, row: count + 1, line: scanner.line)
      try parseRow(scanner.fields, dates: dates, format: format, missing: missing, place)
      count += 1
    }
    if count == 0 { throw ReadError.noRows(file) }
  }

  private func parseRow(
    _ fields: [Field], dates: DateParsing, format: FileFormat, missing: MissingMarkers, _ place: Place
  ) throws {
    if fields.count != layout.fieldCount { try check(fields, place) }
    try readTime(fields, dates: dates, format: format, place)
    for column in layout.numbers.indices {
      guard let buffer = numbers[column] else { continue }
      let field = fields[layout.numbers[column].field]
      if let value = NumberParsing.parse(field.start, field.end, decimal: format.decimal), value.isFinite {
        buffer[count] = missing.contains(value) ? .nan : value
      } else {
        try readRareNumber(field.trimmed, column, format: format, missing: missing, place)
      }
    }
    for index in texts.indices { texts[index].append(fields[layout.texts[index].field], format.encoding) }
    if let target = layout.series {
      if fields[target.field].trimmed.isEmpty {
        throw ReadError.missingSeries(file: place.file, row: place.row, line: place.line, column: target.name)
      }
      series?.append(fields[target.field].trimmed, format.encoding)
    }
  }

  private struct Place {
    let file: String
    let row: Int
    let line: Int
  }

  private func check(_ fields: [Field], _ place: Place) throws {
    let extra = fields.dropFirst(layout.fieldCount)
    if fields.count < layout.fieldCount || !extra.allSatisfy({ $0.trimmed.isEmpty }) {
      throw ReadError.raggedRow(
        file: place.file, line: place.line, expected: layout.fieldCount, actual: fields.count)
    }
  }

  private func readTime(_ fields: [Field], dates: DateParsing, format: FileFormat, _ place: Place) throws {
    if let target = layout.number {
      guard let number = NumberParsing.whole(fields[target.field].trimmed, decimal: format.decimal) else {
        throw ReadError.badNumber(
          file: place.file, row: place.row, line: place.line, column: target.name,
          text: fields[target.field].text(format.encoding))
      }
      times[count] = number
      return
    }
    guard let date = layout.date else {
      times[count] = Int64(count)
      return
    }
    func bad(_ field: Field) -> ReadError {
      .badDate(
        file: place.file, row: place.row, line: place.line, column: date.name, text: field.text(format.encoding))
    }
    guard let day = dates.date(fields[date.field].trimmed) else { throw bad(fields[date.field]) }
    times[count] = day.time
    if let clockField = layout.clock {
      guard let clock = dates.clock(fields[clockField].trimmed) else { throw bad(fields[clockField]) }
      times[count] += clock
    }
  }

  /// A cell that is no finite number as it stands: missing, surrounded by spaces, or wrong.
  private func readRareNumber(
    _ field: Field, _ column: Int, format: FileFormat, missing: MissingMarkers, _ place: Place
  ) throws {
    guard let buffer = numbers[column] else { return }
    let target = layout.numbers[column]
    if missing.contains(field) {
      buffer[count] = .nan
    } else if let value = NumberParsing.parse(field.start, field.end, decimal: format.decimal) {
      if missing.contains(value) {
        buffer[count] = .nan
      } else if value.isFinite {
        buffer[count] = value
      } else {
        throw ReadError.infiniteValue(file: place.file, row: place.row, line: place.line, column: target.name)
      }
    } else if target.optional {
      buffer.deallocate()
      numbers[column] = nil
    } else {
      throw ReadError.textInNumericColumn(
        file: place.file, row: place.row, line: place.line, column: target.name, text: field.text(format.encoding))
    }
  }
}

/// Texts of a column, each stored once, and for every row which one it is.
struct TextCodes {
  private(set) var texts: [String] = []
  private(set) var codes: [Int32] = []
  private var known: [String: Int32] = [:]
  private var last: (field: Field, code: Int32)?

  /// Adds a row; a row with the same bytes as the one before costs a comparison.
  mutating func append(_ field: Field, _ encoding: TextEncoding) {
    if let last, last.field.bytes.elementsEqual(field.bytes) {
      codes.append(last.code)
      return
    }
    let text = field.text(encoding)
    let code = known[text] ?? Int32(texts.count)
    if Int(code) == texts.count {
      texts.append(text)
      known[text] = code
    }
    codes.append(code)
    last = (field, code)
  }
}
