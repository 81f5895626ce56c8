/// Fills missing values within the rows of one series.
enum Imputation {
  /// The values of some rows, each missing one replaced by the last before it, or by `start` where there is none.
  @inline(__always)
  static func forward(
    _ values: [Double], rows: Range<Int>, start: Double, _ body: (Int, Double) throws(PreparationError) -> Void
  ) throws(PreparationError) {
    var last = start
    for row in rows {
      if !values[row].isNaN { last = values[row] }
      try body(row, last)
    }
  }

  /// What stands before the first value of a series: the fitted mean in the strict evaluation, and in the paper's
  /// the first value, which comes from a later row.
  static func start(
    _ values: [Double], rows: Range<Int>, evaluation: Evaluation, mean: Double
  ) -> Double {
    guard evaluation == .paper else { return mean }
    return rows.lazy.map { values[$0] }.first { !$0.isNaN } ?? mean
  }
}
