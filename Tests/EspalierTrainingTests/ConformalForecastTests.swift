import EspalierData
import EspalierStatistics
import Testing

@testable import EspalierTraining

@Suite struct ConformalForecastTests {
  private func data() throws -> PreparedData {
    try PreparedData(
      table: SyntheticSeries.load.table(rows: 400),
      task: ForecastTask(target: "load", lookback: 8, horizon: 2, season: 24))
  }

  private func lastValues(_ windows: [Window], _ data: PreparedData) -> [Double] {
    windows.flatMap { window in (0..<2).map { data.naiveLastValue(window, step: $0) } }
  }

  @Test func futureWindowsGetTheNextInterval() throws {
    let data = try data()
    let known = data.test
    let settings = AdaptiveConformal(level: 0.8, window: 60)
    let forecast = try ConformalForecast(after: known, forecasts: lastValues(known, data), of: data)
    let future = lastValues(data.future, data)
    let intervals = try forecast.intervals(of: data.future, forecasts: future, settings: settings)
    #expect(intervals.count == 2)
    // Test windows have every origin from 320 to 398, the future one has 400: a row without a window lies between.
    #expect(known.map(\.origin) == Array(320...398) && data.future.map(\.origin) == [400])
    for step in 0..<2 {
      let residuals = known.map { data.truth($0, step: step) - data.naiveLastValue($0, step: step) }
      let bands = try settings.bands(residuals: residuals + [.nan, .nan], from: 39, delay: step + 1)
      #expect(intervals[step] == bands[bands.count - 1].shifted(by: future[step]))
      #expect(intervals[step].isFinite)
    }
  }

  /// A window in the middle of the residuals sees those before it alone.
  @Test func laterResidualsAreNotSeen() throws {
    let data = try data()
    let settings = AdaptiveConformal(level: 0.8, window: 60)
    let window = data.test[50]
    let values = lastValues(data.test, data)
    let all = try ConformalForecast(after: data.test, forecasts: values, of: data)
    let past = try ConformalForecast(
      after: Array(data.test[..<50]), forecasts: Array(values[..<100]), of: data)
    let one = try all.intervals(of: [window], forecasts: [0, 0], settings: settings)
    #expect(try past.intervals(of: [window], forecasts: [0, 0], settings: settings) == one)
  }

  @Test func withoutResidualsIntervalsAreInfinite() throws {
    let data = try data()
    let none = try ConformalForecast(after: [], forecasts: [], of: data)
    let intervals = try none.intervals(of: data.future, forecasts: [1, 2], settings: AdaptiveConformal())
    #expect(intervals.allSatisfy { $0.lower == -.infinity && $0.upper == .infinity })
    #expect(throws: IntervalError.counts(name: "forecasts", count: 1, truths: 2)) {
      try none.intervals(of: data.future, forecasts: [1], settings: AdaptiveConformal())
    }
    #expect(throws: IntervalError.counts(name: "forecasts", count: 1, truths: 0)) {
      try ConformalForecast(after: [], forecasts: [1], of: data)
    }
    #expect(throws: IntervalError.level(2)) {
      try none.intervals(of: [], forecasts: [], settings: AdaptiveConformal(level: 2))
    }
    #expect(throws: IntervalError.notFinite(name: "forecasts", position: 1)) {
      try ConformalForecast(after: [data.test[0]], forecasts: [1, .nan], of: data)
    }
  }
}
