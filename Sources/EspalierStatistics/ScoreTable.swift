/// A table of scores that was checked: rows are blocks or times, columns are methods or models.
struct ScoreTable {
  let rows: [[Double]]
  let columnCount: Int

  /// - Throws: ``ScoreTableError`` when there are fewer than two rows or columns, rows differ in length or a score is
  ///   not finite.
  init(_ rows: [[Double]]) throws(ScoreTableError) {
    guard rows.count >= 2 else { throw .tooFewRows(count: rows.count) }
    let columnCount = rows[0].count
    guard columnCount >= 2 else { throw .tooFewColumns(count: columnCount) }
    for (index, row) in rows.enumerated() {
      guard row.count == columnCount else {
        throw .unevenRow(row: index, count: row.count, expected: columnCount)
      }
      if let column = row.firstIndex(where: { !$0.isFinite }) { throw .notFinite(row: index, column: column) }
    }
    self.rows = rows
    self.columnCount = columnCount
  }
}

/// Why methods could not be compared from a table of scores.
public enum ScoreTableError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Fewer than two rows.
  case tooFewRows(count: Int)
  /// Fewer than two columns.
  case tooFewColumns(count: Int)
  /// A row has another number of scores than the first.
  case unevenRow(row: Int, count: Int, expected: Int)
  /// A score is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// A significance level is not strictly between 0 and 1.
  case level(Double)
  /// A block of the bootstrap is shorter than one row or longer than the table.
  case blockLength(Double, rows: Int)
  /// The number of resamples is out of range.
  case resamples(Int)
  /// A distribution function did not converge.
  case notComputable

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .tooFewRows(let count):
      "A comparison needs at least 2 rows of scores, not \(count); add data sets or settings."
    case .tooFewColumns(let count):
      "A comparison needs at least 2 methods, not \(count); add a method."
    case .unevenRow(let row, let count, let expected):
      "Row \(row) has \(count) scores where row 0 has \(expected); give every method a score in every row."
    case .notFinite(let row, let column):
      "The score in row \(row), column \(column) is not a finite number; leave out the rows of failed runs."
    case .level(let level):
      "The significance level must lie between 0 and 1, not at \(level); 0.05 is usual."
    case .blockLength(let length, let rows):
      "Blocks of the bootstrap must have 1 to \(rows) rows, not \(length); the forecast horizon is a good least length."
    case .resamples(let count):
      "The number of resamples must be \(Resamples.range.lowerBound) to \(Resamples.range.upperBound), not \(count)."
    case .notComputable:
      "The test has no value in double precision for this many methods; compare fewer."
    }
  }
}

/// How many resamples a bootstrap may take.
enum Resamples {
  /// With fewer no tail of 5 % is seen; with more the replicates would not fit into memory.
  static let range = 100...10_000_000
}
