/// Reads delimited text files: comma, semicolon, tab or bar separated, as they come from instruments and exchanges.
///
/// Found out without being told: separator, decimal comma, byte-order mark, encoding (UTF-8, else latin-1), the date
/// column and its form, a time of day in the column behind it, the order of the rows, and which columns hold numbers.
public enum DelimitedReader {
  /// Reads a file.
  ///
  /// Rows are put in time order. Rows that repeat another one are dropped. What was done stands in the table's notes.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - options: What is known about it.
  /// - Returns: The table; without a date column, its times are row numbers.
  /// - Throws: ``ReadError``, one sentence on what to do.
  public static func read(_ path: String, options: ReadOptions = ReadOptions()) throws(ReadError) -> SeriesTable {
    try read(try FileBytes(path: path), path: path, options: options)
  }

  /// Reads a file whose bytes are in memory.
  static func read(_ file: FileBytes, path: String, options: ReadOptions) throws(ReadError) -> SeriesTable {
    if file.contains(0) { throw .binary(path) }
    return try file.withBytes { all throws(ReadError) in
      let hasMark = all.starts(with: [0xEF, 0xBB, 0xBF])
      return try read(
        hasMark ? UnsafeBufferPointer(rebasing: all[3...]) : all, lines: file.count(of: 0x0A) + 1,
        hasQuotes: file.contains(0x22), path: path, options: options)
    }
  }

  /// Reads text behind a byte-order mark.
  ///
  /// - Parameters:
  ///   - bytes: The text, which the result does not keep.
  ///   - lines: At least as many as the text has.
  ///   - hasQuotes: Whether a quotation mark occurs.
  ///   - path: The file's name in errors.
  ///   - options: What is known about it.
  /// - Returns: The table.
  /// - Throws: ``ReadError``.
  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, lines: Int, hasQuotes: Bool, path: String, options: ReadOptions
  ) throws(ReadError) -> SeriesTable {
    guard let base = bytes.baseAddress, bytes.contains(where: { $0 > 0x20 }) else { throw .empty(path) }
    let format = FileFormat.detect(bytes, options: options)
    do {
      var scanner = RecordScanner(start: base, end: base + bytes.count, separator: format.separator)
      repeat {
        guard try scanner.next() else { throw ReadError.empty(path) }
      } while scanner.isBlank
      let header = scanner.fields
      let sample = try Sample.records(behind: scanner, bytes: bytes, format: format, hasQuotes: hasQuotes)
      guard !sample.isEmpty else { throw ReadError.noRows(path) }
      let layout = try FileLayout.plan(header: header, sample: sample, format: format, options: options, file: path)
      let rows = ParsedRows(layout: layout, capacity: lines)
      let missing = MissingMarkers(options.missingMarkers, decimalComma: format.decimal == 0x2C)
      try rows.parse(scanner, format: format, missing: missing, file: path)
      let table = try TableAssembly(rows: rows, rule: options.duplicates, file: path).table()
      return options.fill == nil ? table : try table.onGrid(options.fill, file: path)
    } catch let error as UnclosedQuote {
      throw .unclosedQuote(file: path, line: error.line)
    } catch let error as ReadError {
      throw error
    } catch {
      throw .unreadable(path)
    }
  }
}

/// Records to judge columns by: the first thousand and some from all over the file.
private enum Sample {
  static let head = 1000
  static let blocks = 16
  static let blockRecords = 32

  /// Takes records from behind the header.
  ///
  /// - Parameters:
  ///   - start: A scanner behind the header.
  ///   - bytes: The whole file.
  ///   - format: How the file is written.
  ///   - hasQuotes: Whether a line break may be part of a cell; then only the first records are taken.
  /// - Returns: Records that are not blank.
  /// - Throws: ``UnclosedQuote``.
  static func records(
    behind start: RecordScanner, bytes: UnsafeBufferPointer<UInt8>, format: FileFormat, hasQuotes: Bool
  ) throws(UnclosedQuote) -> [[Field]] {
    var scanner = start
    var sample: [[Field]] = []
    while sample.count < head, try scanner.next() {
      if !scanner.isBlank { sample.append(scanner.fields) }
    }
    guard !hasQuotes, sample.count == head, let base = bytes.baseAddress else { return sample }
    let end = base + bytes.count
    let length = end - scanner.position
    for block in 0..<blocks {
      var position = scanner.position + length / blocks * block
      while position < end, position.pointee != 0x0A { position += 1 }
      guard position < end else { break }
      var inner = RecordScanner(start: position + 1, end: end, separator: format.separator)
      for _ in 0..<blockRecords {
        guard try inner.next() else { break }
        if !inner.isBlank { sample.append(inner.fields) }
      }
    }
    return sample
  }
}
