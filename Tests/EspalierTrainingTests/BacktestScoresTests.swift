import EspalierData
import EspalierStatistics
import Foundation
import Testing

@testable import EspalierTraining

/// Scores held against sums that are written out here, from the table and the forecasts alone.
@Suite struct BacktestScoresTests {
  private static let days = [0..<80, 30..<80, 70..<80]

  /// A report of two seeds on a panel with gaps in the target.
  private static func report() throws -> (BacktestReport, SeriesTable) {
    let table = try SmallBacktest.table(days) { $2 == "y" && ($1 == 50 || $1 == 75) ? .nan : $3 }
    let configuration = SmallBacktest.configuration { $0.trials = 2 }
    return (try SmallBacktest.backtest(configuration, table: table).run(threads: 2), table)
  }

  /// One scored forecast, with what its errors are divided by.
  private struct Case {
    let origin, series: Int
    let forecast, naive2, truths: [Double]
    let scale, square, volume: Double

    func errors(_ steps: Range<Int>, of values: [Double]) -> [(error: Double, percent: Double)] {
      steps.filter { !truths[$0].isNaN }.map { step in
        let error = abs(values[step] - truths[step])
        let magnitude = abs(values[step]) + abs(truths[step])
        return (error, 200 * error / magnitude)
      }
    }
  }

  private static func cases(_ report: BacktestReport, _ table: SeriesTable) throws -> [Case] {
    let y = try table.column("y").values
    return report.forecasts.flatMap { forecast -> [Case] in
      let one = table.series[forecast.series]
      let past = one.rows.filter { table.times[$0] <= forecast.cutoff }.map { y[$0] }
      func distances(_ rows: Int) -> [Double] {
        zip(past, past.dropFirst(rows)).map { earlier, later in abs(later - earlier) }.filter { !$0.isNaN }
      }
      let (season, steps) = (distances(7), distances(1).map { $0 * $0 })
      var filled = past
      for row in filled.indices.dropFirst() where filled[row].isNaN { filled[row] = filled[row - 1] }
      let recent = filled.suffix(7)
      return forecast.trials.map { trial in
        Case(
          origin: forecast.origin, series: forecast.series, forecast: trial.values, naive2: forecast.naive2,
          truths: forecast.truths.map { $0 ?? .nan }, scale: season.reduce(0, +) / Double(season.count),
          square: steps.reduce(0, +) / Double(steps.count), volume: recent.reduce(0, +))
      }
    }
  }

