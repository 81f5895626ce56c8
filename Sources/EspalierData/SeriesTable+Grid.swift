extension SeriesTable {
  /// The share of business days without a row that still counts as holidays, how many do whatever the share, because a
  /// few weeks may lie around a new year, and the longest run of them.
  private static let mostHolidays = (share: 0.08, always: 5.0, inARow: 10)
  /// Inserted rows for each row that is there, at most.
  private static let mostInserted = 20

  /// The table with its rows on a regular grid.
  ///
  /// Business days without a row are holidays where they are few: they need no rule.
  ///
  /// - Parameter rule: What becomes of missing rows; nil makes them an error.
  /// - Returns: The table, with missing rows inserted where the rule asks for it, and a note about them.
  /// - Throws: ``GridError`` for a row between two moments of the grid, and for missing rows without a rule.
  public func onGrid(_ rule: FillRule?) throws(GridError) -> SeriesTable {
    guard let grid = rowGrid else { return self }
    if rule == FillRule.none {
      var result = self
      let irregular = irregularSteps(of: grid)
      if irregular > 0 {
        result.notes.append(
          "\(irregular) of the steps between rows are not \(grid): the rows count as neighbours all the same.")
      }
      return result
    }
    let places = try places(on: grid, hasRule: rule != nil)
    let missing = zip(series, places).reduce(0) { $0 + ($1.1.last ?? -1) + 1 - $1.0.rows.count }
    guard missing > 0 else { return self }
    if let rule { return try inserting(places, grid: grid, missing: missing, rule: rule) }
    guard grid == .businessDays, areHolidays(places, missing: missing) else { throw gap(places, grid: grid, missing) }
    var result = self
    result.notes.append(
      "\(missing) of \(missing + rowCount) business days have no row and count as holidays.")
    return result
  }

  /// The place of every row on the grid, series by series, from 0.
  private func places(on grid: TimeGrid, hasRule: Bool) throws(GridError) -> [[Int]] {
    var result: [[Int]] = []
    for one in series {
      let monthDay = monthDay(of: one)
      var places: [Int] = []
      places.reserveCapacity(one.rows.count)
      for row in one.rows {
        guard let place = grid.steps(from: times[one.rows.lowerBound], to: times[row], monthDay: monthDay) else {
          throw .offGrid(series: one.id, time: times[row], grid: grid, hasRule: hasRule)
        }
        places.append(place)
      }
      result.append(places)
    }
    return result
  }

  /// How many neighbours are not one step of a grid apart.
  func irregularSteps(of grid: TimeGrid) -> Int {
    series.reduce(0) { total, one in
      let monthDay = monthDay(of: one)
      return total
        + one.rows.dropFirst().reduce(0) {
          $0 + (grid.steps(from: times[$1 - 1], to: times[$1], monthDay: monthDay) == 1 ? 0 : 1)
        }
    }
  }

  private func areHolidays(_ places: [[Int]], missing: Int) -> Bool {
    let most = max(Self.mostHolidays.always, Self.mostHolidays.share * Double(missing + rowCount))
    return Double(missing) <= most
      && places.allSatisfy { one in zip(one, one.dropFirst()).allSatisfy { $1 - $0 - 1 <= Self.mostHolidays.inARow } }
  }

  private func gap(_ places: [[Int]], grid: TimeGrid, _ missing: Int) -> GridError {
    for (one, places) in zip(series, places) {
      for (index, place) in places.enumerated().dropFirst() where place != places[index - 1] + 1 {
        let row = one.rows.lowerBound + index
        return .gap(series: one.id, after: times[row - 1], before: times[row], grid: grid, missing: missing)
      }
    }
    return .tooManyRows(missing: missing, rows: rowCount, grid: grid)
  }

  private func inserting(
    _ places: [[Int]], grid: TimeGrid, missing: Int, rule: FillRule
  ) throws(GridError) -> SeriesTable {
    guard missing <= Self.mostInserted * rowCount else {
      throw .tooManyRows(missing: missing, rows: rowCount, grid: grid)
    }
    // Every row of the result takes its texts from the row at or before it.
    var sources: [Int] = []
    var isInserted: [Bool] = []
    var times: [Int64] = []
    var kept: [SeriesRows] = []
    for (one, places) in zip(series, places) {
      let start = times.count
      let monthDay = monthDay(of: one)
      for (index, place) in places.enumerated() {
        let row = one.rows.lowerBound + index
        let next = index + 1 < places.count ? places[index + 1] : place + 1
        for step in place..<next {
          sources.append(row)
          isInserted.append(step > place)
          times.append(
            step == place
              ? self.times[row] : grid.time(step, after: self.times[one.rows.lowerBound], monthDay: monthDay))
        }
      }
      kept.append(SeriesRows(id: one.id, rows: start..<times.count))
    }
    let note = "\(counted(missing, "row")) missing on the grid of \(grid) and inserted (\(rule.rawValue))."
    return SeriesTable(
      checkedTimes: times,
      columns: columns.map { column in
        NumericColumn(
          name: column.name, values: zip(sources, isInserted).map { $1 ? .nan : column.values[$0] })
      },
      texts: texts.map { text in
        TextColumn(name: text.name, texts: text.texts, codes: sources.map { text.codes[$0] })
      },
      series: kept, hasDates: hasDates, isNumbered: isNumbered, notes: notes + [note],
      inserted: InsertedRows(rule: rule, isInserted: isInserted))
  }
}

