import Foundation

/// A part of the calendar as two inputs: sine and cosine of its phase, which has no jump at midnight or new year.
public enum CalendarFeature: String, Codable, Sendable, CaseIterable {
  /// The time since midnight, in days.
  case timeOfDay = "time of day"
  /// The day of the week, Monday 0, in weeks.
  case dayOfWeek = "day of week"
  /// The day of the month, the first 0, in months of that month's length.
  case dayOfMonth = "day of month"
  /// The day of the year, the first of January 0, in years of that year's length.
  case dayOfYear = "day of year"

  /// The parts that vary between rows which are `step` milliseconds apart: the time of day only below a day, the days
  /// of week and month only up to a day.
  public static func varying(step: Int64) -> [CalendarFeature] {
    if step < CivilTime.day { return allCases }
    return step == CivilTime.day ? [.dayOfWeek, .dayOfMonth, .dayOfYear] : [.dayOfYear]
  }

  /// The names of the two inputs.
  public var inputNames: [String] { ["\(rawValue) (sine)", "\(rawValue) (cosine)"] }

  /// The phase, in 0 ..< 1.
  ///
  /// - Parameter time: Milliseconds since 1970.
  /// - Returns: The fraction of the cycle that has passed.
  public func phase(_ time: Int64) -> Double {
    let (days, rest) = CivilTime.split(time)
    switch self {
    case .timeOfDay: return Double(rest) / Double(CivilTime.day)
    case .dayOfWeek: return Double(((days + 3) % 7 + 7) % 7) / 7
    case .dayOfMonth:
      let (year, month, day) = CivilTime.date(days: days)
      return Double(day - 1) / Double(CivilTime.length(ofMonth: month, year: year))
    case .dayOfYear:
      let year = CivilTime.date(days: days).year
      let first = CivilTime.days(year: year, month: 1, day: 1)
      return Double(days - first) / (CivilTime.isLeap(year) ? 366 : 365)
    }
  }

  /// The two inputs, each in -1...1.
  func values(_ time: Int64) -> (sine: Float, cosine: Float) {
    let angle = 2 * Double.pi * phase(time)
    return (Float(sin(angle)), Float(cos(angle)))
  }
}
