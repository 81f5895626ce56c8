/// What tells the moments of rows.
public enum RowTimes: String, Equatable, Sendable, CustomStringConvertible {
  /// Dates.
  case dates
  /// Whole numbers of a column.
  case numbers
  /// The order of the rows alone.
  case order

  /// The middle of a sentence about rows.
  public var description: String {
    switch self {
    case .dates: "with dates"
    case .numbers: "that a column of whole numbers numbers"
    case .order: "without dates"
    }
  }
}

extension SeriesTable {
  /// What tells the moments of the rows.
  var rowTimes: RowTimes { hasDates ? .dates : isNumbered ? .numbers : .order }
}

extension FittedPreparation {
  /// What told the moments of the rows that were fitted.
  package var rowTimes: RowTimes { step != nil ? .dates : grid != nil ? .numbers : .order }

  /// Refuses data on another grid than the one that was fitted: forecasts go on along that one.
  ///
  /// Where the rows are few, or lie on no grid, only steps are refused that are clearly shorter or longer: months differ
  /// in length, and the business days of a week look like any days. Business days are days, too: a series of days may have
  /// had a Saturday in years and none in the next rows.
  ///
  /// - Throws: ``PreparationError/otherTimes(expected:actual:)`` or ``PreparationError/otherGrid(expected:actual:)``.
  func checkGrid(of table: SeriesTable) throws(PreparationError) {
    guard table.rowTimes == rowTimes else { throw .otherTimes(expected: rowTimes, actual: table.rowTimes) }
    guard let expected = grid ?? step.map(TimeGrid.every), let actual = table.rowGrid, actual != expected else {
      return
    }
    if isOfDays(table) { return }
    if grid != nil, table.liesClearly(on: actual), !(expected == .businessDays && table.isAlmostBusinessDaily) {
      throw .otherGrid(expected: expected, actual: actual)
    }
    guard let distance = table.inferredStep, let fitted = step ?? expected.numberStep else { return }
    let isLonger = distance / 2 >= fitted && distance > 2 * fitted && table.rowCount >= SeriesTable.enoughRows
    if distance < fitted / 2 || isLonger { throw .otherGrid(expected: expected, actual: actual) }
  }
}

extension FittedPreparation {
  /// Whether the model was trained on every day and rows have no weekends.
  private func isOfDays(_ table: SeriesTable) -> Bool {
    grid == .every(milliseconds: CivilTime.day) && table.rowGrid == .businessDays
  }

  /// A note where forecasts go on along more days than the rows have.
  func notesOnGrid(_ table: SeriesTable) -> [String] {
    guard isOfDays(table) else { return [] }
    return ["The model was trained on steps of 1 d and these rows have no weekends: its forecasts go on day by day."]
  }
}

extension TimeGrid {
  /// The distance of numbers; nil for dates.
  fileprivate var numberStep: Int64? {
    if case .numbers(let step) = self { return step }
    return nil
  }
}

extension SeriesTable {
  /// So many rows of a series say what its grid is: of business days, fewer may all lie in one week.
  fileprivate static let enoughRows = 8

  /// Whether a series has enough rows and at least three of four steps of all series are one of the grid.
  fileprivate func liesClearly(on grid: TimeGrid) -> Bool {
    guard series.contains(where: { $0.rows.count >= Self.enoughRows }) else { return false }
    let steps = series.reduce(0) { $0 + max(0, $1.rows.count - 1) }
    return 4 * irregularSteps(of: grid) <= steps
  }

  /// Whether days are business days but for a few, as some exchanges open on a Saturday.
  fileprivate var isAlmostBusinessDaily: Bool {
    guard rowGrid == .every(milliseconds: CivilTime.day) else { return false }
    let weekend = times.count { TimeGrid.weekday(CivilTime.split($0).days) > 4 }
    // Any seven days in a row have two.
    return weekend <= max(1, rowCount / 20)
  }
}
