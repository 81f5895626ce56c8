/// A column of numbers.
public struct NumericColumn: Equatable, Sendable {
  /// The name in the file's header.
  public let name: String
  /// One number a row, in the file's unit; NaN where the value is missing.
  public let values: [Double]

  /// Names values.
  public init(name: String, values: [Double]) {
    self.name = name
    self.values = values
  }
}

/// A column of text, each different text stored once.
public struct TextColumn: Equatable, Sendable {
  /// The name in the file's header.
  public let name: String
  /// The different texts, in the order in which they were met.
  public let texts: [String]
  /// For every row the index of its text.
  public let codes: [Int32]

  /// Names coded texts.
  public init(name: String, texts: [String], codes: [Int32]) {
    self.name = name
    self.texts = texts
    self.codes = codes
  }
}

/// One series of a table: an id and the rows that belong to it.
public struct SeriesRows: Equatable, Sendable {
  /// The id in the panel's id column; empty when the table is a single series.
  public let id: String
  /// The rows, in time order.
  public let rows: Range<Int>

  /// Names a range of rows.
  public init(id: String, rows: Range<Int>) {
    self.id = id
    self.rows = rows
  }
}

/// Time series as columns: time stamps, numbers, texts, and which rows belong to which series.
///
/// The rows of a series are contiguous and strictly ascending in time; series may have unequal lengths.
public struct SeriesTable: Equatable, Sendable {
  /// Milliseconds since 1970-01-01 00:00:00 (UTC where the file gave zones, else as written), or row numbers where
  /// ``hasDates`` is false.
  public let times: [Int64]
  /// Whether the time stamps are dates.
  public let hasDates: Bool
  /// Whether the row numbers, without dates, are whole numbers that a column of the file gives.
  public let isNumbered: Bool
  /// The columns of numbers, in the file's order.
  public let columns: [NumericColumn]
  /// The columns of text, in the file's order, without the series ids.
  public let texts: [TextColumn]
  /// The series; a table that is no panel has one with an empty id.
  public let series: [SeriesRows]
  /// What was done to the rows on the way here, one sentence each.
  public internal(set) var notes: [String]
  /// The rows that a ``FillRule`` inserted; nil when none was.
  let inserted: InsertedRows?

  /// Puts columns together.
  ///
  /// - Parameters:
  ///   - times: Milliseconds since 1970, strictly ascending within a series.
  ///   - columns: Columns of as many values as there are times; NaN is missing, infinity is refused.
  ///   - texts: Columns of as many codes as there are times.
  ///   - series: Ranges that cover all rows in order; nil makes one series of all rows.
  ///   - hasDates: Whether the times are dates.
  ///   - notes: What was done to the rows before.
  /// - Throws: ``TableError`` when lengths differ, a name repeats, times don't ascend or a value is infinite.
  public init(
    times: [Int64], columns: [NumericColumn], texts: [TextColumn] = [], series: [SeriesRows]? = nil,
    hasDates: Bool = true, notes: [String] = []
  ) throws(TableError) {
    let series = series ?? [SeriesRows(id: "", rows: 0..<times.count)]
    var names: Set<String> = []
    for column in columns {
      guard column.values.count == times.count else {
        throw .unequalLengths(column: column.name, expected: times.count, actual: column.values.count)
      }
      guard names.insert(column.name).inserted else { throw .duplicateColumn(column.name) }
      if let row = column.values.firstIndex(where: { $0.isInfinite }) {
        throw .infiniteValue(column: column.name, row: row)
      }
    }
    for text in texts where text.codes.count != times.count {
      throw .unequalLengths(column: text.name, expected: times.count, actual: text.codes.count)
    }
    var next = 0
    for one in series {
      guard one.rows.lowerBound == next, one.rows.upperBound <= times.count else { throw .brokenSeries(one.id) }
      next = one.rows.upperBound
      for row in one.rows.dropFirst() where times[row] <= times[row - 1] { throw .unsorted(series: one.id, row: row) }
    }
    guard next == times.count else { throw .brokenSeries(series.last?.id ?? "") }
    self.init(
      checkedTimes: times, columns: columns, texts: texts, series: series, hasDates: hasDates, notes: notes)
  }

  /// Puts columns together that are known to fit.
  init(
    checkedTimes times: [Int64], columns: [NumericColumn], texts: [TextColumn], series: [SeriesRows], hasDates: Bool,
    isNumbered: Bool = false, notes: [String], inserted: InsertedRows? = nil
  ) {
    self.times = times
    self.columns = columns
    self.texts = texts
    self.series = series
    self.hasDates = hasDates
    self.isNumbered = isNumbered
    self.notes = notes
    self.inserted = inserted
  }

  /// The number of rows of all series.
  public var rowCount: Int { times.count }

  /// The names of the columns of numbers.
  public var columnNames: [String] { columns.map(\.name) }

  /// Whether the table has a series id.
  public var isPanel: Bool { series.count != 1 || series[0].id != "" }

  /// The column of a name.
  ///
  /// - Throws: ``TableError/unknownColumn(name:nearest:)``.
  public func column(_ name: String) throws(TableError) -> NumericColumn {
    if let column = columns.first(where: { $0.name == name }) { return column }
    if texts.contains(where: { $0.name == name }) { throw .textColumn(name) }
    throw .unknownColumn(name: name, nearest: NearestName.of(name, among: columnNames))
  }
}

/// Why columns don't make a table, or what a table does not have.
public enum TableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A column has another number of rows than there are time stamps.
  case unequalLengths(column: String, expected: Int, actual: Int)
  /// Two columns have one name.
  case duplicateColumn(String)
  /// A value is infinite; rows count from 0.
  case infiniteValue(column: String, row: Int)
  /// Times don't ascend; rows count from 0.
  case unsorted(series: String, row: Int)
  /// The ranges of the series don't cover the rows one after the other.
  case brokenSeries(String)
  /// There is no such column.
  case unknownColumn(name: String, nearest: String?)
  /// The column holds text where numbers are needed.
  case textColumn(String)
  /// A range of rows lies outside of the table.
  case rowsOutside(Range<Int>, count: Int)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unequalLengths(let column, let expected, let actual):
      "Column \"\(column)\" has \(actual) values where there are \(expected) time stamps: give one value a row."
    case .duplicateColumn(let name): "Two columns are named \"\(name)\": rename one of them."
    case .infiniteValue(let column, let row):
      "Row \(row) of column \"\(column)\" is infinite: use NaN for a missing value."
    case .unsorted(let series, let row):
      "The time stamp of row \(row)\(series.isEmpty ? "" : " of series \"\(series)\"") is not later than the one before: "
        + "sort the rows and remove duplicates."
    case .brokenSeries(let id):
      "The rows of series \"\(id)\" don't follow those of the series before: give ranges that cover all rows in order."
    case .unknownColumn(let name, let nearest): "The table has no numeric column \"\(name)\"\(hint(nearest))."
    case .textColumn(let name): "Column \"\(name)\" holds text: choose a column of numbers."
    case .rowsOutside(let rows, let count): "Rows \(rows) are not in the table: it has rows 0 to \(count - 1)."
    }
  }
}
