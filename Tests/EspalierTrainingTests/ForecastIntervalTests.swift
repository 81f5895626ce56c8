import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

/// Intervals beside forecasts, and which windows they are calibrated on.
@Suite struct ForecastIntervalTests {
  static let table = ForecasterTests.table

  static func model(
    loss: LossKind = .meanSquaredError, horizon: Int = 3, on table: SeriesTable = ForecasterTests.table,
    change: (inout ForecasterConfiguration) -> Void = { _ in }
  ) throws -> SavedModel {
    var configuration = ForecasterTests.configuration(horizon: horizon)
    configuration.training.loss = loss
    change(&configuration)
    let data = try LoadedData(name: "table", table: table, columns: configuration.columns)
    let training = try configuration.settings.prepare(data)
    _ = try training.run()
    return training.savedModel
  }

  /// Series of the first rows of the table each; without dates rows are numbered over all of them, as in a file.
  static func panel(_ ids: [(String, Int)], hasDates: Bool = true) throws -> SeriesTable {
    var times: [Int64] = [], series: [SeriesRows] = []
    for (id, rows) in ids {
      series.append(SeriesRows(id: id, rows: times.count..<times.count + rows))
      times += hasDates ? Array(table.times[..<rows]) : (times.count..<times.count + rows).map(Int64.init)
    }
    let columns = table.columns.map { column in
      NumericColumn(name: column.name, values: ids.flatMap { column.values[..<$0.1] })
    }
    return try SeriesTable(times: times, columns: columns, series: series, hasDates: hasDates)
  }

