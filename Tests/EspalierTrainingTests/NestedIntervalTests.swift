import EspalierData
import EspalierStatistics
import Testing

@testable import EspalierTraining

/// Intervals of several coverages hold the forecast and each other.
@Suite struct NestedIntervalTests {
  private static func areNested(_ point: ForecastPoint) -> Bool {
    var inner = PredictionInterval(lower: point.forecast, upper: point.forecast)
    for interval in point.intervals ?? [] {
      if interval.lower > inner.lower || interval.upper < inner.upper { return false }
      inner = interval
    }
    return point.intervals?.isEmpty == false
  }

  @Test func theyAreWidenedAndNeverNarrowed() {
    // 50 % and 90 % of a barely trained quantile model, a forecast beside both, and an end that nothing bounds.
    let made = PredictionInterval.nested(
      [
        [.init(lower: 11.24, upper: 13.25), .init(lower: 1, upper: 2), .init(lower: -.infinity, upper: 5)],
        [.init(lower: 10.19, upper: 12.83), .init(lower: 0, upper: 3), .init(lower: 0, upper: 6)],
      ], holding: [13.51, 1.5, 4])
    #expect(
      made == [
        [.init(lower: 11.24, upper: 13.51), .init(lower: 1, upper: 2), .init(lower: -.infinity, upper: 5)],
        [.init(lower: 10.19, upper: 13.51), .init(lower: 0, upper: 3), .init(lower: -.infinity, upper: 6)],
      ])
  }

  /// Each level is calibrated by itself: here 90 % shrink to a point inside 50 %, which were right as they are.
  @Test(arguments: [IntervalMethod.split, .adaptive])
  func levelsThatAreCalibratedApartAreNested(method: IntervalMethod) throws {
    let data = try PreparedData(
      table: SyntheticSeries.load.table(rows: 400),
      task: ForecastTask(target: "load", lookback: 8, horizon: 2, season: 24))
    let levels = [0.05, 0.25, 0.5, 0.75, 0.95], past = data.test
    let truths = past.flatMap { window in (0..<2).map { data.truth(window, step: $0) } }
    let known = WindowForecasts(
      values: truths,
      quantiles: QuantileForecasts(levels: levels, values: truths.flatMap { [$0 - 10, $0, $0, $0, $0 + 10] }))
    let series = SeriesCalibration(
      data: data, steps: 2, levels: [0.5, 0.9], ends: [(0.25, 0.75), (0.05, 0.95)], method: method,
      adaptive: AdaptiveConformal())
    let made = try series.intervals(
      of: data.future[0],
      around: [
        [.init(lower: 95, upper: 105), .init(lower: 95, upper: 105)],
        [.init(lower: 94, upper: 106), .init(lower: 94, upper: 106)],
      ], holding: [100, 107], after: past, known)
    #expect(made.intervals[0] == [.init(lower: 95, upper: 105), .init(lower: 95, upper: 107)])
    #expect(made.intervals[1] == made.intervals[0])
  }

  /// Residuals far on one side, each side judged by itself: the intervals would all lie beside the forecast.
  @Test(arguments: [IntervalMethod.split, .adaptive])
  func theyHoldForecastsThatAreOffToOneSide(method: IntervalMethod) throws {
    let saved = try ForecastIntervalTests.model()
    var values = try ForecastIntervalTests.table.column("load").values
    // What the model has seen goes on as a steep slope, of which every forecast falls short.
    for row in 320..<400 { values[row] += 1000 * Double(row - 319) }
    let table = try SeriesTable(
      times: ForecastIntervalTests.table.times,
      columns: ForecastIntervalTests.table.columns.map {
        $0.name == "load" ? NumericColumn(name: "load", values: values) : $0
      })
    var request = ForecastRequest(levels: [0.5, 0.8, 0.9], method: method)
    request.adaptive.scores = .signed
    let report = try saved.forecast(table, request)
    #expect(report.points.count == 3 && report.points.allSatisfy(Self.areNested))
    #expect(report.points.contains { $0.intervals?[0].lower == $0.forecast })
  }

  @Test(arguments: IntervalMethod.allCases)
  func thoseOfABarelyTrainedQuantileModelAreNested(method: IntervalMethod) throws {
    let saved = try ForecastIntervalTests.model(loss: .quantiles([0.05, 0.25, 0.5, 0.75, 0.95])) {
      $0.training.epochs = 1
    }
    let report = try saved.forecast(
      ForecastIntervalTests.table, ForecastRequest(levels: [0.9, 0.5, 0.7, 0.8], method: method))
    #expect(report.points.count == 3 && report.points.allSatisfy(Self.areNested))
  }
}
