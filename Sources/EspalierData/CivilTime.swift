/// Dates of the proleptic Gregorian calendar and milliseconds since 1970-01-01 00:00:00 UTC, without leap seconds.
package enum CivilTime {
  package static let day: Int64 = 86_400_000

  /// Days from 1970-01-01 to a date.
  ///
  /// - Source: Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
  @inline(__always)
  package static func days(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The date of a count of days since 1970-01-01.
  package static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Whether a year has 366 days.
  package static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// The number of days of a month; `month` is in 1...12.
  @inline(__always)
  package static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// Whole days since 1970 and the milliseconds into the day, the latter never negative.
  package static func split(_ time: Int64) -> (days: Int, milliseconds: Int64) {
    let days = (time >= 0 ? time : time - (day - 1)) / day
    return (Int(days), time - days * day)
  }
}

/// Writes time stamps for people.
public enum TimeStamp {
  /// A time stamp as `2024-12-31` at midnight, else as `2024-12-31 23:59:59`, with milliseconds where there are some.
  ///
  /// - Parameter milliseconds: Milliseconds since 1970-01-01 00:00:00.
  /// - Returns: The text, without a zone.
  public static func text(_ milliseconds: Int64) -> String {
    let (days, rest) = CivilTime.split(milliseconds)
    let (year, month, day) = CivilTime.date(days: days)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    guard rest != 0 else { return date }
    let seconds = Int(rest / 1000)
    let time = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    let fraction = Int(rest % 1000)
    return "\(date) \(time)" + (fraction == 0 ? "" : ".\(padded(fraction, 3))")
  }

  /// Milliseconds since 1970 of a date written as in ISO 8601, or nil when the text is not one.
  public static func parse(_ text: String) -> Int64? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      return DateParsing(order: .dayFirst).date(Field(start: base, end: base + bytes.count))?.time
    }
  }

  /// A length of time as `1 h`, `15 min`, `1 d`, `10 s` or `250 ms`.
  public static func length(_ milliseconds: Int64) -> String {
    for (unit, name) in [(CivilTime.day, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")]
    where milliseconds % unit == 0 && milliseconds != 0 {
      return "\(milliseconds / unit) \(name)"
    }
    return "\(milliseconds) ms"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
