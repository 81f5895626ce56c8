/// Reads dates and times of day as they stand in files.
///
/// Dates: `2004-03-10`, `2004/03/10`, `2004-03`, `10/03/2004`, `10.03.2004`, `10-03-2004`, alone or with a time behind a
/// space or `T`. Times: `18:00`, `18:00:00`, `18.00.00`, a fraction of the second (cut to milliseconds), and behind that a
/// zone `Z`, `+02`, `+0200` or `+02:00`. Without a zone the time is taken as it stands.
struct DateParsing {
  /// Which number of `10/03/2004` is the day.
  ///
  /// `compact` reads nothing but eight digits, `20040310`: elsewhere they are a number.
  enum Order { case dayFirst, monthFirst, compact }
  let order: Order

  /// A date with or without a time.
  ///
  /// - Returns: Milliseconds since 1970 and whether there was a time of day; nil when the field is no date.
  func date(_ field: Field) -> (time: Int64, hasClock: Bool)? {
    if order == .compact { return compactDate(field) }
    var p = field.start
    let end = field.end
    let first = Self.number(&p, end, most: 4)
    guard first.digits > 0, p < end else { return nil }
    let mark = p.pointee
    guard mark == 0x2D || mark == 0x2F || mark == 0x2E else { return nil }
    p += 1
    let second = Self.number(&p, end, most: 2)
    guard second.digits > 0 else { return nil }
    let year: Int, month: Int, day: Int
    if first.digits == 4 {
      (year, month) = (first.value, second.value)
      if p < end, p.pointee == mark {
        p += 1
        let third = Self.number(&p, end, most: 2)
        guard third.digits > 0 else { return nil }
        day = third.value
      } else {
        guard p == end, mark != 0x2E else { return nil }
        day = 1
      }
    } else {
      guard first.digits <= 2, p < end, p.pointee == mark else { return nil }
      p += 1
      let third = Self.number(&p, end, most: 4)
      guard third.digits == 4 else { return nil }
      year = third.value
      (day, month) = order == .dayFirst ? (first.value, second.value) : (second.value, first.value)
    }
    guard month >= 1, month <= 12, day >= 1, day <= CivilTime.length(ofMonth: month, year: year) else { return nil }
    let midnight = Int64(CivilTime.days(year: year, month: month, day: day)) * CivilTime.day
    if p == end { return (midnight, false) }
    guard p.pointee == 0x20 || p.pointee | 0x20 == 0x74 else { return nil }
    while p < end, p.pointee == 0x20 || p.pointee | 0x20 == 0x74 { p += 1 }
    guard let clock = clock(Field(start: p, end: end)) else { return nil }
    return (midnight + clock, true)
  }

  /// A day between 1800 and 2199 in eight digits.
  private func compactDate(_ field: Field) -> (time: Int64, hasClock: Bool)? {
    var p = field.start
    let year = Self.number(&p, field.end, most: 4)
    let month = Self.number(&p, field.end, most: 2)
    let day = Self.number(&p, field.end, most: 2)
    // A column with gaps comes out of some programs as 20241231.0.
    if day.digits == 2, field.end - p > 1, p.pointee == 0x2E || p.pointee == 0x2C {
      p += 1
      while p < field.end, p.pointee == 0x30 { p += 1 }
    }
    guard p == field.end, year.digits + month.digits + day.digits == 8, (1800..<2200).contains(year.value),
      (1...12).contains(month.value), day.value >= 1,
      day.value <= CivilTime.length(ofMonth: month.value, year: year.value)
    else { return nil }
    return (Int64(CivilTime.days(year: year.value, month: month.value, day: day.value)) * CivilTime.day, false)
  }

  /// A time of day, with or without a zone.
  ///
  /// - Returns: Milliseconds since midnight, less the zone's offset; nil when the field is no time.
  func clock(_ field: Field) -> Int64? {
    var p = field.start
    let end = field.end
    let hour = Self.number(&p, end, most: 2)
    guard hour.digits > 0, hour.value < 24, p < end else { return nil }
    let mark = p.pointee
    guard mark == 0x3A || mark == 0x2E else { return nil }
    p += 1
    let minute = Self.number(&p, end, most: 2)
    guard minute.digits == 2, minute.value < 60 else { return nil }
    var time = Int64(hour.value * 3600 + minute.value * 60) * 1000
    if p < end, p.pointee == mark {
      p += 1
      let second = Self.number(&p, end, most: 2)
      guard second.digits == 2, second.value < 60 else { return nil }
      time += Int64(second.value) * 1000
      if p < end, p.pointee == 0x2E || p.pointee == 0x2C {
        p += 1
        var unit: Int64 = 100
        guard p < end, p.pointee &- 0x30 < 10 else { return nil }
        while p < end, p.pointee &- 0x30 < 10 {
          time += Int64(p.pointee &- 0x30) * unit
          unit /= 10
          p += 1
        }
      }
    } else if mark == 0x2E {
      return nil
    }
    if p == end { return time }
    guard let zone = zone(Field(start: p, end: end)) else { return nil }
    return time - zone
  }

  private func zone(_ field: Field) -> Int64? {
    var p = field.start
    let end = field.end
    while p < end, p.pointee == 0x20 { p += 1 }
    guard p < end else { return nil }
    if p.pointee | 0x20 == 0x7A { return p + 1 == end ? 0 : nil }
    guard p.pointee == 0x2B || p.pointee == 0x2D else { return nil }
    let sign: Int64 = p.pointee == 0x2B ? 1 : -1
    p += 1
    let hours = Self.number(&p, end, most: 2)
    guard hours.digits == 2 else { return nil }
    if p < end, p.pointee == 0x3A { p += 1 }
    let minutes = Self.number(&p, end, most: 2)
    guard p == end, minutes.digits == 0 || minutes.digits == 2 else { return nil }
    return sign * Int64(hours.value * 60 + minutes.value) * 60_000
  }

  @inline(__always)
  private static func number(
    _ p: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, most: Int
  ) -> (value: Int, digits: Int) {
    var value = 0
    var digits = 0
    while p < end, digits < most, p.pointee &- 0x30 < 10 {
      value = value * 10 + Int(p.pointee &- 0x30)
      digits += 1
      p += 1
    }
    return (value, digits)
  }
}
