import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@testable import EspalierTraining

@Suite struct BacktestTests {
  private static let unequal = [0..<80, 30..<80, 10..<60, 70..<80]

  /// Refitting, window and alignment in which a backtest may differ.
  private static let kinds: [BacktestConfiguration] = [
    SmallBacktest.configuration(),
    SmallBacktest.configuration {
      $0.refit = .never
      $0.step = 2
    },
    SmallBacktest.configuration {
      $0.refit = .every(origins: 2)
      $0.window = .sliding(rows: 30)
      $0.alignment = .calendar
      $0.trials = 2
    },
  ]

  /// Every value that comes at or behind an origin is changed; what is forecast from there stays, to the last bit.
  @Test(arguments: kinds)
  func nothingBehindAnOriginReachesItsForecasts(configuration: BacktestConfiguration) throws {
    try SIMDTargetLock.holding {
      let table = try SmallBacktest.table(Self.unequal)
      let original = try SmallBacktest.backtest(configuration, table: table).run(threads: 2)
      for origin in 0..<configuration.origins {
        let seen = original.forecasts.filter { $0.origin <= origin }
        // Where each series' own origin lies, and where the calendar's does for all of them.
        let own = Dictionary(
          uniqueKeysWithValues: seen.filter { $0.origin == origin }.map { ($0.series, $0.cutoff) })
        let last = try #require(own.values.max())
        func isLater(_ series: Int, _ day: Int) -> Bool {
          Int64(day) * 86_400_000 > (configuration.alignment == .calendar ? last : own[series] ?? .max)
        }
        let changed = try SmallBacktest.table(Self.unequal) { series, day, name, value in
          isLater(series, day) ? (name == "y" ? 1000 - 3 * value : value * 7 - 40) : value
        }
        let again = try SmallBacktest.backtest(configuration, table: changed).run(threads: 2)
        let same = again.forecasts.filter { $0.origin <= origin }
        #expect(same.map(\.foreseen) == seen.map(\.foreseen))
        #expect(same.filter { $0.origin == origin }.map(\.truths) != seen.filter { $0.origin == origin }.map(\.truths))
        // The change is one that a later origin sees.
        if origin + 1 < configuration.origins {
          let (one, other) = (again.forecasts.last { $0.series == 0 }, original.forecasts.last { $0.series == 0 })
          #expect(one?.foreseen != other?.foreseen)
        }
      }
    }
  }

  @Test func knownColumnsAreSeenAheadAndNoFurther() throws {
    var task = SmallBacktest.task()
    task.features = []
    task.known = ["x"]
    let configuration = SmallBacktest.configuration(origins: 2)
    func forecast(changing days: Range<Int>) throws -> [[Double]] {
      let table = try SmallBacktest.table { $2 == "x" && days.contains($1) ? $3 + 5 : $3 }
      let report = try SmallBacktest.backtest(configuration, table: table, task: task).run(threads: 1)
      return report.forecasts[0].foreseen
    }
    // The first origin is day 74 and forecasts up to day 76.
    let plain = try forecast(changing: 0..<0)
    #expect(try forecast(changing: 76..<77) != plain)
    #expect(try forecast(changing: 77..<80) == plain)
  }

  @Test(arguments: kinds)
  func sameBitsForAnyNumberOfThreads(configuration: BacktestConfiguration) throws {
    try SIMDTargetLock.holding {
      let backtest = try SmallBacktest.backtest(configuration, table: try SmallBacktest.table(Self.unequal))
      let advanced = Mutex(0)
      let one = try backtest.run(threads: 1)
      let two = try backtest.run(threads: 3, progress: { step in advanced.withLock { $0 += step.advance } })
      #expect(one == two && one.failures.isEmpty)
      #expect(advanced.withLock { $0 } == backtest.work)
      let text = try JSONEncoder().encode(one)
      #expect(try JSONDecoder().decode(BacktestReport.self, from: text) == one)
    }
  }

