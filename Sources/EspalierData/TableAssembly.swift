/// Puts parsed rows in order: by series, then by time, without duplicates.
struct TableAssembly {
  let rows: ParsedRows
  let rule: DuplicateRule
  let file: String

  /// The finished table.
  ///
  /// - Throws: ``ReadError/conflictingDates(file:date:series:candidate:)``, or its like for numbers.
  func table() throws(ReadError) -> SeriesTable {
    var notes = rows.layout.notes
    if rows.layout.date == nil, rows.layout.number == nil {
      notes.append("There is no column of dates; rows were numbered in the file's order.")
    }
    if rows.blankLines > 0 { notes.append("\(counted(rows.blankLines, "empty line")) left out.") }
    for index in rows.layout.numbers.indices where rows.numbers[index] == nil {
      notes.append("Column \"\(rows.layout.numbers[index].name)\" holds text late in the file and was left out.")
    }
    var order = timeOrder(&notes)
    try dropDuplicates(&order, &notes)
    let count = order?.count ?? rows.count
    let columns = rows.layout.numbers.indices.compactMap { numericColumn($0, order) }
    let texts = zip(rows.layout.texts, rows.texts).map { target, text in
      TextColumn(name: target.name, texts: text.texts, codes: order.map { $0.map { text.codes[$0] } } ?? text.codes)
    }
    let times = [Int64](unsafeUninitializedCapacity: count) { buffer, filled in
      for index in 0..<count { buffer.initializeElement(at: index, to: rows.times[order?[index] ?? index]) }
      filled = count
    }
    return SeriesTable(
      checkedTimes: times, columns: columns, texts: texts, series: seriesRows(order, count: count),
      hasDates: rows.layout.date != nil, isNumbered: rows.layout.number != nil, notes: notes)
  }

  /// The rows by series (in the order of their first rows) and time; nil when they already are.
  private func timeOrder(_ notes: inout [String]) -> [Int]? {
    let codes = rows.series?.codes
    func isBefore(_ a: Int, _ b: Int) -> Bool {
      if let codes, codes[a] != codes[b] { return codes[a] < codes[b] }
      return rows.times[a] == rows.times[b] ? a < b : rows.times[a] < rows.times[b]
    }
    let ascending = (1..<max(1, rows.count)).allSatisfy { isBefore($0 - 1, $0) }
    guard !ascending else { return nil }
    let newestFirst = codes == nil && (1..<rows.count).allSatisfy { rows.times[$0] <= rows.times[$0 - 1] }
    notes.append(
      newestFirst ? "Rows came newest first and were reversed." : "Rows were not in time order and were sorted.")
    return (0..<rows.count).sorted(by: isBefore)
  }

  private func dropDuplicates(_ order: inout [Int]?, _ notes: inout [String]) throws(ReadError) {
    let codes = rows.series?.codes
    var kept: [Int] = []
    var identical = 0
    var conflicting: [String] = []
    var found = false
    for position in 0..<rows.count {
      let row = order?[position] ?? position
      guard position > 0 else {
        continue
      }
      let previous = found ? kept[kept.count - 1] : order?[position - 1] ?? position - 1
      let repeats = rows.times[row] == rows.times[previous] && codes?[row] == codes?[previous]
      guard repeats else {
        if found { kept.append(row) }
        continue
      }
      if !found {
        kept = (0..<position).map { order?[$0] ?? $0 }
        found = true
      }
      if isEqual(row, previous) {
        identical += 1
      } else {
        guard rule == .keepFirst else { throw conflict(row, previous) }
        conflicting.append(rows.layout.number == nil ? TimeStamp.text(rows.times[row]) : "\(rows.times[row])")
      }
    }
    guard found else { return }
    order = kept
    if identical > 0 { notes.append("\(counted(identical, "row")) dropped for repeating another row.") }
    if let first = conflicting.first {
      notes.append(
        "\(counted(conflicting.count, "row")) dropped for having the time stamp of an earlier row (first: \(first)).")
    }
  }

  private func conflict(_ row: Int, _ previous: Int) -> ReadError {
    let series = rows.series.map { $0.texts[Int($0.codes[row])] }
    let candidate = rows.series == nil ? seriesCandidate(row, previous) : nil
    if let column = rows.layout.number?.name {
      return .conflictingNumbers(
        file: file, column: column, number: rows.times[row], series: series, candidate: candidate)
    }
    return .conflictingDates(
      file: file, date: TimeStamp.text(rows.times[row]), series: series, candidate: candidate)
  }

  private func isEqual(_ a: Int, _ b: Int) -> Bool {
    rows.numbers.allSatisfy { column in
      guard let column else { return true }
      return column[a] == column[b] || (column[a].isNaN && column[b].isNaN)
    } && rows.texts.allSatisfy { $0.codes[a] == $0.codes[b] }
  }

  /// A text column in which two rows differ.
  private func seriesCandidate(_ a: Int, _ b: Int) -> String? {
    zip(rows.layout.texts, rows.texts).first { $0.1.codes[a] != $0.1.codes[b] }?.0.name
  }

  private func numericColumn(_ column: Int, _ order: [Int]?) -> NumericColumn? {
    guard let buffer = rows.takeNumbers(column) else { return nil }
    defer { buffer.deallocate() }
    let count = order?.count ?? rows.count
    let values: [Double]
    if let order {
      values = order.map { buffer[$0] }
    } else {
      values = Array(UnsafeBufferPointer(start: buffer, count: count))
    }
    return NumericColumn(name: rows.layout.numbers[column].name, values: values)
  }

  private func seriesRows(_ order: [Int]?, count: Int) -> [SeriesRows] {
    guard let series = rows.series else { return [SeriesRows(id: "", rows: 0..<count)] }
    var result: [SeriesRows] = []
    var start = 0
    for position in 1...count
    where position == count || series.codes[order?[position] ?? position] != series.codes[order?[start] ?? start] {
      result.append(SeriesRows(id: series.texts[Int(series.codes[order?[start] ?? start])], rows: start..<position))
      start = position
    }
    return result
  }
}
