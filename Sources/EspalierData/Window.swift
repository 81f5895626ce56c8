/// One sample: where its forecast starts and which series it belongs to.
///
/// It reads rows `origin - lookback ..< origin` and forecasts rows `origin ..< origin + horizon`.
public struct Window: Equatable, Hashable, Sendable, BitwiseCopyable {
  /// The first row to forecast, counted over the whole table.
  public let origin: Int32
  /// The index of the series in the table.
  public let series: Int32

  /// Places a window.
  public init(origin: Int, series: Int) {
    self.origin = Int32(origin)
    self.series = Int32(series)
  }
}

/// Lists windows.
enum Windows {
  /// The windows of one series whose whole horizon lies in a part and whose target is known at every step of it.
  ///
  /// - Parameters:
  ///   - rows: The rows of the series, which a look-back may reach.
  ///   - part: The rows that horizons may touch.
  ///   - series: The index of the series.
  ///   - lookback: Steps of history, at least 1.
  ///   - horizon: Steps to forecast, at least 1.
  ///   - known: For every row of the table whether the target is known; nil when all count as known.
  ///   - inserted: The rows that were inserted; some are no origin of a forecast.
  ///   - list: The windows are appended in time order.
  static func append(
    rows: Range<Int>, part: Range<Int>, series: Int, lookback: Int, horizon: Int, known: [Bool]?,
    inserted: InsertedRows?, to list: inout [Window]
  ) {
    let first = max(part.lowerBound, rows.lowerBound + lookback)
    let last = min(part.upperBound, rows.upperBound) - horizon
    guard first <= last else { return }
    func append(_ origin: Int) {
      if inserted?.forbidsOrigin(origin) != true { list.append(Window(origin: origin, series: series)) }
    }
    guard let known else {
      for origin in first...last { append(origin) }
      return
    }
    var missing = (first..<first + horizon).reduce(0) { $0 + (known[$1] ? 0 : 1) }
    for origin in first...last {
      if missing == 0 { append(origin) }
      guard origin < last else { break }
      missing += (known[origin + horizon] ? 0 : 1) - (known[origin] ? 0 : 1)
    }
  }
}
