import EspalierData
import Testing

@testable import EspalierTraining

@Suite struct BacktestPlanTests {
  private func plan(
    _ table: SeriesTable, _ configuration: BacktestConfiguration, lookback: Int = 2, horizon: Int = 3
  ) throws -> BacktestPlan {
    try BacktestPlan(
      table, spans: table.series.map(\.rows), configuration: configuration, lookback: lookback, horizon: horizon)
  }

  @Test func foldsOfASeriesByHand() throws {
    // Forty rows; the horizons end with rows 34, 37 and 40.
    let table = try SmallBacktest.table([0..<40])
    let expanding = try plan(table, SmallBacktest.configuration { $0.validation = 0.25 })
    let folds = (0..<3).map { expanding.fold($0) }
    #expect(folds[0] == [FoldRows(start: 0, validation: 24, origin: 31, end: 34)])
    #expect(folds[1] == [FoldRows(start: 0, validation: 26, origin: 34, end: 37)])
    #expect(folds[2] == [FoldRows(start: 0, validation: 28, origin: 37, end: 40)])
    // Validation has at least the horizon.
    let sliding = try plan(
      table,
      SmallBacktest.configuration {
        $0.window = .sliding(rows: 10)
        $0.step = 5
      })
    #expect(sliding.fold(0) == [FoldRows(start: 17, validation: 24, origin: 27, end: 30)])
    #expect(sliding.fold(2) == [FoldRows(start: 27, validation: 34, origin: 37, end: 40)])
    // Without a length, the window is what lies before the first origin.
    let usual = try plan(table, SmallBacktest.configuration { $0.window = .sliding(rows: nil) })
    #expect(usual.length == 31 && usual.fold(2)[0]?.start == 6)
  }

  @Test func seriesOfUnequalLengths() throws {
    let table = try SmallBacktest.table([0..<40, 20..<38, 35..<40])
    // From the end of every series; the short ones take part where they have begun.
    let ends = try plan(table, SmallBacktest.configuration { $0.step = 6 })
    let first = FoldRows(start: 0, validation: 22, origin: 25, end: 28)
    #expect(ends.fold(0) == [first, FoldRows(start: 40, validation: 40, origin: 43, end: 46), nil])
    let short = FoldRows(start: 58, validation: 58, origin: 60, end: 63)
    #expect(ends.fold(2)[1] == FoldRows(start: 40, validation: 52, origin: 55, end: 58) && ends.fold(2)[2] == short)
    // At moments of the calendar: days 25, 31 and 37.
    let calendar = try plan(
      table,
      SmallBacktest.configuration {
        $0.step = 6
        $0.alignment = .calendar
      })
    #expect(calendar.fold(0) == [first, FoldRows(start: 40, validation: 42, origin: 45, end: 48), nil])
    // The second series has one day behind day 37, the third two before it.
    #expect(calendar.fold(2)[1] == FoldRows(start: 40, validation: 53, origin: 57, end: 58))
    #expect(calendar.fold(2)[2] == FoldRows(start: 58, validation: 58, origin: 60, end: 63))
  }

