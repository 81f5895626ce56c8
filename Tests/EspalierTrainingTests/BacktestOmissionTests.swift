import EspalierData
import EspalierNN
import EspalierStatistics
import Testing

@testable import EspalierTraining

/// What can't be forecast from some origins is left out and told, and takes nothing else with it.
@Suite struct BacktestOmissionTests {
  private static func task(_ change: (inout ForecastTask) -> Void) -> ForecastTask {
    var task = SmallBacktest.task()
    task.features = []
    change(&task)
    return task
  }

  /// A shop of a new kind opens; it could be forecast from the last origin.
  @Test func aNewCategoryTakesNoOtherSeriesWithIt() throws {
    let table = try SmallBacktest.rich(
      [Array(0..<80), Array(0..<80), Array(73..<80)], kinds: ["shop", "depot", "kiosk"])
    let task = Self.task { $0.statics = ["kind"] }
    func report(_ refit: BacktestConfiguration.Refit) throws -> BacktestReport {
      try SmallBacktest.backtest(SmallBacktest.configuration { $0.refit = refit }, table: table, task: task)
        .run(threads: 2)
    }
    let never = try report(.never)
    #expect(never.failures.isEmpty && never.forecasts.map(\.series) == [0, 1, 0, 1, 0, 1])
    #expect(
      never.notes.filter { $0.hasPrefix("1 of 3 series have a category that no series of a training") }.count == 1)
    let always = try report(.always)
    #expect(always.forecasts.map(\.series) == [0, 1, 0, 1, 0, 1, 2])
    #expect(!always.notes.contains { $0.contains("category") })
  }

  @Test func seriesWithoutScalesAreTold() throws {
    let table = try SmallBacktest.table([0..<80, 30..<80, 70..<80])
    let task = Self.task { $0.scaling = .perSeries }
    let report = try SmallBacktest.backtest(
      SmallBacktest.configuration { $0.refit = .never }, table: table, task: task
    ).run(threads: 1)
    #expect(report.failures.isEmpty && report.forecasts.map(\.series) == [0, 1, 0, 1, 0, 1])
    #expect(report.notes.filter { $0.hasPrefix("1 of 3 series began after a training") }.count == 1)
  }

  /// The origins are days 71, 74 and 77.
  @Test func whatMustBeKnownInAdvanceIs() throws {
    let task = Self.task { $0.known = ["x"] }
    func report(missing days: Range<Int>) throws -> BacktestReport {
      let table = try SmallBacktest.table { $2 == "x" && days.contains($1) ? .nan : $3 }
      return try SmallBacktest.backtest(SmallBacktest.configuration(), table: table, task: task).run(threads: 2)
    }
    let all = try report(missing: 20..<21)
    #expect(all.forecasts.map(\.origin) == [0, 1, 2] && !all.notes.contains { $0.contains("known columns") })
    let two = try report(missing: 76..<77)
    #expect(two.forecasts.map(\.origin) == [0, 2] && two.failures.isEmpty && two.byOrigin[1].isEmpty)
    #expect(two.notes.filter { $0.hasPrefix("1 of 1 series lack values of known columns within a horizon") }.count == 1)
    let missing = PreparationError.futureMissing(column: "x", series: "", time: 71 * 86_400_000, isDate: true)
    #expect(throws: missing) { try report(missing: 71..<80) }
  }

  /// The only series of the first fold has ended before its origin; its model forecasts the other one later.
  @Test func aTrainingWithNothingToForecastIsNoFailure() throws {
    let table = try SmallBacktest.table([0..<60, 59..<80])
    let configuration = SmallBacktest.configuration(origins: 6) {
      $0.refit = .never
      $0.alignment = .calendar
    }
    let report = try SmallBacktest.backtest(configuration, table: table).run(threads: 1)
    #expect(report.failures.isEmpty && report.trainings.map(\.origin) == [0])
    #expect(report.forecasts.map(\.origin) == [1, 2, 3, 4, 5] && report.forecasts.allSatisfy { $0.series == 1 })
  }

  /// The row of the message is one of the data, not of the fold.
  @Test func valuesThatAreTooLargeAreNamed() throws {
    let table = try SmallBacktest.table([0..<80, 0..<80]) { $0 == 1 && $1 == 72 && $2 == "x" ? 1e300 : $3 }
    let report = try SmallBacktest.backtest(
      SmallBacktest.configuration { $0.window = .sliding(rows: 40) }, table: table
    ).run(threads: 2)
    let error = BacktestError.notFinite(column: "x", series: "s1", time: 72 * 86_400_000, isDate: true)
    #expect(report.failures.map(\.origin) == [1, 2] && report.failures.allSatisfy { $0.reason == "\(error)" })
    #expect("\(error)".hasPrefix("Column \"x\" of series \"s1\" is infinite or too large at 1970-03-14: "))
  }

  @Test func whatToBearInMindIsSaid() throws {
    func notes(_ days: [[Int]], _ change: (inout BacktestConfiguration) -> Void) throws -> [String] {
      try SmallBacktest.backtest(SmallBacktest.configuration(change), table: SmallBacktest.table(at: days)).notes
    }
    let weekly = [(0..<60).map { 7 * $0 }, (0..<60).map { 7 * $0 + 3 }]
    let sparse = try notes(weekly) { $0.alignment = .calendar }
    #expect(sparse.count == 1 && sparse[0].hasPrefix("2 of 2 series have rows at no more than every second moment"))
    #expect(try notes(weekly) { _ in }.isEmpty)
    // The series end together, and yet their origins don't lie together.
    let ahead = try notes([Array(0..<80), (0..<80).filter { $0 != 78 }]) { _ in }
    #expect(ahead.count == 1 && ahead[0].contains("later than the origin of others"))
    let sliding = try notes([Array(0..<80)]) { $0.window = .sliding(rows: 365) }
    #expect(sliding.count == 1 && sliding[0].contains("holds 365 rows and 71 lie before the first origin"))
    #expect(try notes([Array(0..<80)]) { $0.window = .sliding(rows: 71) }.isEmpty)
  }
}
