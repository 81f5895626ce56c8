/// What a column holds, judged by a sample of its cells.
enum ColumnKind: Equatable {
  case number
  case date(DateParsing.Order, ambiguous: Bool, hasClock: Bool)
  case clock
  case text
  /// All sampled cells are missing: taken for numbers until one is not.
  case unknown

  /// A kind that nine of ten cells agree with; what disagrees is reported when it is read.
  ///
  /// - Parameters:
  ///   - cells: The column's cells in the sample.
  ///   - decimal: The byte of the decimal point or comma.
  ///   - missing: What stands for missing values.
  /// - Returns: The kind; ``text`` when nothing else fits.
  static func of(_ cells: [Field], decimal: UInt8, missing: MissingMarkers) -> ColumnKind {
    let dayFirst = DateParsing(order: .dayFirst)
    let monthFirst = DateParsing(order: .monthFirst)
    var present = 0
    var numbers = 0
    var clocks = 0
    var dates = (dayFirst: 0, monthFirst: 0, yearFirst: 0, withClock: 0)
    for cell in cells.map(\.trimmed) where !missing.contains(cell) {
      present += 1
      if NumberParsing.parse(cell.start, cell.end, decimal: decimal) != nil { numbers += 1 }
      if dayFirst.clock(cell) != nil { clocks += 1 }
      let first = dayFirst.date(cell)
      let second = monthFirst.date(cell)
      dates.dayFirst += first == nil ? 0 : 1
      dates.monthFirst += second == nil ? 0 : 1
      dates.withClock += first?.hasClock ?? second?.hasClock ?? false ? 1 : 0
      dates.yearFirst += startsWithYear(cell) ? 1 : 0
    }
    guard present > 0 else { return .unknown }
    if numbers * 10 >= present * 9 { return .number }
    if max(dates.dayFirst, dates.monthFirst) * 10 >= present * 9 {
      return .date(
        dates.dayFirst >= dates.monthFirst ? .dayFirst : .monthFirst,
        ambiguous: dates.dayFirst == dates.monthFirst && dates.yearFirst == 0 && present > 1,
        hasClock: dates.withClock > 0)
    }
    return clocks * 10 >= present * 9 ? .clock : .text
  }

  private static func startsWithYear(_ cell: Field) -> Bool {
    cell.bytes.count >= 4 && cell.bytes.prefix(4).allSatisfy { $0 &- 0x30 < 10 }
  }
}
