import EspalierData
import EspalierStatistics
import EspalierTensor
import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@testable import EspalierTraining

@Suite struct ForecasterTests {
  static let table = SyntheticSeries.load.table(rows: 400)

  static func configuration(horizon: Int = 3, epochs: Int = 4) -> ForecasterConfiguration {
    var configuration = ForecasterConfiguration(target: "load", model: .rnn, lookback: 8, horizon: horizon)
    configuration.model.hidden = 8
    configuration.training.epochs = epochs
    configuration.regularizer = RegularizerConfiguration(kind: .none)
    return configuration
  }

  /// What the same settings give without any concurrency.
  private static func plain(_ configuration: ForecasterConfiguration) throws -> (SavedModel, TrainingReport) {
    let data = try LoadedData(name: "table", table: table, columns: configuration.columns)
    let training = try configuration.settings.prepare(data)
    let report = try training.run()
    return (training.savedModel, report)
  }

  private static func areNear(_ first: [Double], _ second: [Double]) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= 1e-2 * abs($1) }
  }

  @Test func itFitsForecastsAndIsWritten() async throws {
    let configuration = Self.configuration()
    let fitted = try await Forecaster(configuration).fit(Self.table)
    let (model, report) = try Self.plain(configuration)
    #expect(fitted.extent == model.extent && fitted.preparation == model.preparation && fitted.run == model.run)
    #expect(fitted.report?.naive == report.naive)
    // Not the same bits, because another test may have forced another SIMD target meanwhile.
    #expect(Self.areNear([fitted.report?.trial.metrics.mae ?? .nan], [report.trial.metrics.mae]))
    let forecast = try await fitted.forecast()
    #expect(Self.areNear(forecast.points.map(\.forecast), try model.forecast(Self.table).points.map(\.forecast)))
    #expect(forecast.points.map(\.step) == [1, 2, 3] && forecast.intervals == nil)
    #expect(forecast.points.map(\.time) == (0..<3).map { Self.table.times[399] + (1 + Int64($0)) * 3_600_000 })
    let two = try await fitted.forecast(horizon: 2)
    #expect(Self.areNear(two.points.map(\.forecast), forecast.points[..<2].map(\.forecast)))
    let folder = try TemporaryFolder()
    let path = folder.path("m.safetensors")
    try fitted.write(path: path)
    let again = try FittedForecaster(path: path)
    #expect(again.extent == fitted.extent && again.report == nil)
    let same = try await again.forecast(after: Self.table)
    #expect(Self.areNear(same.points.map(\.forecast), forecast.points.map(\.forecast)))
    await #expect(throws: ForecastRequestError.withoutData) { try await again.forecast() }
  }

  @Test func configurationsAreValues() throws {
    var configuration = Self.configuration()
    configuration.columns.known = ["temperature"]
    configuration.task.calibration = 0.5
    let file = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(ForecasterConfiguration.self, from: file) == configuration)
    configuration.columns.target = nil
    #expect(throws: PreparationError.targetNeeded) { try Forecaster(configuration).training(on: Self.table) }
    configuration = Self.configuration(epochs: 0)
    #expect(throws: TrainingError.notPositive(name: "number of epochs", value: 0)) {
      try Forecaster(configuration).training(on: Self.table)
    }
  }

  @Test func dataThatKnowTheirColumnsBringThem() async throws {
    var source = DataSource(kind: .named, place: "synthetic")
    source.target = "temperature"
    let fitted = try await Forecaster(Self.configuration(epochs: 1)).fit(loaded: source.load())
    #expect(fitted.report?.target == "temperature" && fitted.report?.dataset == "synthetic")
    #expect(try await fitted.forecast(levels: [0.8]).points.allSatisfy { $0.intervals?[0].isFinite == true })
  }

  @Test func everyListenerHearsEveryEpochWheneverItComes() async throws {
    let training = try Forecaster(Self.configuration()).training(on: Self.table)
    var early: [EpochRecord] = []
    for try await epoch in training.epochs {
      early.append(epoch)
      // A listener that is slow.
      try await Task.sleep(for: .milliseconds(2))
    }
    let history = try #require(try await training.value.report?.trial.training.history)
    #expect(early == history && history.count == 4)
    var late: [EpochRecord] = []
    for try await epoch in training.epochs { late.append(epoch) }
    #expect(late == history)
  }

  @Test func aListenerThatStopsLosesNothing() async throws {
    let training = try Forecaster(Self.configuration()).training(on: Self.table)
    for try await epoch in training.epochs {
      #expect(epoch.epoch == 0)
      break
    }
    async let first = training.value
    async let second = training.value
    #expect(try await first.savedModel().data() == second.savedModel().data())
    #expect(try await first.report?.trial.training.history.count == 4)
  }

  /// A listening task that is cancelled ends its sequence and leaves the training alone.
  @Test func cancellingAListenerIsNotCancellingTheTraining() async throws {
    let training = try Forecaster(Self.configuration(epochs: 6)).training(on: Self.table)
    let listener = Task {
      var heard = 0
      for try await _ in training.epochs { heard += 1 }
      return heard
    }
    listener.cancel()
    _ = try? await listener.value
    #expect(try await training.value.report?.trial.training.history.count == 6)
  }

  @Test func whatIsWrongWithTheDataIsToldByBoth() async throws {
    let short = SyntheticSeries.load.table(rows: 9)
    let training = try Forecaster(Self.configuration()).training(on: short)
    let expected = PreparationError.tooShort(longest: 9, lookback: 8, horizon: 3)
    await #expect(throws: expected) { try await training.value }
    await #expect(throws: expected) { for try await _ in training.epochs {} }
    await #expect(throws: expected) { try await Forecaster(Self.configuration()).fit(short) }
  }

  /// Cancelled before any step, the checkpoint leads to the bits of the training that never stopped.
  @Test(arguments: [1, 2, 9, 30])
  func aCancelledTrainingGoesOnToTheSameBits(asked: Int) throws {
    try SIMDTargetLock.holding {
      let folder = try TemporaryFolder()
      let path = folder.path("run.safetensors")
      var configuration = Self.configuration(epochs: 9)
      configuration.regularizer = RegularizerConfiguration(kind: .synapticPruning)
      let data = try LoadedData(name: "table", table: Self.table, columns: configuration.columns)
      var count = 0
      #expect(throws: TrainingError.cancelled) {
        try FittedForecaster(
          training: configuration.settings, on: data, checkpoint: .new(path, every: .epochs(1000)), progress: { _ in },
          isCancelled: {
            count += 1
            return count == asked
          })
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["run.safetensors"])
      var left = 0
      let resumed = try FittedForecaster(
        training: configuration.settings, on: data, checkpoint: .resuming(path), progress: { _ in left += 1 },
        isCancelled: { false })
      let (model, report) = try Self.plain(configuration)
      #expect(try resumed.savedModel().data() == model.data())
      #expect(resumed.report?.trial.training.history == report.trial.training.history)
      #expect(left == report.trial.training.history.count - (asked - 1) / 5)
    }
  }

  @Test func cancellingLeavesACheckpointToGoOnFrom() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.safetensors")
    // So many epochs that it can't end before it is cancelled, however late this task gets its turn.
    let forecaster = Forecaster(Self.configuration(epochs: 1_000_000))
    let training = try forecaster.training(on: Self.table, checkpoint: .new(path, every: .epochs(100_000)))
    await #expect(throws: CancellationError.self) {
      for try await epoch in training.epochs where epoch.epoch == 1 { training.cancel() }
    }
    await #expect(throws: CancellationError.self) { try await training.value }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["run.safetensors"])
    let done = try TrainingCheckpoint(path: path).progress.epoch
    #expect(done >= 2)
    let resumed = try forecaster.training(on: Self.table, checkpoint: .resuming(path))
    for try await epoch in resumed.epochs {
      #expect(epoch.epoch == done)
      break
    }
    resumed.cancel()
    await #expect(throws: CancellationError.self) { try await resumed.value }
  }

  /// A checkpoint that can't be written is told before anything is trained.
  @Test func aCheckpointsPathIsTriedFirst() async throws {
    let folder = try TemporaryFolder()
    let training = try Forecaster(Self.configuration()).training(
      on: Self.table, checkpoint: .new(folder.path("none/run.safetensors"), every: .epochs(1000)))
    let error = await #expect(throws: SafetensorsError.self) { try await training.value }
    #expect(error?.description.contains("No such file or directory") == true)
    var heard = 0
    do { for try await _ in training.epochs { heard += 1 } } catch {}
    #expect(heard == 0)
  }

  @Test func intervalsOfCheckpointsAreChecked() throws {
    let forecaster = Forecaster(Self.configuration())
    func error(_ interval: CheckpointPlan.Interval) -> TrainingError? {
      #expect(throws: TrainingError.self) {
        try forecaster.training(on: Self.table, checkpoint: .new("/nowhere/run", every: interval))
      }
    }
    #expect(error(.epochs(0)) == .notPositive(name: "number of epochs between checkpoints", value: 0))
    #expect(error(.minutes(-1)) == .checkpointMinutes(-1))
    #expect(
      error(.minutes(.nan))?.description
        == "A checkpoint can't be written every nan minutes; choose a number of at least 0.")
  }

  /// `fit` belongs to its task: it returns after the checkpoint is written.
  @Test func cancellingTheTaskCancelsItsFit() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("run.safetensors")
    let forecaster = Forecaster(Self.configuration(epochs: 100_000))
    let task = Task { try await forecaster.fit(Self.table, checkpoint: .new(path, every: .epochs(1))) }
    while ((try? TrainingCheckpoint(path: path).progress.epoch) ?? 0) < 1 {
      try await Task.sleep(for: .milliseconds(2))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try TrainingCheckpoint(path: path).progress.epoch >= 1)
  }
}
