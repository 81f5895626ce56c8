import EspalierData
import EspalierNN
import Testing

@testable import EspalierTraining

@Suite struct ForecasterBacktestTests {
  private static func origins() -> BacktestConfiguration {
    SmallBacktest.configuration(origins: 3) {
      $0.step = 10
      $0.trials = 2
    }
  }

  private static func areNear(_ first: [Double], _ second: [Double]) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) <= 1e-2 * abs($1) }
  }

  @Test func itIsTheBacktestOfItsSettings() async throws {
    var configuration = ForecasterTests.configuration()
    configuration.columns.features = ["temperature"]
    configuration.columns.drifting = ["temperature"]
    configuration.columns.season = 24
    configuration.seed = 7
    let table = ForecasterTests.table
    let data = try LoadedData(name: "table", table: table, columns: configuration.columns)
    let run = RunConfiguration(
      model: configuration.model, training: configuration.training, regularizer: configuration.regularizer, seed: 7)
    let direct = try Backtest(
      Self.origins(), table: table, task: data.task(configuration.task), run: run, drifting: ["temperature"],
      dataset: "table"
    ).run(threads: 1)
    let forecaster = Forecaster(configuration)
    let reports = [
      try await forecaster.backtest(table, at: Self.origins(), threads: 2),
      try await forecaster.backtest(loaded: data, at: Self.origins()),
    ]
    for report in reports {
      #expect(report.dataset == "table" && report.task == direct.task && report.run == direct.run)
      #expect(report.configuration == Self.origins() && report.notes == direct.notes && report.failures.isEmpty)
      #expect(report.trainings.map(\.seed) == [7, 8, 7, 8, 7, 8])
      #expect(report.trainings.map(\.trainWindows) == direct.trainings.map(\.trainWindows))
      #expect(report.forecasts.map(\.times) == direct.forecasts.map(\.times))
      #expect(report.forecasts.map(\.truths) == direct.forecasts.map(\.truths))
      #expect(report.forecasts.map(\.naive2) == direct.forecasts.map(\.naive2))
      // Not the same bits, because another test may have forced another SIMD target meanwhile.
      func values(_ report: BacktestReport) -> [Double] { report.forecasts.flatMap { $0.trials.flatMap(\.values) } }
      #expect(Self.areNear(values(report), values(direct)))
      #expect(Self.areNear(report.overall.map(\.mae), direct.overall.map(\.mae)))
    }
  }

  @Test func cancellingTheTaskEndsTheTrainings() async throws {
    let configuration = ForecasterTests.configuration(epochs: 100_000)
    let (epochs, told) = AsyncStream<Void>.makeStream()
    let task = Task {
      try await Forecaster(configuration).backtest(
        ForecasterTests.table, at: Self.origins(), threads: 2,
        progress: { step in if step.record != nil { told.yield() } })
    }
    for await _ in epochs { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func whatIsWrongIsSaid() async throws {
    var configuration = ForecasterTests.configuration(epochs: 0)
    await #expect(throws: TrainingError.notPositive(name: "number of epochs", value: 0)) {
      try await Forecaster(configuration).backtest(ForecasterTests.table)
    }
    configuration = ForecasterTests.configuration()
    configuration.columns.target = nil
    await #expect(throws: PreparationError.targetNeeded) {
      try await Forecaster(configuration).backtest(ForecasterTests.table)
    }
    configuration = ForecasterTests.configuration()
    configuration.task.calibration = 0.5
    await #expect(throws: BacktestError.calibration) {
      try await Forecaster(configuration).backtest(ForecasterTests.table)
    }
  }
}
