import Foundation
import Testing

@testable import EspalierData

/// A model goes on along the grid that it was trained on, so data on another one would get wrong time stamps.
@Suite struct OtherGridTests {
  enum Grid: String, CaseIterable {
    case halfHourly, hourly, twoHourly, daily, business, weekly, fourWeekly, monthStarts, monthEnds, quarterly

    /// Moments from Monday, the first of January 2024.
    func times(_ count: Int) -> [Int64] {
      let first: Int64 = 1_704_067_200_000
      func every(_ hours: Double) -> [Int64] { (0..<count).map { first + Int64(Double($0) * hours * 3_600_000) } }
      func months(_ step: Int, from start: String = "2024-01-01", day: Int = 1) -> [Int64] {
        let start = TimeStamp.parse(start) ?? 0
        return (0..<count).map { TimeGrid.months(step).time($0, after: start, monthDay: day) }
      }
      return switch self {
      case .halfHourly: every(0.5)
      case .hourly: every(1)
      case .twoHourly: every(2)
      case .daily: every(24)
      case .business: (0..<count).map { TimeGrid.businessDays.time($0, after: first) }
      case .weekly: every(7 * 24)
      case .fourWeekly: every(28 * 24)
      case .monthStarts: months(1)
      case .monthEnds: months(1, from: "2024-01-31", day: 31)
      case .quarterly: months(3)
      }
    }
  }

  private func table(_ times: [Int64]) throws -> SeriesTable {
    try SeriesTable(times: times, columns: [NumericColumn(name: "y", values: scrambled(times.count))])
  }

  private func fitted(_ grid: Grid) throws -> FittedPreparation {
    try PreparedData(table: table(grid.times(120)), task: ForecastTask(target: "y", lookback: 4, horizon: 2)).fitted
  }

  @Test(arguments: Grid.allCases, Grid.allCases)
  func `rows on another grid are refused`(trained: Grid, given: Grid) throws {
    let fitted = try fitted(trained)
    // Month starts and month ends are one grid, on another day, and business days are days.
    let areSame =
      trained == given || Set([trained, given]) == [.monthStarts, .monthEnds] || (trained, given) == (.daily, .business)
    for count in [12, 60] {
      let table = try table(given.times(count))
      if areSame {
        #expect(try fitted.windows(of: table).future.count == 1)
      } else {
        let error = #expect(throws: PreparationError.self) { try fitted.windows(of: table) }
        #expect(error?.description.contains("was trained on steps of \(try #require(fitted.grid)) and these") == true)
      }
    }
  }

  @Test func `the sentence names both`() throws {
    let error = try #require(throws: PreparationError.self) {
      try fitted(.business).windows(of: table(Grid.daily.times(20)))
    }
    #expect(
      error.description
        == "The model was trained on steps of 1 business day and these data have steps of 1 d: give data "
        + "with the same step, or train anew on such data.")
  }

  @Test func `few business days may look like any days`() throws {
    let fitted = try fitted(.business)
    for count in 4...7 { #expect(try fitted.windows(of: table(Grid.business.times(count))).future.count == 1) }
    let week = try fitted.windows(of: table(Grid.business.times(5)))
    #expect(TimeStamp.text(week.time(week.future[0], step: 0)) == "2024-01-08")
  }

  @Test func `holidays, a Saturday and rows that lie on no grid are no other grid`() throws {
    let business = Grid.business.times(100)
    let holidays = business.enumerated().filter { ![3, 4, 40, 77].contains($0.offset) }.map(\.element)
    let saturday = (holidays + [business[0] + 5 * 86_400_000]).sorted()
    for times in [holidays, saturday] {
      #expect(try fitted(.business).windows(of: table(times)).future.count == 1)
    }
    // Last business days of months, 28 to 33 days apart, keep to no day of the month.
    func monthEnds(_ count: Int, from year: Int) -> [Int64] {
      (0..<count).map { month in
        let days = CivilTime.days(year: year + (month + 1) / 12, month: (month + 1) % 12 + 1, day: 1) - 1
        return Int64(days - max(0, TimeGrid.weekday(days) - 4)) * CivilTime.day
      }
    }
    let irregular = try PreparedData(
      table: table(monthEnds(120, from: 2010)), task: ForecastTask(target: "y", lookback: 4, horizon: 2)
    ).fitted
    for year in 2000..<2024 {
      for count in [8, 9, 12, 30] {
        #expect(try irregular.windows(of: table(monthEnds(count, from: year))).future.count == 1, "\(year) \(count)")
      }
    }
  }

  /// An exchange that opened on a few Saturdays has days for a grid, and its next rows may be business days.
  @Test func `a few Saturdays in either file refuse nothing`() throws {
    let business = Grid.business.times(600)
    let saturdays = [4, 104, 204].map { business[$0] + 86_400_000 }
    let fitted = try PreparedData(
      table: table((business + saturdays).sorted()), task: ForecastTask(target: "y", lookback: 4, horizon: 2)
    ).fitted
    #expect(fitted.grid == .every(milliseconds: CivilTime.day))
    let next = try fitted.windows(of: table(Array(business.suffix(40))))
    #expect(next.future.count == 1 && next.notes.contains { $0.hasSuffix("its forecasts go on day by day.") })
    let short = try table((business.prefix(12) + [business[4] + 86_400_000]).sorted())
    #expect(try self.fitted(.business).windows(of: short).future.count == 1)
    let same = try fitted.windows(of: table((business + saturdays).sorted()))
    #expect(!same.notes.contains { $0.contains("day by day") })
  }

  @Test func `rows without dates don't fit a model that knows dates, nor the reverse`() throws {
    let dated = try table(Grid.daily.times(60))
    let undated = try SeriesTable(times: Array(0..<60), columns: dated.columns, hasDates: false)
    let task = ForecastTask(target: "y", lookback: 4, horizon: 2)
    let (with, without) = (try PreparedData(table: dated, task: task), try PreparedData(table: undated, task: task))
    let error = try #require(throws: PreparationError.otherTimes(expected: .dates, actual: .order)) {
      try with.fitted.windows(of: undated)
    }
    #expect(
      error.description
        == "The model was trained on rows with dates and these are rows without dates: name the column that "
        + "tells them, or train anew on such rows.")
    #expect(throws: PreparationError.otherTimes(expected: .order, actual: .dates)) {
      try without.fitted.windows(of: dated)
    }
    #expect(try without.fitted.windows(of: undated).future.count == 1)
  }

  /// Files of before grids were kept say the step alone.
  @Test func `an older file's step is held against as ever`() throws {
    var older = try fitted(.hourly)
    older.grid = nil
    #expect(try older.windows(of: table(Grid.twoHourly.times(20))).future.count == 1)
    #expect(throws: PreparationError.self) { try older.windows(of: table(Grid.daily.times(20))) }
  }
}
