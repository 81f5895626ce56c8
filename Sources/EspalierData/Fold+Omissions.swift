extension FittedPreparation {
  /// Why series of a fold can't be forecast under a preparation that was fitted to it or to an earlier one.
  ///
  /// What must be known in advance has to be there at every row of the horizon; rows that a ``FillRule`` inserted have
  /// the rule's values.
  ///
  /// - Parameters:
  ///   - rows: By the table's series what the fold has of it; nil for one that takes no part.
  ///   - table: The whole table.
  /// - Returns: By series ``PreparationError/unseenSeries(_:)``,
  ///   ``PreparationError/unseenCategory(column:series:category:)`` or
  ///   ``PreparationError/futureMissing(column:series:time:isDate:)``.
  /// - Throws: ``PreparationError`` when the table lacks a column that is known in advance.
  package func omissions(
    from rows: [FoldRows?], of table: SeriesTable
  ) throws(PreparationError) -> [Int: PreparationError] {
    let scaled = series.map { Set($0.map(\.id)) }
    var ahead: [(name: String, values: [Double])] = []
    for name in known ?? [] { ahead.append((name, try PreparedContent.values(name, of: table))) }
    var result: [Int: PreparationError] = [:]
    for (index, own) in rows.enumerated() {
      guard let own else { continue }
      let one = SeriesRows(id: table.series[index].id, rows: own.start..<own.end)
      if scaled?.contains(one.id) == false {
        result[index] = .unseenSeries(one.id)
      } else {
        result[index] = newCategory(of: one, in: table) ?? gap(own, ahead, of: one, in: table)
      }
    }
    return result
  }

  /// Only a new category: what else may be wrong with a static column, preparing tells.
  private func newCategory(of one: SeriesRows, in table: SeriesTable) -> PreparationError? {
    guard one.rows.count >= task.lookback else { return nil }
    for column in statics ?? [] {
      do throws(PreparationError) {
        _ = try column.inputs(of: one, in: table)
      } catch {
        if case .unseenCategory = error { return error }
      }
    }
    return nil
  }

  private func gap(
    _ own: FoldRows, _ ahead: [(name: String, values: [Double])], of one: SeriesRows, in table: SeriesTable
  ) -> PreparationError? {
    guard own.canBeForecast(lookback: task.lookback), let first = task.known?.first else { return nil }
    func missing(_ column: String, _ time: Int64) -> PreparationError {
      .futureMissing(column: column, series: one.id, time: time, isDate: table.hasDates)
    }
    for row in own.origin..<own.end where table.inserted?.isInserted[row] != true {
      if let column = ahead.first(where: { $0.values[row].isNaN }) { return missing(column.name, table.times[row]) }
    }
    guard own.end - own.origin < task.horizon else { return nil }
    // The series ends within the horizon, one row before the first one that is missing.
    let last = table.times[own.end - 1]
    return missing(first, last + (last - table.times[own.end - 2]))
  }
}

extension SeriesTable {
  /// Checks that columns have one value in every series.
  ///
  /// - Parameters:
  ///   - names: Columns of numbers or of texts.
  ///   - series: The series, of this table.
  /// - Throws: ``PreparationError`` when there is no such column, no value, or several.
  package func checkStatics(_ names: [String], of series: [SeriesRows]) throws(PreparationError) {
    for one in series {
      for name in names { _ = try staticValue(name, of: one) }
    }
  }
}
