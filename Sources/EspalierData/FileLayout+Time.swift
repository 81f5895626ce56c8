extension FileLayout {
  /// The names, in lower case, of columns that tell the time even where they hold whole numbers.
  private static let timeNames: Set = ["ds", "date", "time", "timestamp", "datetime"]

  /// Finds the column that orders the rows: dates as they are written, else whole numbers.
  ///
  /// A column of numbers is taken where the caller names it, or where it is called as such columns are and the caller does
  /// not: eight digits each that are days, as 20241231, are dates, and other whole numbers number the rows.
  ///
  /// - Parameters:
  ///   - named: The field that the caller says has the dates; nil leaves it to detection.
  ///   - names: The names of the fields.
  ///   - kinds: What they hold.
  ///   - cells: The sampled cells of a field that are not missing.
  ///   - taken: Fields that are something else.
  ///   - spoken: Names of columns of which the caller says something; numbers there are what they look like.
  ///   - decimal: The byte of the decimal point or comma.
  /// - Returns: The fields that are no inputs.
  mutating func takeTime(
    named: Int?, names: [String], kinds: [ColumnKind], cells: (Int) -> [Field], taken: Set<Int>, spoken: Set<String>,
    decimal: UInt8
  ) -> [Int] {
    if let field = named ?? kinds.indices.first(where: { kinds[$0].isDate && !taken.contains($0) }) {
      if kinds[field] != .number || !takeNumbers(field, names: names, kinds: kinds, cells(field), decimal) {
        takeDate(field, names: names, kinds: kinds)
      }
    } else {
      let fields = names.indices.filter { field in
        kinds[field] == .number && !taken.contains(field) && !spoken.contains(names[field])
          && Self.timeNames.contains(names[field].lowercased())
      }
      if !fields.contains(where: { takeNumbers($0, names: names, kinds: kinds, cells($0), decimal) }) {
        for field in fields {
          notes.append("Column \"\(names[field])\" holds neither dates nor whole numbers and is an input like others.")
        }
      }
    }
    return [date?.field, clock, number?.field].compactMap { $0 }
  }

  /// Takes a field whose sampled cells are all whole numbers.
  private mutating func takeNumbers(
    _ field: Int, names: [String], kinds: [ColumnKind], _ cells: [Field], _ decimal: UInt8
  ) -> Bool {
    let name = names[field]
    let compact = DateParsing(order: .compact)
    if cells.allSatisfy({ compact.date($0.trimmed) != nil }) {
      notes.append("Column \"\(name)\" was read as dates of eight digits: year, month, day.")
      date = (field, name, .compact)
      takeClock(behind: field, kinds: kinds)
      return true
    }
    guard cells.allSatisfy({ NumberParsing.whole($0.trimmed, decimal: decimal) != nil }) else { return false }
    notes.append("Column \"\(name)\" holds whole numbers and no dates: they number the rows.")
    number = Target(field: field, name: name)
    return true
  }

  private mutating func takeDate(_ field: Int, names: [String], kinds: [ColumnKind]) {
    guard case .date(let order, let ambiguous, let hasClock) = kinds[field] else {
      date = (field, names[field], .dayFirst)
      return
    }
    date = (field, names[field], order)
    if ambiguous { notes.append("Dates of column \"\(names[field])\" were read with the day before the month.") }
    if !hasClock { takeClock(behind: field, kinds: kinds) }
  }

  private mutating func takeClock(behind field: Int, kinds: [ColumnKind]) {
    if field + 1 < kinds.count, kinds[field + 1] == .clock { clock = field + 1 }
  }
}

extension ColumnKind {
  fileprivate var isDate: Bool {
    if case .date = self { return true }
    return false
  }
}
