import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTensor
import Foundation
import Testing

@testable import EspalierTraining

@Suite struct IntervalEvaluationTests {
  /// Hours of a made-up load, with rows whose target is missing.
  private func data(horizon: Int = 2, gaps: Set<Int> = []) throws -> PreparedData {
    let table = try SyntheticSeries.load.table(rows: 600)
    var columns = table.columns
    let target = try #require(columns.firstIndex { $0.name == "load" })
    var values = columns[target].values
    for row in gaps { values[row] = .nan }
    columns[target] = NumericColumn(name: "load", values: values)
    let changed = try SeriesTable(
      times: table.times, columns: columns, series: table.series, hasDates: table.hasDates)
    return try PreparedData(
      table: changed,
      task: ForecastTask(target: "load", lookback: 8, horizon: horizon, season: 24, calibration: 0.5))
  }

  private func truths(_ data: PreparedData, _ windows: [Window]) -> [Double] {
    windows.flatMap { window in (0..<data.horizon).map { data.truth(window, step: $0) } }
  }

  /// Split and adaptive intervals step by step against the statistics alone, on rows as they lie.
  @Test(arguments: [[], [445, 461, 490, 491, 530]] as [Set<Int>])
  func everyStepIsCalibratedByItself(gaps: Set<Int>) throws {
    let data = try data(gaps: gaps)
    #expect(data.calibration.count > 10 && data.test.count > 50)
    let forecaster = IntervalForecaster.lastValue(of: data)
    var settings = IntervalConfiguration(levels: [0.8])
    settings.adaptive.window = 40
    let evaluation = try IntervalEvaluation(of: [forecaster], on: data, configuration: settings)
    let all = data.calibration + data.test
    let truth = truths(data, all)
    for step in 0..<2 {
      let residuals = all.indices.map { truth[$0 * 2 + step] - forecaster.values[$0 * 2 + step] }
      let split = try SplitConformal(residuals: Array(residuals[..<data.calibration.count]), level: 0.8)
      let tests = data.calibration.count..<all.count
      let scored = tests.map { truth[$0 * 2 + step] }
      let expected = try IntervalMetrics(
        tests.map { split.interval(around: forecaster.values[$0 * 2 + step]) }, truths: scored, level: 0.8)
      #expect(evaluation.row("last value", .split, level: 0.8)?.steps[step] == expected)

      // A row without a window is a place without a residual: the delay counts rows.
      let first = Int(data.calibration[0].origin)
      var places = [Double](repeating: .nan, count: Int(data.test[data.test.count - 1].origin) - first + 1)
      for (window, residual) in zip(all, residuals) { places[Int(window.origin) - first] = residual }
      var adaptive = settings.adaptive
      adaptive.level = 0.8
      let start = Int(data.test[0].origin) - first
      let bands = try adaptive.bands(residuals: places, from: start, delay: step + 1)
      let online = try IntervalMetrics(
        tests.map {
          bands[Int(all[$0].origin) - first - start].shifted(by: forecaster.values[$0 * 2 + step])
        }, truths: scored, level: 0.8)
      #expect(evaluation.row("last value", .adaptive, level: 0.8)?.steps[step] == online)
    }
    let row = try #require(evaluation.row("last value", .adaptive, level: 0.8))
    #expect(row.metrics.count == 2 * data.test.count)
    #expect(abs(row.metrics.coverage - (row.steps[0].coverage + row.steps[1].coverage) / 2) < 1e-12)
  }

  /// What comes to pass later changes no interval: forecasts of windows before it are scored alike.
  @Test func intervalsDoNotSeeTheFuture() throws {
    let data = try data(horizon: 3)
    let truth = truths(data, data.calibration + data.test)
    let forecaster = IntervalForecaster.lastValue(of: data)
    var settings = IntervalConfiguration(levels: [0.8])
    settings.adaptive.window = 40
    func intervals(_ truths: [Double]) throws -> [PredictionInterval] {
      try IntervalMaker(forecaster, truths: truths, data: data, level: 0.8, configuration: settings)
        .intervals(.adaptive)
    }
    let before = try intervals(truth)
    for changed in [0, 20, 60] {
      for step in 0..<3 {
        var other = truth
        other[(data.calibration.count + changed) * 3 + step] += 1000
        let after = try intervals(other)
        for window in data.test.indices {
          // Origins are in a row here: the truth of step h of origin t is known to t + h + 1 on.
          if window < changed + step + 1 {
            #expect(before[window * 3..<(window + 1) * 3] == after[window * 3..<(window + 1) * 3])
          }
        }
        let seen = (changed + step + 1) * 3 + step
        #expect(before[seen] != after[seen] || before[seen...] != after[seen...])
      }
    }
  }

