import Testing

@testable import EspalierData

@Suite struct DateParsingTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -86_400_000), ("2004-02-29", 1_078_012_800_000),
    ("2018-10-03T23:59:59.999Z", 1_538_611_199_999), ("2018-10-03T23:59:59.999", 1_538_611_199_999),
    ("2018-10-04T01:59:59+02:00", 1_538_611_199_000), ("2018-10-03 22:29:59-0130", 1_538_611_199_000),
    ("2018-10-03 23:59", 1_538_611_140_000), ("2018-10-03 23:59:59.1234567", 1_538_611_199_123),
    ("03/10/2018", 1_538_524_800_000), ("3/10/2018 23:59:59", 1_538_611_199_000), ("03.10.2018", 1_538_524_800_000),
    ("03-10-2018T00:00", 1_538_524_800_000), ("2018/10/03", 1_538_524_800_000), ("2018-10", 1_538_352_000_000),
    ("1600-03-01", -11_670_912_000_000), ("2100-03-01", 4_107_542_400_000),
  ])
  func `reads dates`(text: String, milliseconds: Int) {
    #expect(TimeStamp.parse(text) == Int64(milliseconds))
  }

  @Test(arguments: [
    "", "2018", "2018-13-01", "2018-02-29", "2018-00-10", "32/01/2018", "10/03/18", "2018-10-03T", "2018-10-03 25:00",
    "2018-10-03 10:60", "2018-10-03x", "12.5", "18.00.00", "2018-10-03 10:00:00.", "2018-10-03T10:00:00+2",
  ])
  func `refuses what is no date`(text: String) {
    #expect(TimeStamp.parse(text) == nil)
  }

  @Test func `writes what it reads`() {
    for text in ["2004-02-29", "1969-12-31 23:00:00", "2018-10-03 23:59:59.999", "0001-01-01"] {
      #expect(TimeStamp.parse(text).map(TimeStamp.text) == text)
    }
    #expect(TimeStamp.length(900_000) == "15 min")
    #expect(TimeStamp.length(86_400_000) == "1 d")
  }

  @Test func `civil dates and day counts are inverse over eight centuries`() {
    for days in stride(from: -140_000, to: 150_000, by: 1) {
      let date = CivilTime.date(days: days)
      #expect(CivilTime.days(year: date.year, month: date.month, day: date.day) == days)
    }
  }

  @Test func `calendar phases`() {
    let time = TimeStamp.parse("2024-12-31 06:00:00") ?? 0
    #expect(CalendarFeature.timeOfDay.phase(time) == 0.25)
    #expect(CalendarFeature.dayOfWeek.phase(time) == 1.0 / 7)
    #expect(CalendarFeature.dayOfMonth.phase(time) == 30.0 / 31)
    #expect(CalendarFeature.dayOfYear.phase(time) == 365.0 / 366)
    #expect(CalendarFeature.dayOfWeek.phase(-1) == 2.0 / 7)
    #expect(CalendarFeature.varying(step: 3_600_000).count == 4)
    #expect(CalendarFeature.varying(step: 86_400_000).count == 3)
    #expect(CalendarFeature.varying(step: 7 * 86_400_000) == [.dayOfYear])
  }
}
