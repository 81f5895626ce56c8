import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTestSupport
import Synchronization
import Testing

@testable import EspalierTraining

@Suite struct ComparisonTests {
  private static func comparison(
    _ change: (inout ComparisonConfiguration) -> Void = { _ in }
  ) throws -> Comparison {
    var configuration = ComparisonConfiguration(task: Small.task(.strict))
    configuration.models = [.rnn, .patchtst]
    configuration.lookbacks = [3, 8]
    configuration.trials = 2
    configuration.sizes = ModelConfiguration(kind: .rnn, features: 1, lookback: 1, hidden: 8, feedForward: 16)
    configuration.training.epochs = 4
    change(&configuration)
    return try Comparison(
      configuration, dataset: "load", table: SyntheticSeries.load.table(rows: 300), drifting: [])
  }

  /// Everything but the seconds, which are the clock's.
  private static func numbers(_ rows: [ComparisonRow]) -> [[Double?]] {
    rows.map { row in
      row.results.flatMap { result -> [Double?] in
        [
          result.metrics.mae, result.metrics.rmse, result.metrics.mase, result.metrics.smape, result.metrics.r2,
          result.spread, Double(result.training.selectedEpoch), result.training.sparsity.sparsity,
        ] + result.training.history.flatMap { [$0.trainingLoss, $0.validationLoss, $0.sparsity] }
      } + [row.mae.mean, row.mae.interval?.lower, row.naive.lastValue.mae, row.naive.seasonal.mae]
    }
  }

  @Test func sameBitsForAnyNumberOfThreadsAndRowsInOrder() throws {
    try SIMDTargetLock.holding {
      let comparison = try Self.comparison()
      let one = try comparison.run(threads: 1)
      let seen = Mutex<[ComparisonRow]>([])
      let two = try comparison.run(threads: 2, rowFinished: { row in seen.withLock { $0.append(row) } })
      #expect(Self.numbers(one) == Self.numbers(two))
      #expect(seen.withLock { $0 } == two)
      let expected = [ModelKind.rnn, .patchtst].flatMap { model in
        [3, 8].flatMap { lookback in RegularizerKind.allCases.map { "\(model) \(lookback) \($0)" } }
      }
      #expect(two.map { "\($0.model) \($0.lookback) \($0.method)" } == expected)
      #expect(two.allSatisfy { $0.results.map(\.configuration.seed) == [42, 43] })
    }
  }

  @Test func allMethodsSelectFromTheSameEpochOn() throws {
    let comparison = try Self.comparison {
      $0.models = [.rnn]
      $0.lookbacks = [3]
      $0.training.epochs = 8
      $0.pruning.end = 7
    }
    for row in try comparison.run(threads: 1) {
      #expect(row.results.allSatisfy { $0.configuration.training.firstSelectedEpoch == 7 })
      #expect(row.results.allSatisfy { $0.training.selectedEpoch == 7 })
    }
  }

  @Test func paperTakesThePublishedPruningOfEachModel() throws {
    var configuration = ComparisonConfiguration(task: Small.task(.paper))
    #expect(try configuration.pruning(of: .lstm) == .paper(model: .lstm))
    configuration.task.evaluation = .strict
    #expect(try configuration.pruning(of: .lstm) == .default)
  }

  @Test func naiveForecastsAreScoredOnTheSameWindows() throws {
    let comparison = try Self.comparison {
      $0.models = [.rnn]
      $0.lookbacks = [8]
      $0.regularizers = [.none]
      $0.trials = 1
    }
    let row = try #require(try comparison.run(threads: 1).first)
    let data = try Small.data(rows: 300)
    let last = data.test.reduce(0) { $0 + abs(data.truth($1, step: 0) - data.naiveLastValue($1, step: 0)) }
    #expect(abs(row.naive.lastValue.mae - last / Double(data.test.count)) < 1e-9)
    #expect(row.results[0].metrics.count == data.test.count)
    #expect(row.mae.standardDeviation == nil && row.mae.interval == nil)
    #expect(row.beatsNaive == (row.mae.mean < min(row.naive.lastValue.mae, row.naive.seasonal.mae)))
  }

  @Test func theFirstFailureInOrderIsThrown() throws {
    let diverging = try Self.comparison { $0.training.optimizer.learningRate = 1e38 }
    #expect(throws: TrainingError.self) { try diverging.run(threads: 2) }
    let comparison = try Self.comparison()
    #expect(throws: TrainingError.cancelled) { try comparison.run(threads: 2, isCancelled: { true }) }
  }

  @Test func theStepBenchmarkTimesEveryModel() throws {
    for kind in ModelKind.allCases {
      var benchmark = StepBenchmark(
        model: ModelConfiguration(kind: kind, features: 3, lookback: 8, hidden: 8, feedForward: 16))
      benchmark.batch = 5
      benchmark.steps = 3
      benchmark.threads = 2
      benchmark.sparsity = 0.5
      #expect(try benchmark.run() > 0)
      #expect(throws: TrainingError.cancelled) { try benchmark.run(isCancelled: { true }) }
    }
    var benchmark = StepBenchmark(model: ModelConfiguration(kind: .rnn, features: 3, lookback: 4))
    benchmark.sparsity = 1
    #expect(throws: (any Error).self) { try benchmark.validate() }
  }
}