  @Test func quantilesAreScoredAsTheyAreAndConformalized() throws {
    let data = try data()
    let settings = IntervalConfiguration(levels: [0.5, 0.9])
    #expect(settings.quantileLevels == [0.05, 0.25, 0.5, 0.75, 0.95])
    let naive = IntervalForecaster.lastValue(of: data)
    // Far too narrow an interval about the last value, and its conformal repair.
    let unit = data.fitted.target.scaler.scale
    let quantiles = naive.values.flatMap { value in [-0.02, -0.01, 0, 0.01, 0.02].map { value + $0 * unit } }
    let forecaster = IntervalForecaster(
      name: "narrow", values: naive.values,
      quantiles: QuantileForecasts(levels: settings.quantileLevels, values: quantiles))
    let evaluation = try IntervalEvaluation(of: [forecaster], on: data, configuration: settings)
    #expect(evaluation.rows.count == 6 && evaluation.quantiles.count == 1)
    for level in [0.5, 0.9] {
      let raw = try #require(evaluation.row("narrow", .uncalibrated, level: level)).metrics
      let split = try #require(evaluation.row("narrow", .split, level: level)).metrics
      let width = level == 0.5 ? 0.02 * unit : 0.04 * unit
      #expect(abs(try #require(raw.meanWidth) - width) < 1e-9)
      #expect(raw.coverage < split.coverage && abs(split.coverage - level) < 0.15)
      #expect(evaluation.row("narrow", .adaptive, level: level) != nil)
    }
    let scores = evaluation.quantiles[0].metrics
    #expect(scores.levels == settings.quantileLevels && scores.coverage[0] > 0.05)
  }

  @Test func jobTrainsTheQuantileLossBesideAPointLoss() throws {
    let source = DataSource(kind: .named, place: "synthetic")
    var training = TrainingConfiguration()
    training.epochs = 2
    var job = TrainingJob(
      source: source, task: TaskSettings(lookback: 12),
      model: ModelConfiguration(kind: .rnn, features: 1, lookback: 1, hidden: 4),
      training: training, regularizer: RegularizerConfiguration(kind: .none))
    let prepared = try IntervalJob(training: job, intervals: IntervalConfiguration(levels: [0.9])).prepare()
    #expect(prepared.runs.map(\.training.loss) == [.meanSquaredError, .quantiles([0.05, 0.5, 0.95])])
    var epochs: [Int] = []
    let report = try prepared.run(progress: { run, _ in epochs.append(run) })
    #expect(epochs == [0, 0, 1, 1])
    #expect(report.windows.calibration > 0 && report.windows.validation > 0)
    #expect(
      report.points.map(\.forecaster) == ["rnn, mse", "rnn, quantile", "last value", "24 steps before"])
    #expect(report.evaluation.rows.count == 2 + 3 + 2 + 2)
    let again = try JSONDecoder().decode(IntervalReport.self, from: JSONEncoder().encode(report))
    #expect(again == report)

    job.training.loss = .studentT
    #expect(try IntervalJob(training: job).prepare().runs.count == 1)
    job.training.loss = .quantiles([0.1, 0.5, 0.9])
    #expect(throws: QuantileError.outsideTrained(0.025, low: 0.1, high: 0.9)) {
      try IntervalJob(training: job).prepare()
    }
    #expect(throws: IntervalError.levelRepeated(0.8)) {
      try IntervalJob(training: job, intervals: IntervalConfiguration(levels: [0.8, 0.5, 0.800000001])).prepare()
    }
    #expect(throws: IntervalError.level(1.2)) {
      try IntervalJob(training: job, intervals: IntervalConfiguration(levels: [1.2])).prepare()
    }
  }
}
