import CAllocationCounter
import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import Testing

@testable import EspalierTraining

/// A training step must not touch the heap once the first steps have found how much memory it needs.
@Suite(.enabled(if: allocation_counter_works(), "allocations are counted with glibc only"))
struct AllocationTests {
  @Test func counterCounts() {
    let before = allocation_count()
    let array = [Int](repeating: 7, count: 1000)
    #expect(array.reduce(0, +) == 7000)
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    memory.deallocate()
    #expect(allocation_count() >= before + 2)
  }

  @Test(arguments: ModelKind.allCases, RegularizerKind.allCases)
  func stepsAllocateNothing(model: ModelKind, regularizer: RegularizerKind) throws {
    let table = SyntheticSeries.load.table(rows: 400)
    let task = ForecastTask(target: table.columnNames[0], lookback: 8, evaluation: .paper)
    let data = try PreparedData(table: table, task: task)
    var run = RunConfiguration(
      model: ModelConfiguration(kind: model, features: data.inputCount, lookback: 8, hidden: 8, feedForward: 16))
    run.regularizer = RegularizerConfiguration(kind: regularizer)
    run.training.clipping = try GradientClipping(maximumNorm: 1)
    let trainer = try Trainer(run, data: data)
    let batch = data.train[0..<50]
    var rate = 0.0
    for _ in 0..<3 { _ = try trainer.trainStep(batch, epoch: 0, rate: &rate) }
    let before = allocation_count()
    for _ in 0..<20 { _ = try trainer.trainStep(batch, epoch: 0, rate: &rate) }
    #expect(allocation_count() - before == 0)
  }

  /// The same with survivors alone: 90 % of the weights are gone.
  @Test(arguments: ModelKind.allCases)
  func sparseStepsAllocateNothing(model: ModelKind) throws {
    let table = SyntheticSeries.load.table(rows: 400)
    let task = ForecastTask(target: table.columnNames[0], lookback: 8, evaluation: .paper)
    let data = try PreparedData(table: table, task: task)
    var run = RunConfiguration(model: ModelConfiguration(kind: model, features: data.inputCount, lookback: 8))
    // A linear model of this look-back is too small for the shipped numbers.
    if model.isLinear { run.training.costModel = .alwaysSparse }
    let trainer = try Trainer(run, data: data)
    try Pruner(trainer.model.prunableParameters, epochs: 20).update(to: 0.9)
    #expect(trainer.model.parameters.contains { $0.isSparse })
    let batch = data.train[0..<50]
    var rate = 0.0
    for _ in 0..<3 { _ = try trainer.trainStep(batch, epoch: 0, rate: &rate) }
    let before = allocation_count()
    for _ in 0..<20 { _ = try trainer.trainStep(batch, epoch: 0, rate: &rate) }
    #expect(allocation_count() - before == 0)
  }
}