  private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  /// Compares the scores of some cases with sums of their own.
  private func expect(_ scores: [BacktestScores], are all: [Case], steps: Range<Int> = 0..<3, weighs: Bool = true)
    throws
  {
    let model = try #require(scores.first)
    let cases = all.filter { !$0.errors(steps, of: $0.forecast).isEmpty }
    let errors = cases.map { one in one.errors(steps, of: one.forecast) }
    let naive = cases.map { one in one.errors(steps, of: one.naive2) }
    let mean = Self.mean
    let flat = errors.flatMap { $0.map(\.error) }
    let smape = mean(errors.map { mean($0.map(\.percent)) })
    func scaled(_ errors: [[(error: Double, percent: Double)]]) -> [Double] {
      zip(cases, errors).map { one, errors in mean(errors.map(\.error)) / one.scale }.filter { !$0.isNaN }
    }
    let mases = scaled(errors)
    let (mase, naiveMase) = (mean(mases), mean(scaled(naive)))
    let naiveSmape = mean(naive.map { mean($0.map(\.percent)) })
    let rmsse = zip(cases, errors).map { one, errors in
      let squares = errors.map { $0.error * $0.error }
      return (mean(squares) / one.square).squareRoot()
    }
    func close(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) < 1e-9 } ?? false }
    #expect(model.windows == cases.count && model.count == flat.count)
    #expect(model.withoutScale == cases.count - mases.count)
    let square = mean(flat.map { $0 * $0 })
    #expect(close(model.mae, mean(flat)) && close(model.rmse, square.squareRoot()))
    #expect(close(model.smape, smape) && close(model.mase, mase) && close(model.rmsse, mean(rmsse)))
    let owa = (smape / naiveSmape + mase / naiveMase) / 2
    #expect(close(model.owa, owa))
    #expect(scores.map(\.forecaster) == BacktestForecaster.allCases)
    #expect(close(scores[3].owa, 1) && close(scores[3].mase, naiveMase))
    guard weighs else {
      #expect(model.wrmsse == nil)
      return
    }
    let totals = Dictionary(grouping: all, by: \.origin).mapValues { $0.map(\.volume).reduce(0, +) }
    let weights = cases.map { $0.volume / (totals[$0.origin] ?? .nan) }
    let weighted = zip(weights, rmsse).map { $0 * $1 }.reduce(0, +)
    #expect(close(model.wrmsse, weighted / weights.reduce(0, +)))
  }

  @Test func scoresAreThePlainSums() throws {
    let (report, table) = try Self.report()
    let cases = try Self.cases(report, table)
    // Before the origins of the short series no two values lie a week apart.
    #expect(cases.count == 16 && report.overall[0].withoutScale > 0)
    try expect(report.overall, are: cases)
    for origin in 0..<3 { try expect(report.byOrigin[origin], are: cases.filter { $0.origin == origin }) }
    for step in 0..<3 { try expect(report.byStep[step], are: cases, steps: step..<step + 1) }
    for series in 0..<2 {
      try expect(report.bySeries[series], are: cases.filter { $0.series == series }, weighs: false)
    }
    #expect(report.bySeries[2].count == 4)
  }

  @Test func naiveForecastsAreThoseOfThePast() throws {
    let (report, table) = try Self.report()
    let y = try table.column("y").values
    for forecast in report.forecasts {
      let rows = table.series[forecast.series].rows.filter { table.times[$0] <= forecast.cutoff }
      var past = rows.map { y[$0] }
      for row in past.indices.dropFirst() where past[row].isNaN { past[row] = past[row - 1] }
      #expect(forecast.lastValue == [Double](repeating: past[past.count - 1], count: 3))
      let seasonal = past.count < 7 ? forecast.lastValue : (0..<3).map { past[past.count - 7 + $0] }
      #expect(forecast.seasonal == seasonal)
      #expect(forecast.naive2 == (try NaiveForecast.naive2(of: past, season: 7, horizon: 3)))
    }
    // The series show their week, so that Naive2 is more than the last value.
    #expect(report.forecasts[0].naive2 != report.forecasts[0].lastValue)
  }

  /// A series that never changes has no scale; its windows are counted and leave no NaN behind.
  @Test func whatIsUndefinedIsNil() throws {
    let table = try SmallBacktest.table([0..<80, 0..<80]) { $0 == 1 && $2 == "y" ? 0 : $3 }
    let report = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table).run(threads: 2)
    let still = report.bySeries[1]
    #expect(still.allSatisfy { $0.mase == nil && $0.rmsse == nil && $0.owa == nil && $0.withoutScale == 3 })
    #expect(still[0].mae >= 0 && still[1].mae == 0 && report.overall[0].withoutScale == 3)
    #expect(report.overall[0].mase == report.bySeries[0][0].mase)
    // Its volume is 0, so all weight lies on the other one.
    let one = try #require(report.overall[0].wrmsse), other = try #require(report.bySeries[0][0].rmsse)
    #expect(abs(one - other) < 1e-12)
    // Negative values are no volume.
    let negative = try SmallBacktest.table([0..<80, 0..<80]) { $2 == "y" ? $3 - 22 : $3 }
    let signed = try SmallBacktest.backtest(SmallBacktest.configuration(), table: negative).run(threads: 2)
    #expect(signed.forecasts.contains { $0.volume == nil } && signed.overall[0].wrmsse == nil)
  }

  /// M5 weighs by the sales of the last 28 days; a day without a row sold nothing under the rule `zero`.
  @Test(arguments: [(FillRule.zero, 40.0), (.forward, 280)])
  func volumeIsThatOfTheLastRows(rule: FillRule, weekly: Double) throws {
    // One series sells 10 a day, the other 10 a week.
    let days = [Array(0..<140), (0..<20).map { 7 * $0 }]
    let table = try SmallBacktest.table(at: days) { $2 == "y" ? 10 : $3 }.onGrid(rule)
    let y = try table.column("y").values
    let volumes = try zip(table.series.indices, [105, 245]).map { series, origin in
      let rows = FoldRows(
        start: table.series[series].rows.lowerBound, validation: origin - 28, origin: origin, end: origin + 28)
      return try BacktestForecast(
        origin: 0, series: series, rows: rows, of: table, target: y, season: 7, horizon: 28)?.volume
    }
    #expect(volumes == [280, weekly])
  }

  /// A panel of one series has nothing to weigh.
  @Test func oneSeriesHasNoWeights() throws {
    let plain = try SmallBacktest.table()
    let table = try SeriesTable(
      times: plain.times, columns: plain.columns, series: [SeriesRows(id: "only", rows: 0..<80)])
    let report = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table).run(threads: 1)
    #expect(report.isPanel && report.overall.allSatisfy { $0.wrmsse == nil })
  }

  /// Of channels in different units, MASE decides and not the mean absolute error.
  @Test(arguments: [true, false])
  func channelsAreComparedByMASE(isWide: Bool) throws {
    var task = SmallBacktest.task()
    if isWide { (task.target, task.channels, task.features) = ("value", [], []) }
    let report = try SmallBacktest.backtest(
      SmallBacktest.configuration(), table: try SmallBacktest.table(), task: task
    ).run(threads: 1)
    #expect(report.mixesUnits == isWide)
    func beats(mae: Double, mase: Double?) throws -> Bool {
      let file = try JSONSerialization.jsonObject(with: JSONEncoder().encode(report))
      var object = try #require(file as? [String: Any])
      var overall = try #require(object["overall"] as? [[String: Any]])
      overall[0]["mae"] = mae
      overall[0]["mase"] = mase
      object["overall"] = overall
      let changed = try JSONSerialization.data(withJSONObject: object)
      return try JSONDecoder().decode(BacktestReport.self, from: changed).beatsNaive
    }
    #expect(try beats(mae: 0, mase: 1000) == !isWide)
    #expect(try beats(mae: 1000, mase: 0) == isWide)
    #expect(try beats(mae: 0, mase: nil) == !isWide)
  }

  @Test func withoutASeasonTheNaiveForecastsAreOne() throws {
    let report = try SmallBacktest.backtest(
      SmallBacktest.configuration(), table: try SmallBacktest.table(), task: SmallBacktest.task(season: 1)
    ).run(threads: 1)
    #expect(report.overall.map(\.forecaster) == [.model, .lastValue])
    #expect(report.overall[1].owa == 1 && report.overall.allSatisfy { $0.wrmsse == nil })
    #expect(report.beatsNaive == (report.overall[0].mae < report.overall[1].mae))
    let (seasonal, _) = try Self.report()
    let model = seasonal.overall[0].mae
    #expect(seasonal.beatsNaive == seasonal.overall.dropFirst().allSatisfy { model < $0.mae })
  }
}