  @Test(arguments: [(5, 10, 4), (100, 1, 35), (2, 30, 2), (3, 30, 2)])
  func tooManyOriginsSaysHowManyFit(origins: Int, step: Int, fitting: Int) throws {
    // Look-back 2 and horizon 3 need 5 rows to train on, 3 to validate on and 3 to forecast.
    let table = try SmallBacktest.table([0..<45])
    let configuration = { (count: Int) in
      SmallBacktest.configuration(origins: count) {
        $0.step = step
        $0.validation = 0.01
      }
    }
    if origins > fitting {
      #expect(
        throws: BacktestError.tooManyOrigins(
          origins: origins, step: step, needed: 11 + (origins - 1) * step, longest: 45, fitting: fitting,
          alignment: .seriesEnds)
      ) { try plan(table, configuration(origins)) }
    }
    _ = try plan(table, configuration(fitting))
  }

  @Test func nothingFitsIntoAShortSeries() throws {
    let table = try SmallBacktest.table([0..<10])
    let error = BacktestError.tooManyOrigins(
      origins: 1, step: 3, needed: 11, longest: 10, fitting: 0, alignment: .seriesEnds)
    #expect(throws: error) { try plan(table, SmallBacktest.configuration(origins: 1)) }
    #expect(error.description.hasPrefix("One origin needs 11 rows and the longest series has 10: not even one fits, "))
    #expect(error.description.hasSuffix("so shorten look-back or horizon, or give more rows."))
  }

  /// The longest series has 40 rows, and all together have 60 moments.
  @Test func theCalendarCountsMoments() throws {
    let table = try SmallBacktest.table([0..<40, 20..<60])
    let calendar = SmallBacktest.configuration(origins: 9) {
      $0.step = 10
      $0.alignment = .calendar
    }
    do {
      _ = try plan(table, calendar)
      Issue.record("Nine origins don't fit.")
    } catch {
      #expect(
        "\(error)" == "9 origins 10 moments apart need 91 moments and the series together have 60: "
          + "at most 5 fit, so ask for fewer, or for a smaller distance.")
    }
  }

  /// Training is ahead of a forecast where one series' last row comes no earlier than another's first one to forecast.
  @Test func aTrainingMayBeAheadOfAnOrigin() throws {
    func isAhead(without days: Set<Int>, _ alignment: BacktestConfiguration.Alignment = .seriesEnds) throws -> Bool {
      let table = try SmallBacktest.table(at: [Array(0..<40), (0..<40).filter { !days.contains($0) }])
      return try plan(table, SmallBacktest.configuration(origins: 1) { $0.alignment = alignment }).learnsAhead(at: 0)
    }
    // The origin is day 37; the other series forecasts three days of its own from day 36 on.
    #expect(try isAhead(without: []) == false && isAhead(without: [10, 36]) == false)
    #expect(try isAhead(without: [38]) && isAhead(without: [39]))
    #expect(try isAhead(without: [38], .calendar) == false)
  }

  @Test func seriesMayLackEverySecondMoment() throws {
    func sparse(_ days: [[Int]], _ alignment: BacktestConfiguration.Alignment = .calendar) throws -> Int {
      try plan(SmallBacktest.table(at: days), SmallBacktest.configuration { $0.alignment = alignment }).sparseSeries
    }
    let (mondays, thursdays) = ((0..<30).map { 7 * $0 }, (0..<30).map { 7 * $0 + 3 })
    #expect(try sparse([mondays, thursdays]) == 2 && sparse([mondays, mondays]) == 0)
    #expect(try sparse([mondays, thursdays], .seriesEnds) == 0)
    #expect(try sparse([Array(0..<60), (0..<60).filter { $0 % 3 > 0 }, (0..<60).filter { $0 % 3 == 0 }]) == 1)
  }

  /// The fewest rows that are named do fit, whatever the share of validation.
  @Test(arguments: [0.001, 0.125, 0.3, 0.5, 0.9])
  func theNeededRowsAreEnoughAndNoneTooMany(share: Double) throws {
    var configuration = SmallBacktest.configuration(origins: 1) { $0.window = .sliding(rows: 1) }
    configuration.validation = share
    let table = try SmallBacktest.table([0..<200])
    var needed = 0
    do {
      _ = try plan(table, configuration)
    } catch BacktestError.slidingTooShort(_, let rows) {
      needed = rows
    }
    #expect(needed >= 8)
    for (rows, fits) in [(needed, true), (needed - 1, false)] {
      let fold = try SmallBacktest.table([0..<rows + 3])
      var expanding = configuration
      expanding.window = .expanding
      let isPossible = (try? plan(fold, expanding)) != nil
      #expect(isPossible == fits)
    }
    configuration.window = .sliding(rows: needed)
    let rows = try #require(try plan(table, configuration).fold(0)[0])
    #expect(rows.validation - rows.start >= 5 && rows.origin - rows.validation >= 3)
  }

  @Test func numbersOutOfRangeAreRefused() throws {
    func check(_ change: (inout BacktestConfiguration) -> Void) throws {
      try SmallBacktest.configuration(origins: 5, change).validate()
    }
    func error(_ name: String, _ value: Int, most: Int = 1_000_000) -> BacktestError {
      .outOfRange(name: name, value: value, most: most)
    }
    try check { _ in }
    #expect(throws: error("number of origins", 0)) { try check { $0.origins = 0 } }
    #expect(throws: error("distance between origins", 0)) { try check { $0.step = 0 } }
    #expect(throws: error("number of trials", .max, most: 1000)) { try check { $0.trials = .max } }
    #expect(throws: error("number of rows of the sliding window", -1)) { try check { $0.window = .sliding(rows: -1) } }
    #expect(throws: error("number of origins from one training to the next", 0)) {
      try check { $0.refit = .every(origins: 0) }
    }
    for share in [0, 1, -0.5, .nan] { #expect(throws: BacktestError.self) { try check { $0.validation = share } } }
  }

  @Test func trainingsServeTheOriginsBehindThem() {
    func groups(_ refit: BacktestConfiguration.Refit) -> [Range<Int>] {
      SmallBacktest.configuration(origins: 5) { $0.refit = refit }.groups
    }
    #expect(groups(.always) == (0..<5).map { $0..<$0 + 1 })
    #expect(groups(.never) == [0..<5] && groups(.every(origins: 9)) == [0..<5])
    #expect(groups(.every(origins: 2)) == [0..<2, 2..<4, 4..<5])
  }
}