  @Test(arguments: [IntervalMethod.adaptive, .split])
  func intervalsAreThoseOfTheWindowsBehindTheExtent(method: IntervalMethod) throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model()
      let request = ForecastRequest(levels: [0.9, 0.5], method: method)
      let report = try saved.forecast(Self.table, request)
      #expect(report.intervals?.levels == [0.5, 0.9] && report.intervals?.method == method)
      let data = try saved.preparation.windows(of: Self.table)
      let past = data.test.filter { $0.origin >= 320 }
      #expect(report.intervals?.windows == past.count && past.count == 78)
      let known = try saved.forecasts(of: past, data: data).values
      for (place, level) in [0.5, 0.9].enumerated() {
        let expected = try ConformalForecast(after: past, forecasts: known, of: data).intervals(
          of: data.future, forecasts: report.points.map(\.forecast), settings: AdaptiveConformal(level: level),
          method: method)
        #expect(report.points.map { $0.intervals?[place] } == expected)
        if method == .split {
          for step in 0..<3 {
            let residuals = past.indices.map { data.truth(past[$0], step: step) - known[3 * $0 + step] }
            let split = try SplitConformal(residuals: residuals, level: level)
            #expect(expected[step] == split.interval(around: report.points[step].forecast))
          }
        }
      }
      #expect(report.points.allSatisfy { $0.intervals?[0].width ?? 9 < $0.intervals?[1].width ?? 0 })
    }
  }

  /// What the model was trained or selected on has no part in the intervals; what came later has.
  @Test func whatTheModelHasSeenDoesNotMoveIntervals() throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model()
      func widths(changing rows: Range<Int>) throws -> [Double] {
        var values = try Self.table.column("load").values
        for row in rows { values[row] += row % 2 == 0 ? 50 : -50 }
        let columns = Self.table.columns.map { $0.name == "load" ? NumericColumn(name: "load", values: values) : $0 }
        let table = try SeriesTable(times: Self.table.times, columns: columns)
        let report = try saved.forecast(table, ForecastRequest(levels: [0.8]))
        return report.points.compactMap { $0.intervals?[0].width }
      }
      let before = try widths(changing: 0..<0)
      // The look-back of the first new window begins 8 rows before it.
      #expect(try widths(changing: 0..<312) == before)
      #expect(try widths(changing: 320..<380) != before)
    }
  }

  @Test func newerRowsExtendTheCalibration() throws {
    let saved = try Self.model()
    let longer = SyntheticSeries.load.table(rows: 500)
    let report = try saved.forecast(longer, ForecastRequest(levels: [0.8]))
    #expect(report.intervals?.windows == 178 && report.intervals?.after == saved.extent)
    var request = ForecastRequest(levels: [0.8])
    request.adaptive.window = 20
    #expect(try saved.forecast(longer, request).intervals?.windows == 40)
  }

  @Test func quantilesAreWhatIntervalsAreAround() throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model(loss: .quantiles([0.05, 0.5, 0.95]))
      let own = try saved.forecast(Self.table, ForecastRequest(levels: [0.9], method: .uncalibrated))
      let quantiles = own.points.compactMap(\.quantiles)
      #expect(own.points.map { $0.intervals?[0] } == quantiles.map { PredictionInterval(lower: $0[0], upper: $0[2]) })
      #expect(own.intervals?.after == nil && own.intervals?.windows == 0)
      let data = try saved.preparation.windows(of: Self.table)
      let past = data.test.filter { $0.origin >= 320 }
      let known = try #require(try saved.forecasts(of: past, data: data).quantiles)
      for method in [IntervalMethod.split, .adaptive] {
        // 95 % needs quantiles beyond those that were trained on: the outermost do for a calibrated interval.
        let report = try saved.forecast(Self.table, ForecastRequest(levels: [0.95], method: method))
        for (step, point) in report.points.enumerated() {
          let interval = try #require(point.intervals?[0])
          let lower = try #require(point.quantiles)[0] - interval.lower
          let upper = interval.upper - (try #require(point.quantiles)[2])
          #expect(abs(lower - upper) < 1e-9)
          guard method == .split else { continue }
          let cores = past.indices.map {
            PredictionInterval(lower: known[3 * $0 + step, 0], upper: known[3 * $0 + step, 2])
          }
          let truths = past.map { data.truth($0, step: step) }
          let margin = try ConformalizedQuantiles(cores, truths: truths, level: 0.95).margin
          #expect(abs(margin - upper) < 1e-9)
        }
      }
      #expect(throws: QuantileError.outsideTrained(0.025, low: 0.05, high: 0.95)) {
        try saved.forecast(Self.table, ForecastRequest(levels: [0.95], method: .uncalibrated))
      }
    }
  }

  @Test func pointsAreThoseWithoutIntervals() throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model { $0.regularizer = RegularizerConfiguration(kind: .monteCarloDropout) }
      let plain = try saved.forecast(Self.table)
      let both = try saved.forecast(Self.table, ForecastRequest(horizon: 2, levels: [0.8], history: 5))
      #expect(both.points.map(\.forecast) == plain.points[..<2].map(\.forecast))
      #expect(both.points.map(\.deviation) == plain.points[..<2].map(\.deviation))
      #expect(both.history.map(\.times) == [Array(Self.table.times.suffix(5))])
      #expect(try both.history.map(\.values) == [Array(Self.table.column("load").values.suffix(5))])
      #expect(plain.history.isEmpty)
    }
  }

  @Test func whatCantBeAskedForIsSaid() throws {
    let saved = try Self.model()
    func failure(_ request: ForecastRequest, _ model: SavedModel? = nil, rows: Int = 400) -> String {
      do {
        _ = try (model ?? saved).forecast(rows == 400 ? Self.table : Self.table.slicing(0..<rows), request)
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      failure(ForecastRequest(horizon: 4))
        == "The model forecasts 3 steps and not 4; ask for at most 3, or train one with a horizon of 4.")
    #expect(failure(ForecastRequest(horizon: 0)).hasPrefix("A forecast of 0 steps is not possible"))
    #expect(failure(ForecastRequest(levels: [0.8, 0.8])).hasPrefix("Intervals of 80 % are asked for twice"))
    // They would share a column of a file.
    #expect(
      failure(ForecastRequest(levels: [0.8, 0.5, 0.800000001])).hasPrefix("Intervals of 80 % are asked for twice"))
    #expect(failure(ForecastRequest(levels: [1])).hasPrefix("The coverage of an interval is strictly between 0 and 1"))
    #expect(
      failure(ForecastRequest(levels: [0.8], method: .uncalibrated)).hasPrefix(
        "A model with the loss 'mse' has no intervals of its own"))
    let old = SavedModel(model: saved.model, run: saved.run, preparation: saved.preparation)
    #expect(failure(ForecastRequest(levels: [0.8]), old).hasPrefix("This model does not say up to where its training"))
    #expect(failure(ForecastRequest(), old) == "none")
    let last = TimeStamp.text(Self.table.times[319])
    #expect(
      failure(ForecastRequest(levels: [0.8]), rows: 320)
        == "No window with known targets lies after \(last), up to which the model was trained and selected, so intervals "
        + "can't be calibrated; give data that go on after it, or ask for no intervals.")
    #expect(
      failure(ForecastRequest(levels: [0.8, 0.95]), rows: 334)
        == "Intervals of 95 % need 19 windows of a series to be calibrated on, and after \(last), up to which the model was "
        + "trained and selected, there are 12 at most; give newer rows, or ask for a lower coverage.")
    let undated = SavedModel(
      model: saved.model, run: saved.run, preparation: saved.preparation,
      extent: TrainingExtent(lastTime: 319, isDate: false))
    #expect(failure(ForecastRequest(levels: [0.8]), undated).hasPrefix("The model was trained on data without dates"))
  }

  /// Adaptive intervals never have more residuals than they look back on; split ones take what a coverage needs.
  @Test func highCoveragesAreRefusedOrHaveBothEnds() throws {
    let saved = try Self.model()
    let longer = SyntheticSeries.load.table(rows: 500)
    #expect(throws: ForecastRequestError.coverageTooHigh(level: 0.999, needed: 999, window: 500)) {
      try saved.forecast(longer, ForecastRequest(levels: [0.8, 0.999]))
    }
    var request = ForecastRequest(levels: [0.95])
    request.adaptive.window = 10
    #expect(throws: ForecastRequestError.coverageTooHigh(level: 0.95, needed: 19, window: 10)) {
      try saved.forecast(longer, request)
    }
    request.adaptive.window = 30
    request.adaptive.scores = .signed
    #expect(throws: ForecastRequestError.coverageTooHigh(level: 0.95, needed: 39, window: 30)) {
      try saved.forecast(longer, request)
    }
    request = ForecastRequest(levels: [0.8, 0.99], method: .split)
    request.adaptive.window = 20
    let report = try saved.forecast(longer, request)
    #expect(report.intervals?.windows == 99 && report.notes.count == 1)
    #expect(report.points.allSatisfy { $0.intervals?[1].isFinite == true })
  }

  @Test func sidesOfQuantilesAreNotJudgedApart() throws {
    let saved = try Self.model(loss: .quantiles([0.05, 0.5, 0.95]))
    var request = ForecastRequest(levels: [0.9], method: .split)
    request.adaptive.scores = .signed
    #expect(throws: ForecastRequestError.signedAroundQuantiles(loss: "quantile")) {
      try saved.forecast(Self.table, request)
    }
    let points = try Self.model().forecast(Self.table, request).points.compactMap { point in
      point.intervals.map { ($0[0].upper - point.forecast) - (point.forecast - $0[0].lower) }
    }
    #expect(points.count == 3 && points.allSatisfy { abs($0) > 1e-6 })
  }

  @Test(arguments: [LossKind.meanSquaredError, .quantiles([0.05, 0.5, 0.95])], [IntervalMethod.adaptive, .split])
  func intervalsOfAPartAreThoseOfTheWhole(loss: LossKind, method: IntervalMethod) throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model(loss: loss)
      let panel = try Self.panel([("a", 400), ("b", 390)])
      func report(_ horizon: Int?) throws -> ForecastReport {
        try saved.forecast(panel, ForecastRequest(horizon: horizon, levels: [0.5, 0.8], method: method), threads: 2)
      }
      let whole = try report(nil), part = try report(2)
      #expect(part.points == whole.points.filter { $0.step <= 2 } && part.points.count == 4)
      #expect(part.notes == whole.notes && part.points.allSatisfy { $0.intervals?[1].isFinite == true })
    }
  }

  /// Series are calibrated a few at a time, and each by its own windows.
  @Test(arguments: [1, 80, 100_000])
  func seriesAreCalibratedByThemselves(windowsAtOnce: Int) throws {
    try SIMDTargetLock.holding {
      let saved = try Self.model()
      let ids = [("a", 400), ("b", 390), ("c", 350)]
      let table = try Self.panel(ids)
      let data = try saved.preparation.windows(of: table)
      let forecasts = try saved.forecasts(of: data.future, data: data)
      var calibration = ForecastCalibration(
        model: saved, data: data, request: ForecastRequest(levels: [0.8], method: .split), steps: 2, threads: 2)
      calibration.windowsAtOnce = windowsAtOnce
      let made = try calibration.intervals(of: data.future, forecasts: forecasts, isCancelled: { false })
      #expect(made.origin.windows == 78 + 68 + 28 && made.intervals[0].count == 3 * 2)
      for (index, (id, rows)) in ids.enumerated() {
        let alone = try saved.forecast(
          Self.panel([(id, rows)]), ForecastRequest(levels: [0.8], method: .split))
        let widths = alone.points.compactMap { $0.intervals?[0].width }
        for step in 0..<2 { #expect(abs(made.intervals[0][2 * index + step].width - widths[step]) < 1e-3) }
      }
      #expect(throws: TrainingError.cancelled) {
        try calibration.intervals(of: data.future, forecasts: forecasts, isCancelled: { true })
      }
    }
  }

  /// A series with few new windows has open ends, which are said and are no infinite numbers in files.
  @Test func openEndsAreSaid() throws {
    let saved = try Self.model()
    let panel = try Self.panel([("a", 400), ("b", 330)])
    let report = try saved.forecast(panel, ForecastRequest(levels: [0.8, 0.95]), threads: 3)
    let open = report.points.filter { $0.intervals?[1].isFinite == false }
    #expect(open.map(\.series) == ["b", "b", "b"])
    #expect(
      report.notes.last
        == "Of 6 intervals of 95 %, 3 lack an end: 3 because their series has fewer than the 19 new windows that it takes."
    )
    let file = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    #expect(!file.contains("inf"))
    #expect(try JSONDecoder().decode(ForecastReport.self, from: Data(file.utf8)) == report)
  }
}
