import EspalierData
import Foundation

/// Round numbers along an axis.
struct ValueTicks: Equatable {
  /// The numbers, ascending.
  let values: [Double]
  /// What stands beside them.
  let labels: [String]

  /// Multiples of 1, 2 or 5 times a power of ten within a range, about as many as wanted.
  init(_ range: ClosedRange<Double>, about count: Int) {
    let span = range.upperBound - range.lowerBound
    guard span > 0, span.isFinite else {
      values = [range.lowerBound]
      labels = [NumberText.significant(range.lowerBound)]
      return
    }
    let rough = span / Double(max(1, count))
    let power = pow(10, floor(log10(rough)))
    let step = power * ([1, 2, 5, 10].first { $0 * power >= rough } ?? 10)
    let first = (range.lowerBound / step).rounded(.up), last = (range.upperBound / step).rounded(.down)
    // A range of numbers that are equal but for rounding has no ticks between its ends.
    guard first <= last, last - first < 1000 else {
      values = [range.lowerBound]
      labels = [NumberText.significant(range.lowerBound)]
      return
    }
    values = (0...Int(last - first)).map { (first + Double($0)) * step }
    let decimals = max(0, -Int(floor(log10(step) + 1e-9)))
    labels = values.map { NumberText.fixed($0, decimals: min(decimals, 12)) }
  }
}

/// Round moments along an axis of dates, or round rows where there are none.
struct TimeTicks: Equatable {
  /// The moments, ascending.
  let times: [Int64]
  /// What stands below them.
  let labels: [String]

  private enum Step: Equatable {
    case milliseconds(Int64)
    case months(Int)
  }

  private static let steps: [Step] =
    [1, 2, 5, 10, 20, 50, 100, 200, 500].map { .milliseconds($0) }
    + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map { .milliseconds($0 * 1000) }
    + [1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map { .milliseconds($0 * 3_600_000) }
    + [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000].map { .months($0) }

  /// Moments within a range, at most so many.
  init(_ range: ClosedRange<Int64>, areDates: Bool, atMost count: Int) {
    guard areDates else {
      let ticks = ValueTicks(Double(range.lowerBound)...Double(range.upperBound), about: count)
      times = ticks.values.compactMap { Int64(exactly: $0) }
      labels = times.map(String.init)
      return
    }
    for step in Self.steps {
      guard let moments = Self.moments(step, in: range, limit: count) else { continue }
      times = moments
      labels = moments.map { Self.label($0, step) }
      return
    }
    (times, labels) = ([], [])
  }

  /// The moments of a step in a range; nil when there are more than a limit.
  private static func moments(_ step: Step, in range: ClosedRange<Int64>, limit: Int) -> [Int64]? {
    var result: [Int64] = []
    switch step {
    case .milliseconds(let length):
      // Weeks begin on Mondays; 1970-01-05 was the first one.
      let origin = length % (7 * CivilTime.day) == 0 ? 4 * CivilTime.day : 0
      let (span, overflow) = range.upperBound.subtractingReportingOverflow(range.lowerBound)
      guard !overflow, span / length <= Int64(limit) else { return nil }
      let past = (range.lowerBound &- origin) % length
      var time = range.lowerBound &- past &+ (past > 0 ? length : 0)
      while time <= range.upperBound, result.count <= limit {
        result.append(time)
        let (next, overflow) = time.addingReportingOverflow(length)
        if overflow { break }
        time = next
      }
    case .months(let count):
      let first = CivilTime.date(days: CivilTime.split(range.lowerBound).days)
      var month = (first.year * 12 + first.month - 1) / count * count
      while result.count <= limit {
        let year = Int((Double(month) / 12).rounded(.down))
        let days = Int64(CivilTime.days(year: year, month: month - 12 * year + 1, day: 1))
        let (time, overflow) = days.multipliedReportingOverflow(by: CivilTime.day)
        if overflow || time > range.upperBound { break }
        if time >= range.lowerBound { result.append(time) }
        month += count
      }
    }
    return result.count > limit ? nil : result
  }

  private static func label(_ time: Int64, _ step: Step) -> String {
    let text = TimeStamp.text(time)
    let date = text.prefix(10)
    switch step {
    case .months(let count): return String(count % 12 == 0 ? text.prefix(4) : text.prefix(7))
    case .milliseconds(let length):
      // At midnight the day says more than the clock; seconds only where steps are that short.
      if time % CivilTime.day == 0 { return String(date.dropFirst(5)) }
      let clock = text.dropFirst(11)
      return String(length % 60_000 == 0 ? clock.prefix(5) : clock)
    }
  }
}
