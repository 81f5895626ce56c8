import EspalierData

/// What every fold of a backtest has of every series.
struct BacktestPlan: Sendable {
  private let table: SeriesTable
  /// The rows of every series up to its last known target.
  let spans: [Range<Int>]
  /// The moments of all series, ascending; nil where every series counts its own rows.
  private let times: [Int64]?
  private let cut: FoldCut
  /// Rows from one origin to the next.
  let step: Int
  private let origins: Int
  /// Rows before an origin that may be learned from, at most.
  let length: Int
  /// Rows of the longest series, or moments, before the first origin.
  let before: Int

  /// Cuts a table.
  ///
  /// - Parameters:
  ///   - table: The whole table, a wide one as its panel.
  ///   - spans: The rows of every series up to its last known target, where it ends for this purpose.
  ///   - configuration: Origins, window, alignment and validation.
  ///   - lookback: Steps of history.
  ///   - horizon: Steps to forecast.
  /// - Throws: ``BacktestError/tooManyOrigins(origins:step:needed:longest:fitting:alignment:)`` or
  ///   ``BacktestError/slidingTooShort(rows:needed:)``.
  init(
    _ table: SeriesTable, spans: [Range<Int>], configuration: BacktestConfiguration, lookback: Int, horizon: Int
  ) throws(BacktestError) {
    self.table = table
    self.spans = spans
    times =
      configuration.alignment == .calendar ? Set(spans.joined().lazy.map { table.times[$0] }).sorted() : nil
    cut = FoldCut(lookback: lookback, horizon: horizon, validation: configuration.validation)
    step = configuration.step ?? horizon
    origins = configuration.origins
    let longest = times?.count ?? spans.map(\.count).max() ?? 0
    before = longest - horizon - (origins - 1) * step
    length = try cut.length(longest: longest, before: before, step: step, configuration)
  }

  /// Cuts a fold out of the table.
  ///
  /// - Parameter origin: The number of its origin, from 0, in time order.
  /// - Returns: What it has of every series; nil for a series that takes no part.
  func fold(_ origin: Int) -> [FoldRows?] {
    let distance = cut.horizon + (origins - 1 - origin) * step
    guard let times else {
      return spans.map { span in
        rows(of: span, at: cut.places(origin: span.count - distance, length: length)) { span.lowerBound + $0 }
      }
    }
    let places = cut.places(origin: times.count - distance, length: length)
    return spans.map { span in
      rows(of: span, at: places) { table.firstRow(of: span, notBefore: times[$0]) }
    }
  }

  /// Whether a training at an origin learns from rows of some series that come no earlier than the first one that is
  /// forecast of another; never with the calendar's alignment.
  func learnsAhead(at origin: Int) -> Bool {
    let rows = fold(origin).compactMap { $0 }
    let forecast = rows.filter { $0.canBeForecast(lookback: cut.lookback) }
    guard let latest = rows.map({ table.times[$0.origin - 1] }).max(),
      let earliest = forecast.map({ table.times[$0.origin] }).min()
    else { return false }
    return latest >= earliest
  }

  /// The number of series that have a row at no more than every second moment from their first to their last one; 0
  /// where origins don't count moments.
  var sparseSeries: Int {
    guard let times else { return 0 }
    return spans.count { span in
      guard let first = span.first, let last = span.last else { return false }
      let moments = Self.place(of: table.times[last], in: times) - Self.place(of: table.times[first], in: times) + 1
      return span.count >= cut.lookback + cut.horizon && 2 * span.count <= moments + 1
    }
  }

  /// The place of a moment by bisection.
  private static func place(of time: Int64, in times: [Int64]) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func rows(of span: Range<Int>, at places: FoldCut.Places?, row: (Int) -> Int) -> FoldRows? {
    guard let places else { return nil }
    let (start, origin) = (row(places.start), row(places.origin))
    guard start < origin else { return nil }
    return FoldRows(
      start: start, validation: row(places.validation), origin: origin, end: min(span.upperBound, origin + cut.horizon))
  }
}

/// How what lies before an origin is cut, in rows of a series or moments that series share.
private struct FoldCut {
  /// What begins where: training, validation, forecast.
  typealias Places = (start: Int, validation: Int, origin: Int)

  let lookback: Int
  let horizon: Int
  let validation: Double

  /// The places of a fold; nil where nothing lies before the origin.
  func places(origin: Int, length: Int) -> Places? {
    guard origin > 0 else { return nil }
    let start = max(0, origin - length)
    return (start, max(start, origin - validationCount(of: origin - start)), origin)
  }

  /// Rows to validate on: the share of those before the origin, at least the horizon; products within 1e-9 of a whole
  /// number are it.
  private func validationCount(of count: Int) -> Int {
    max(horizon, Int((validation * Double(count) + 1e-9).rounded(.down)))
  }

  /// The fewest rows before an origin that hold a training window and a validation window.
  private var least: Int {
    let needed = lookback + horizon
    var count = max(needed + horizon, Int(Double(needed - 1) / (1 - validation)) - 1)
    while count - validationCount(of: count) < needed { count += 1 }
    return count
  }

  /// The rows before an origin that may be learned from, at most.
  ///
  /// - Parameters:
  ///   - longest: Rows of the longest series, or all moments.
  ///   - before: Those before the first origin.
  ///   - step: Those from one origin to the next.
  ///   - configuration: Window, alignment and the number of origins.
  /// - Returns: Rows or moments.
  /// - Throws: ``BacktestError``.
  func length(
    longest: Int, before: Int, step: Int, _ configuration: BacktestConfiguration
  ) throws(BacktestError) -> Int {
    let least = least
    if case .sliding(let rows?) = configuration.window, rows < least {
      throw .slidingTooShort(rows: rows, needed: least)
    }
    guard before >= least else {
      let spare = longest - horizon - least
      throw .tooManyOrigins(
        origins: configuration.origins, step: step, needed: least + longest - before, longest: longest,
        fitting: spare < 0 ? 0 : spare / step + 1, alignment: configuration.alignment)
    }
    return switch configuration.window {
    case .expanding: longest
    case .sliding(let rows): rows ?? before
    }
  }
}
