/// The regular moments that the rows of a series lie on.
public enum TimeGrid: Codable, Equatable, Hashable, Sendable, CustomStringConvertible {
  /// A fixed number of milliseconds between rows, at least 1.
  case every(milliseconds: Int64)
  /// Monday to Friday.
  case businessDays
  /// A number of months between rows, at least 1, always on the same day or, in shorter months, on the last one.
  case months(Int)
  /// No dates but whole numbers that a column gives, a fixed distance of at least 1 apart.
  case numbers(step: Int64)

  /// The distance in words: `1 h`, `1 business day`, `1 month`, `1 year`; of numbers their difference, `1`.
  public var description: String {
    switch self {
    case .every(let milliseconds): TimeStamp.length(milliseconds)
    case .businessDays: "1 business day"
    case .months(let count): count % 12 == 0 ? Self.units(count / 12, "year") : Self.units(count, "month")
    case .numbers(let step): "\(step)"
    }
  }

  /// A moment of the grid in words: a date, or the number that it is.
  func text(_ time: Int64) -> String { isOfNumbers ? String(time) : TimeStamp.text(time) }

  /// Whether its moments are numbers and no dates.
  var isOfNumbers: Bool {
    if case .numbers = self { return true }
    return false
  }

  private static func units(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  /// The moment some steps behind another that lies on the grid.
  ///
  /// - Parameters:
  ///   - steps: How many steps later, at least 0.
  ///   - start: Milliseconds since 1970.
  ///   - monthDay: The day that months are counted to, or the last one of shorter months; nil takes that of `start`.
  /// - Returns: Milliseconds since 1970; the largest number there is where it would overflow.
  func time(_ steps: Int, after start: Int64, monthDay: Int? = nil) -> Int64 {
    switch self {
    case .every(let milliseconds), .numbers(let milliseconds):
      let (distance, overflow) = milliseconds.multipliedReportingOverflow(by: Int64(steps))
      let (time, second) = start.addingReportingOverflow(distance)
      return overflow || second ? .max : time
    case .businessDays:
      let (days, clock) = CivilTime.split(start)
      let week = Self.weekday(days)
      // Counted from the Monday of the week, five steps are seven days.
      let ahead = min(week, 4) + steps
      return Int64(days - week + ahead / 5 * 7 + ahead % 5) * CivilTime.day + clock
    case .months(let count):
      let (days, clock) = CivilTime.split(start)
      let (year, month, day) = CivilTime.date(days: days)
      let (all, overflow) = count.multipliedReportingOverflow(by: steps)
      guard !overflow, all < Self.mostMonths else { return .max }
      let target = year * 12 + month - 1 + all
      let (newYear, newMonth) = (Self.floor(target, 12), target - 12 * Self.floor(target, 12) + 1)
      let length = CivilTime.length(ofMonth: newMonth, year: newYear)
      let newDay = min(monthDay ?? day, length)
      return Int64(CivilTime.days(year: newYear, month: newMonth, day: newDay)) * CivilTime.day + clock
    }
  }

  /// How many steps a moment lies behind another.
  ///
  /// - Parameters:
  ///   - start: A moment of the grid.
  ///   - time: Milliseconds since 1970, not before `start`.
  ///   - monthDay: As in ``time(_:after:monthDay:)``.
  /// - Returns: The steps; nil when the moment lies between two moments of the grid.
  func steps(from start: Int64, to time: Int64, monthDay: Int? = nil) -> Int? {
    let (distance, overflow) = time.subtractingReportingOverflow(start)
    guard !overflow, distance >= 0 else { return nil }
    let guess: Int
    switch self {
    case .every(let step), .numbers(let step): return distance % step == 0 ? Int(distance / step) : nil
    case .businessDays:
      let (first, last) = (CivilTime.split(start).days, CivilTime.split(time).days)
      let (from, to) = (Self.weekday(first), Self.weekday(last))
      guess = (last - to - (first - from)) / 7 * 5 + min(to, 4) - min(from, 4)
    case .months(let count):
      let (first, last) = (
        CivilTime.date(days: CivilTime.split(start).days), CivilTime.date(days: CivilTime.split(time).days)
      )
      guess = ((last.year - first.year) * 12 + last.month - first.month) / count
    }
    return guess >= 0 && self.time(guess, after: start, monthDay: monthDay) == time ? guess : nil
  }

  /// Whether the grid's step is at least 1.
  var isUsable: Bool {
    switch self {
    case .every(let step), .numbers(let step): step >= 1
    case .businessDays: true
    case .months(let count): (1...Self.mostMonths).contains(count)
    }
  }

  /// A thousand years.
  private static let mostMonths = 12_000

  /// The day of the week of a count of days since 1970, Monday 0.
  static func weekday(_ days: Int) -> Int { ((days + 3) % 7 + 7) % 7 }

  private static func floor(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }
}

extension SeriesTable {
  /// The grid that most rows lie on, by the most frequent distance between neighbours.
  ///
  /// Days without any Saturday or Sunday are business days where a Monday follows a Friday; 28 to 31, 89 to 92 and 365 or
  /// 366 days are months, quarters and years. Nil without dates, and when no series has two rows.
  public var inferredGrid: TimeGrid? {
    guard hasDates, let step = inferredStep, step > 0 else { return nil }
    guard step % CivilTime.day == 0 else { return .every(milliseconds: step) }
    switch step / CivilTime.day {
    case 1 where isBusinessDaily: return .businessDays
    case 28...31 where hasMonths(1): return .months(1)
    case 89...92 where hasMonths(3): return .months(3)
    case 365...366 where hasMonths(12): return .months(12)
    default: return .every(milliseconds: step)
    }
  }