  @Test func refittingEveryOriginOrNeverAreTheEndsOfOneScale() throws {
    let table = try SmallBacktest.table()
    func report(_ refit: BacktestConfiguration.Refit) throws -> BacktestReport {
      try SmallBacktest.backtest(SmallBacktest.configuration(origins: 4) { $0.refit = refit }, table: table)
        .run(threads: 2)
    }
    let (always, never) = (try report(.always), try report(.never))
    #expect(always.trainings.map(\.origin) == [0, 1, 2, 3] && never.trainings.map(\.origin) == [0])
    #expect(try report(.every(origins: 1)).forecasts == always.forecasts)
    #expect(try report(.every(origins: 4)).forecasts == never.forecasts)
    // The first origin is the same training, later ones are not.
    #expect(always.forecasts[0] == never.forecasts[0] && always.forecasts[1] != never.forecasts[1])
    #expect(try report(.every(origins: 2)).trainings.map(\.origin) == [0, 2])
    #expect(always.trainings.map(\.trainWindows) == [54, 57, 59, 62])
  }

  /// What a fold forecasts is what a training on a file that ends at its origin forecasts.
  @Test func aFoldIsATrainingOnWhatLiesBefore() throws {
    let table = try SmallBacktest.table()
    let configuration = SmallBacktest.configuration(origins: 2) { $0.validation = 0.25 }
    let report = try SmallBacktest.backtest(configuration, table: table).run(threads: 1)
    // 74 rows lie before the first origin: 56 to train, 18 to validate. Three more stand for a test part.
    var task = SmallBacktest.task()
    task.split = FixedSplit(train: 56, validation: 18, test: 3)
    let data = try PreparedData(table: table, task: task)
    var run = SmallBacktest.run()
    run.model = run.model.fitting(data)
    let trainer = try Trainer(run, data: data)
    _ = try trainer.run()
    #expect(data.test.map(\.origin) == [74])
    #expect(trainer.forecasts(of: data.test).values == report.forecasts[0].trials[0].values)
  }

