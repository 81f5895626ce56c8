/// The rows of one series that a window's horizon may lie in, part by part.
public struct SeriesParts: Equatable, Sendable {
  /// Rows to train on.
  public let train: Range<Int>
  /// Rows to stop and select by.
  public let validation: Range<Int>
  /// Rows to report.
  public let test: Range<Int>
  /// Rows between validation and test to calibrate intervals on; empty unless the task reserves them.
  public var calibration: Range<Int> = 0..<0
}

/// Cuts a table into train, validation and test in time order.
enum ChronologicalSplit {
  /// The parts of every series.
  ///
  /// Of n different dates the first `7n/10` train, those up to `8n/10` validate, the rest test (integer division); a
  /// panel's series share these dates. A fixed split counts the rows of a single series instead, or those that all series
  /// have in common where their time stamps are the same.
  ///
  /// - Throws: ``PreparationError/splitBeyondRows(needed:rows:)``, ``PreparationError/splitOfPanel`` or
  ///   ``PreparationError/notPositive(name:value:)``.
  static func parts(of table: SeriesTable, fixed: FixedSplit?) throws(PreparationError) -> [SeriesParts] {
    if let fixed {
      guard table.seriesShareTimes else { throw .splitOfPanel }
      let rows = table.series.first?.rows.count ?? 0
      for (name, value) in [("train", fixed.train), ("validation", fixed.validation), ("test", fixed.test)] {
        guard value >= 1 else { throw .notPositive(name: "number of \(name) rows", value: value) }
        guard value <= rows else { throw .splitBeyondRows(needed: value, rows: rows) }
      }
      let (first, second) = (fixed.train, fixed.train + fixed.validation)
      let end = second + fixed.test
      guard end <= rows else { throw .splitBeyondRows(needed: end, rows: rows) }
      return table.series.map { one in
        let start = one.rows.lowerBound
        return SeriesParts(
          train: start..<start + first, validation: start + first..<start + second, test: start + second..<start + end)
      }
    }
    guard table.series.count > 1 else {
      let rows = table.rowCount
      let (first, second) = (7 * rows / 10, 8 * rows / 10)
      return [SeriesParts(train: 0..<first, validation: first..<second, test: second..<rows)]
    }
    let dates = Set(table.times).sorted()
    guard !dates.isEmpty else { return [] }
    let (first, second) = (7 * dates.count / 10, 8 * dates.count / 10)
    return table.series.map { one in
      let validation = table.firstRow(of: one.rows, notBefore: first < dates.count ? dates[first] : .max)
      let test = table.firstRow(of: one.rows, notBefore: second < dates.count ? dates[second] : .max)
      return SeriesParts(
        train: one.rows.lowerBound..<validation, validation: validation..<test, test: test..<one.rows.upperBound)
    }
  }
}

extension SeriesTable {
  /// Whether all series have the same time stamps.
  var seriesShareTimes: Bool {
    guard let first = series.first else { return false }
    return series.allSatisfy { times[$0.rows].elementsEqual(times[first.rows]) }
  }

  /// The first row of a range at or after a moment, by bisection; the range's end where there is none.
  package func firstRow(of rows: Range<Int>, notBefore time: Int64) -> Int {
    var (low, high) = (rows.lowerBound, rows.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
