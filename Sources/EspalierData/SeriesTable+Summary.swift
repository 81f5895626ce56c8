extension SeriesTable {
  /// The number of missing values of a column.
  ///
  /// - Throws: ``TableError/unknownColumn(name:nearest:)``.
  public func missingCount(_ name: String) throws(TableError) -> Int {
    try column(name).values.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
  }

  /// The smallest and largest value of a column, in the column's unit; nil when all are missing.
  ///
  /// - Throws: ``TableError/unknownColumn(name:nearest:)``.
  public func range(_ name: String) throws(TableError) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in try column(name).values {
      if value < low { low = value }
      if value > high { high = value }
    }
    return low <= high ? low...high : nil
  }

  /// The most frequent distance between neighbouring rows of a series, in milliseconds; the smallest of several.
  ///
  /// Nil when no series has two rows.
  public var inferredStep: Int64? {
    var counts: [Int64: Int] = [:]
    var run: (step: Int64, count: Int) = (0, 0)
    for one in series {
      for row in one.rows.dropFirst() {
        let step = times[row] - times[row - 1]
        if step == run.step {
          run.count += 1
        } else {
          if run.count > 0 { counts[run.step, default: 0] += run.count }
          run = (step, 1)
        }
      }
    }
    if run.count > 0 { counts[run.step, default: 0] += run.count }
    return counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key
  }

  /// The number of neighbouring rows that are not ``inferredStep`` apart.
  public var irregularSteps: Int {
    guard let step = inferredStep else { return 0 }
    return series.reduce(0) { total, one in
      total + one.rows.dropFirst().reduce(0) { $0 + (times[$1] - times[$1 - 1] == step ? 0 : 1) }
    }
  }
}

extension SeriesTable {
  /// The table with some of its columns of numbers, in the order asked for.
  ///
  /// - Throws: ``TableError/unknownColumn(name:nearest:)``.
  public func selecting(_ names: [String]) throws(TableError) -> SeriesTable {
    var chosen: [NumericColumn] = []
    for name in names { chosen.append(try column(name)) }
    return SeriesTable(
      checkedTimes: times, columns: chosen, texts: texts, series: series, hasDates: hasDates, isNumbered: isNumbered,
      notes: notes,
      inserted: inserted)
  }

  /// A range of rows; series outside of it disappear.
  ///
  /// - Throws: ``TableError/rowsOutside(_:count:)``.
  public func slicing(_ rows: Range<Int>) throws(TableError) -> SeriesTable {
    guard rows.lowerBound >= 0, rows.upperBound <= rowCount else { throw .rowsOutside(rows, count: rowCount) }
    return keeping(rows: Array(rows), notes: notes)
  }

  /// The rows whose time stamp is at or after a moment, in milliseconds since 1970.
  public func starting(at time: Int64) -> SeriesTable {
    keeping(rows: times.indices.filter { times[$0] >= time }, notes: notes)
  }

  /// Ascending rows as a table of their own.
  func keeping(rows: [Int], notes: [String]) -> SeriesTable {
    var kept: [SeriesRows] = []
    var next = 0
    for one in series {
      let start = next
      while next < rows.count, rows[next] < one.rows.upperBound { next += 1 }
      if next > start || series.count == 1 { kept.append(SeriesRows(id: one.id, rows: start..<next)) }
    }
    return SeriesTable(
      checkedTimes: rows.map { times[$0] },
      columns: columns.map { column in
        NumericColumn(name: column.name, values: rows.map { column.values[$0] })
      },
      texts: texts.map { text in TextColumn(name: text.name, texts: text.texts, codes: rows.map { text.codes[$0] }) },
      series: kept, hasDates: hasDates, isNumbered: isNumbered, notes: notes, inserted: inserted?.keeping(rows))
  }

  /// The table with one column's values changed.
  func replacing(_ name: String, _ change: (Double) -> Double) -> SeriesTable {
    SeriesTable(
      checkedTimes: times,
      columns: columns.map { $0.name == name ? NumericColumn(name: name, values: $0.values.map(change)) : $0 },
      texts: texts, series: series, hasDates: hasDates, isNumbered: isNumbered, notes: notes, inserted: inserted)
  }
}
