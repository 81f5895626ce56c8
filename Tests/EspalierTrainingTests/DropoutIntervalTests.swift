import EspalierData
import EspalierStatistics
import EspalierTensor
import Testing

@testable import EspalierTraining

/// Intervals of Monte Carlo dropout.
@Suite struct DropoutIntervalTests {
  /// SciPy: norm.ppf(0.9) and norm.ppf(0.975).
  static let quantiles = [0.8: 1.2815515655446004, 0.95: 1.959963984540054]

  private static func saved(_ evaluation: Evaluation = .strict, loss: LossKind = .meanSquaredError) throws -> SavedModel
  {
    try ForecastIntervalTests.model(loss: loss) {
      $0.regularizer = RegularizerConfiguration(kind: .monteCarloDropout)
      $0.task.evaluation = evaluation
    }
  }

  @Test func theyReachZDeviationsToBothSides() throws {
    for (level, z) in Self.quantiles {
      let made = try DropoutIntervals.of(means: [10, -2], deviations: [2, 0], level: level)
      #expect(abs(made[0].lower - (10 - 2 * z)) < 1e-12 && abs(made[0].upper - (10 + 2 * z)) < 1e-12)
      #expect(made[1] == PredictionInterval(lower: -2, upper: -2))
    }
    #expect(try WindowForecasts(values: [1]).dropoutIntervals(level: 0.8) == nil)
    #expect(throws: IntervalError.level(1)) { try DropoutIntervals.of(means: [1], deviations: [1], level: 1) }
    #expect(throws: IntervalError.counts(name: "deviations", count: 2, truths: 1)) {
      try DropoutIntervals.of(means: [1], deviations: [1, 2], level: 0.8)
    }
    #expect(throws: IntervalError.notFinite(name: "deviations", position: 0)) {
      try DropoutIntervals.of(means: [1], deviations: [.nan], level: 0.8)
    }
  }

  @Test func forecastsHaveThemUncalibrated() throws {
    let saved = try Self.saved()
    let request = ForecastRequest(horizon: 2, levels: [0.95, 0.8], method: .uncalibrated)
    let report = try saved.forecast(ForecastIntervalTests.table, request)
    #expect(report.intervals?.levels == [0.8, 0.95] && report.intervals?.after == nil && report.points.count == 2)
    for point in report.points {
      let intervals = try #require(point.intervals), deviation = try #require(point.deviation)
      #expect(deviation > 0)
      for (interval, level) in zip(intervals, [0.8, 0.95]) {
        let reach = deviation * (Self.quantiles[level] ?? .nan)
        #expect(abs(interval.upper - point.forecast - reach) < 1e-9)
        #expect(abs(point.forecast - interval.lower - reach) < 1e-9)
      }
    }
    #expect(report.notes.last?.contains("not the noise, so they cover too little") == true)
  }

  /// Calibrated intervals are around the mean of the passes, whatever the deviation.
  @Test func calibratedOnesAreAroundTheMean() throws {
    let request = ForecastRequest(levels: [0.8], method: .split)
    for point in try Self.saved().forecast(ForecastIntervalTests.table, request).points {
      let interval = try #require(point.intervals?[0])
      #expect(abs((interval.lower + interval.upper) / 2 - point.forecast) < 1e-9)
    }
  }

  @Test func quantilesOfALossComeFirstAndOnePassHasNoDeviation() throws {
    let request = ForecastRequest(levels: [0.8], method: .uncalibrated)
    let report = try Self.saved(loss: .quantiles([0.1, 0.5, 0.9])).forecast(ForecastIntervalTests.table, request)
    for point in report.points {
      let quantiles = try #require(point.quantiles)
      #expect(point.intervals == [PredictionInterval(lower: quantiles[0], upper: quantiles[2])])
    }
    #expect(throws: ForecastRequestError.noIntervalsOfItsOwn(loss: "mse")) {
      try request.validate(for: Self.saved(.paper))
    }
  }

  @Test func theyAreARowOfTheComparison() throws {
    let table = SyntheticSeries.load.table(rows: 600)
    let data = try PreparedData(
      table: table, task: ForecastTask(target: "load", lookback: 8, horizon: 2, season: 24, calibration: 0.5))
    let naive = IntervalForecaster.lastValue(of: data)
    let unit = data.fitted.target.scaler.scale
    let forecaster = IntervalForecaster(
      name: "passes", values: naive.values, deviations: naive.values.map { _ in 0.1 * unit })
    let evaluation = try IntervalEvaluation(
      of: [forecaster], on: data, configuration: IntervalConfiguration(levels: [0.95]))
    #expect(evaluation.rows.map(\.method) == [.uncalibrated, .split, .adaptive])
    let row = try #require(evaluation.row("passes", .uncalibrated, level: 0.95))
    let z = try #require(Self.quantiles[0.95])
    #expect(abs(try #require(row.metrics.meanWidth) - 2 * z * 0.1 * unit) < 1e-9)
    let first = data.calibration.count * 2
    let scored = data.test.indices.flatMap { window in
      (0..<2).map { step in
        abs(data.truth(data.test[window], step: step) - naive.values[first + 2 * window + step]) <= z * 0.1 * unit
      }
    }
    #expect(abs(row.metrics.coverage - Double(scored.count { $0 }) / Double(scored.count)) < 1e-12)
    #expect(row.steps.count == 2 && row.metrics.meanScore != nil)
    // The calibrated rows don't see the deviations.
    let plain = try IntervalEvaluation(
      of: [IntervalForecaster(name: "passes", values: naive.values)], on: data,
      configuration: IntervalConfiguration(levels: [0.95]))
    #expect(plain.rows == Array(evaluation.rows.dropFirst()))
  }
}