  @Test func seriesOfUnequalLengthsTakePartWhereTheyCan() throws {
    let table = try SmallBacktest.table(Self.unequal)
    let ends = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table)
    #expect(ends.notes.count == 1 && ends.notes[0].contains("lie at different times"))
    #expect(try ends.run(threads: 2).notes.first == ends.notes[0])
    let report = try ends.run(threads: 2)
    // The last one has ten rows, of which the first origin leaves one.
    #expect(report.forecasts.map(\.series) == [0, 1, 2, 0, 1, 2, 3, 0, 1, 2, 3])
    #expect(report.forecasts.map { Int($0.cutoff / 86_400_000) } == [70, 70, 50, 73, 73, 53, 73, 76, 76, 56, 76])
    let calendar = try SmallBacktest.backtest(
      SmallBacktest.configuration { $0.alignment = .calendar }, table: table)
    #expect(calendar.notes.isEmpty)
    // The third one has ended.
    #expect(try calendar.run(threads: 2).forecasts.map(\.series) == [0, 1, 0, 1, 3, 0, 1, 3])
  }

  @Test func channelsHaveNoCommonVolume() throws {
    var task = ForecastTask(target: "value", features: [], lookback: 4, horizon: 3)
    task.channels = []
    task.scaling = .perSeries
    let table = try SmallBacktest.table()
    let report = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table, task: task).run(threads: 1)
    #expect(report.series == ["y", "x"] && report.forecasts.count == 6)
    #expect(report.overall.allSatisfy { $0.wrmsse == nil && $0.mase != nil })
  }

  @Test func failuresAreReportedAndNotScored() throws {
    // 63 rows train the first fold, in which the target never changes, and 65 the second.
    let table = try SmallBacktest.table { $2 == "y" && $1 < 63 ? 5 : $3 }
    let report = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table).run(threads: 2)
    let reason = PreparationError.constantTarget("y").description
    #expect(report.failures == [BacktestFailure(origin: 0, seed: 42, reason: reason)])
    #expect(report.trainings.map(\.origin) == [1, 2] && report.forecasts.map(\.origin) == [1, 2])
    #expect(report.byOrigin[0].isEmpty && report.overall.allSatisfy { $0.windows == 2 })
  }

  @Test func nothingButFailuresIsAnError() throws {
    var run = SmallBacktest.run()
    run.training.optimizer.learningRate = 1e38
    let backtest = try SmallBacktest.backtest(SmallBacktest.configuration(), table: try SmallBacktest.table(), run: run)
    #expect(throws: TrainingError.self) { try backtest.run(threads: 2) }
  }

  @Test func cancellationEndsEverything() throws {
    let backtest = try SmallBacktest.backtest(SmallBacktest.configuration(), table: try SmallBacktest.table())
    #expect(throws: TrainingError.cancelled) { try backtest.run(threads: 2, isCancelled: { true }) }
    // In the middle of the second training.
    let epochs = Mutex(0)
    #expect(throws: TrainingError.cancelled) {
      try backtest.run(
        threads: 1, progress: { step in if step.record != nil { epochs.withLock { $0 += 1 } } },
        isCancelled: { epochs.withLock { $0 >= 4 } })
    }
    #expect(epochs.withLock { $0 } == 4)
  }

  @Test func settingsThatDoNotGoTogetherAreRefused() throws {
    let table = try SmallBacktest.table()
    func refuses(_ error: some Error & Equatable, _ change: (inout ForecastTask) -> Void) {
      var task = SmallBacktest.task()
      change(&task)
      #expect(throws: error) {
        try SmallBacktest.backtest(SmallBacktest.configuration(), table: table, task: task)
      }
    }
    refuses(BacktestError.paperEvaluation) { $0.evaluation = .paper }
    refuses(BacktestError.calibration) { $0.calibration = 0.5 }
    refuses(PreparationError.notPositive(name: "horizon", value: 0)) { $0.horizon = 0 }
    refuses(TableError.unknownColumn(name: "z", nearest: "y")) { $0.target = "z" }
    refuses(TableError.unknownColumn(name: "xx", nearest: "x")) { $0.features = ["xx"] }
    refuses(PreparationError.unknownStatic(name: "xx", nearest: "x")) { $0.statics = ["xx"] }
    refuses(PreparationError.staticVaries(column: "x", series: "")) { ($0.features, $0.statics) = ([], ["x"]) }
    // With a split of the catalogue, the origins cut the data all the same.
    var task = SmallBacktest.task()
    task.split = FixedSplit(train: 1, validation: 1, test: 1)
    _ = try SmallBacktest.backtest(SmallBacktest.configuration(), table: table, task: task)
    let unknown = try SmallBacktest.table { $2 == "y" ? .nan : $3 }
    #expect(throws: BacktestError.missingTarget("y")) {
      try SmallBacktest.backtest(SmallBacktest.configuration(), table: unknown)
    }
    var job = BacktestJob(
      training: TrainingJob(source: DataSource(kind: .named, place: "synthetic"), model: SmallBacktest.run().model))
    job.training.warmStart = WarmStart(path: "m.safetensors")
    #expect(throws: BacktestError.warmStart) { try job.prepare() }
    job.training.warmStart = nil
    // Before the file is looked for.
    var absent = job
    absent.training.source = DataSource(kind: .file, place: "absent.csv")
    absent.training.task.calibration = 0.5
    #expect(throws: BacktestError.calibration) { try absent.prepare() }
    absent.training.task = TaskSettings(lookback: 4, evaluation: .paper)
    #expect(throws: BacktestError.paperEvaluation) { try absent.prepare() }
    absent.training.task = TaskSettings()
    absent.training.model.hidden = 0
    #expect(throws: ModelError.sizeOutOfRange(name: "hidden", value: 0)) { try absent.prepare() }
    #expect(try JSONDecoder().decode(BacktestJob.self, from: JSONEncoder().encode(job)) == job)
    #expect(try job.prepare().dataset == "synthetic")
  }
}