  /// The grid that rows are held against: ``inferredGrid``, or that of the whole numbers of a column.
  ///
  /// Rows that a file's order numbers have none.
  var rowGrid: TimeGrid? {
    guard isNumbered else { return inferredGrid }
    return inferredStep.flatMap { $0 > 0 ? .numbers(step: $0) : nil }
  }

  private var isBusinessDaily: Bool {
    var crossesWeekend = false
    for one in series {
      for row in one.rows {
        let days = CivilTime.split(times[row]).days
        let weekday = TimeGrid.weekday(days)
        if weekday > 4 { return false }
        if row > one.rows.lowerBound, weekday < TimeGrid.weekday(CivilTime.split(times[row - 1]).days) {
          crossesWeekend = true
        }
      }
    }
    return crossesWeekend
  }

  /// Whether most neighbours are a number of months apart on the calendar, and not, say, always 28 days.
  private func hasMonths(_ count: Int) -> Bool {
    let grid = TimeGrid.months(count)
    var (fitting, all) = (0, 0)
    for one in series {
      let monthDay = monthDay(of: one)
      for row in one.rows.dropFirst() {
        all += 1
        fitting += grid.steps(from: times[row - 1], to: times[row], monthDay: monthDay) == 1 ? 1 : 0
      }
    }
    return 2 * fitting > all
  }

  /// The day of the month that a series keeps to, its last one in shorter months: 31 where every row is a month's last.
  ///
  /// A series on the 30th has the 28th of February among its rows and goes on with the 30th of March. Nil for rows that
  /// keep to no day.
  func monthDay(of one: SeriesRows) -> Int? {
    let days = one.rows.map { row in
      let (year, month, day) = CivilTime.date(days: CivilTime.split(times[row]).days)
      return (day: day, length: CivilTime.length(ofMonth: month, year: year))
    }
    if days.allSatisfy({ $0.day == $0.length }) { return 31 }
    let latest = days.map(\.day).max() ?? 31
    return days.allSatisfy { $0.day == min(latest, $0.length) } ? latest : nil
  }
}