extension SeriesTable {
  /// The table of a file with its rows on a regular grid.
  func onGrid(_ rule: FillRule?, file: String) throws(ReadError) -> SeriesTable {
    do throws(GridError) {
      return try onGrid(rule)
    } catch {
      throw .grid(file: file, error)
    }
  }
}

/// Why rows don't lie on a regular grid.
public enum GridError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A row lies between two moments of the grid; in milliseconds since 1970.
  case offGrid(series: String, time: Int64, grid: TimeGrid, hasRule: Bool)
  /// Rows are missing, first between two moments.
  case gap(series: String, after: Int64, before: Int64, grid: TimeGrid, missing: Int)
  /// Far more rows are missing than there are.
  case tooManyRows(missing: Int, rows: Int, grid: TimeGrid)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .offGrid(let series, let time, let grid, let hasRule):
      "The row of \(grid.text(time))\(Self.of(series)) does not lie \(grid) or a multiple of it behind the first: "
        + "correct it\(hasRule ? "" : ", choose other rows"), or count rows as neighbours with the fill rule none."
    case .gap(let series, let after, let before, let grid, let missing):
      "\(grid.isOfNumbers ? "Row numbers" : "Rows") come every \(grid), and \(missing == 1 ? "one is" : "\(missing) are") missing, first between "
        + "\(grid.text(after)) and \(grid.text(before))\(Self.of(series)): add them, or choose a fill rule "
        + "(forward, linear, zero, or none to count rows as neighbours)."
    case .tooManyRows(let missing, let rows, let grid):
      "\(missing) rows are missing on a grid of \(grid) where there are \(rows): check the \(grid.isOfNumbers ? "numbers" : "dates"), or count rows as "
        + "neighbours with the fill rule none."
    }
  }

  /// Whether the fault lies behind the last row of its series, in rows that were put there later.
  func isBehind(_ table: SeriesTable) -> Bool {
    func isBehind(_ time: Int64, _ id: String) -> Bool {
      guard let last = table.series.first(where: { $0.id == id })?.rows.last else { return false }
      return time > table.times[last]
    }
    return switch self {
    case .offGrid(let series, let time, _, _): isBehind(time, series)
    case .gap(let series, _, let before, _, _): isBehind(before, series)
    case .tooManyRows: false
    }
  }

  private static func of(_ series: String) -> String { series.isEmpty ? "" : " of series \"\(series)\"" }
}
