extension SeriesTable {
  /// The table with rows of the future behind it, which hold what is known in advance.
  ///
  /// Rows at the time of a row that is there fill in what is missing in it, earlier ones are left out. Rows without a
  /// series id follow every series; those of series that the table does not have are left out.
  ///
  /// - Parameter future: Rows with some of the table's columns; what else the table has is missing in them.
  /// - Returns: The table with further rows behind its series.
  /// - Throws: ``FutureRowsFault``.
  public func appending(_ future: SeriesTable) throws(FutureRowsFault) -> SeriesTable {
    guard future.hasDates == hasDates else { throw .dates(expected: hasDates) }
    guard future.isNumbered == isNumbered else { throw .numbers(expected: isNumbered) }
    guard isPanel || !future.isPanel else { throw .panel }
    let byID = Dictionary(future.series.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var sources: [(row: Int, future: Int?)] = []
    var newTimes: [Int64] = []
    var newSeries: [SeriesRows] = []
    for one in series {
      let start = newTimes.count
      var next = (future.isPanel ? byID[one.id] : future.series.first)?.rows ?? 0..<0
      // Without dates and numbers, rows are counted on behind those that are there.
      let shift = hasDates || isNumbered ? 0 : (one.rows.last.map { times[$0] + 1 } ?? 0)
      for row in one.rows {
        while let first = next.first, future.times[first] + shift < times[row] { next = next.dropFirst() }
        let matches = next.first.map { future.times[$0] + shift == times[row] } ?? false
        sources.append((row, matches ? next.first : nil))
        newTimes.append(times[row])
      }
      guard let last = one.rows.last else { continue }
      for row in next where future.times[row] + shift > times[last] {
        sources.append((last, row))
        newTimes.append(future.times[row] + shift)
      }
      newSeries.append(SeriesRows(id: one.id, rows: start..<newTimes.count))
    }
    let isOld = zip(sources, newTimes).map { times[$0.row] == $1 }
    let columns = columns.map { column in
      let ahead = future.columns.first { $0.name == column.name }
      let values = sources.indices.map { index in
        let old = isOld[index] ? column.values[sources[index].row] : .nan
        guard old.isNaN, let row = sources[index].future, let ahead else { return old }
        return ahead.values[row]
      }
      return NumericColumn(name: column.name, values: values)
    }
    return SeriesTable(
      checkedTimes: newTimes, columns: columns,
      texts: texts.map { text in
        TextColumn(name: text.name, texts: text.texts, codes: sources.map { text.codes[$0.row] })
      },
      series: newSeries, hasDates: hasDates, isNumbered: isNumbered, notes: notes,
      inserted: inserted.map { old in
        InsertedRows(rule: old.rule, isInserted: zip(sources, isOld).map { $1 && old.isInserted[$0.row] })
      })
  }
}

/// Why rows of the future don't fit the data that they follow.
public enum FutureRowsFault: Error, Equatable, Sendable, CustomStringConvertible {
  /// Only one of the two has dates.
  case dates(expected: Bool)
  /// Only one of the two has a column of whole numbers that count rows.
  case numbers(expected: Bool)
  /// Only the rows of the future have series.
  case panel
  /// The model has nothing that is known in advance.
  case nothingKnown

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .dates(let expected):
      expected
        ? "The data have dates and the rows of the future have none: give them a column of dates."
        : "The rows of the future have dates and the data have none: name the date column of both."
    case .numbers(let expected):
      expected
        ? "A column numbers the rows of the data and none those of the future: give them that column."
        : "A column numbers the rows of the future and none those of the data: leave it out, or name it for both."
    case .panel: "The rows of the future have a series id and the data have none: name the column of both."
    case .nothingKnown: "The model was trained without known columns: leave out the file of the future."
    }
  }
}
