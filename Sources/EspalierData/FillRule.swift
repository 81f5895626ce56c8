/// What becomes of rows that are missing on a regular grid.
///
/// Inserted targets are never scored, and inputs never look ahead.
public enum FillRule: String, Codable, Sendable, CaseIterable {
  /// They are inserted, and their values are the last ones before.
  case forward
  /// They are inserted, and their values lie on a line from the row before to the row behind.
  ///
  /// A window whose forecast begins at the row behind would see that row in its inputs; it is left out.
  case linear
  /// They are inserted, and their values are 0.
  case zero
  /// None is inserted: rows count as neighbours whatever the time between them.
  case none
}

/// The rows of a table that were inserted, and what stands in them.
struct InsertedRows: Equatable, Sendable {
  let rule: FillRule
  /// By row whether it was inserted.
  private(set) var isInserted: [Bool]

  /// Some of the rows, in order.
  func keeping(_ rows: [Int]) -> InsertedRows {
    InsertedRows(rule: rule, isInserted: rows.map { isInserted[$0] })
  }

  /// The rows several times, one after the other.
  func repeated(_ count: Int) -> InsertedRows {
    InsertedRows(rule: rule, isInserted: Array(repeatElement(isInserted, count: count).joined()))
  }

  /// A column with the rule's values in inserted rows; NaN where the last value before is to stand.
  func filling(_ values: [Double], series: [SeriesRows]) -> [Double] {
    guard rule == .zero || rule == .linear else { return values }
    var result = values
    if rule == .zero {
      for row in result.indices where isInserted[row] { result[row] = 0 }
      return result
    }
    for one in series {
      var before = one.rows.lowerBound
      for row in one.rows where !isInserted[row] {
        if row - before > 1 {
          for gap in before + 1..<row {
            let fraction = Double(gap - before) / Double(row - before)
            result[gap] = values[before] + fraction * (values[row] - values[before])
          }
        }
        before = row
      }
    }
    return result
  }

  /// Whether a window must not begin to forecast at a row, because its inputs would hold what that row says.
  func forbidsOrigin(_ row: Int) -> Bool { rule == .linear && row > 0 && isInserted[row - 1] }
}
