import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@testable import EspalierTraining

/// A small training of one kind, to be interrupted wherever it can be.
struct InterruptedTraining: Sendable, CustomTestStringConvertible {
  let name: String
  let kind: ModelKind
  let regularizer: RegularizerConfiguration
  var evaluation = Evaluation.strict
  var change: @Sendable (inout TrainingConfiguration) throws -> Void = { _ in }

  var testDescription: String { "\(kind.rawValue), \(name)" }

  private static func pruning(_ change: (inout PruningConfiguration) -> Void) -> RegularizerConfiguration {
    var pruning = PruningConfiguration.default
    pruning.timing.every = 3
    change(&pruning)
    return RegularizerConfiguration(kind: .synapticPruning, pruning: pruning)
  }

  /// Every regularizer, optimizer, way to store weights and learning-rate schedule with every kind of model.
  static let all: [InterruptedTraining] = ModelKind.allCases.flatMap { kind in
    [
      InterruptedTraining(name: "none, early stop", kind: kind, regularizer: .init(kind: .none)) {
        $0.optimizer.learningRate = 0.2
        $0.firstSelectedEpoch = 0
        $0.patience = 1
      },
      InterruptedTraining(name: "dropout, sgd", kind: kind, regularizer: .init(kind: .dropout)) {
        $0.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.01, isNesterov: true)
        $0.learningRateSchedule = .oneCycle()
      },
      InterruptedTraining(
        name: "mc-dropout, sgd without momentum", kind: kind, regularizer: .init(kind: .monteCarloDropout)
      ) {
        $0.optimizer = OptimizerConfiguration(kind: .sgd, learningRate: 0.01)
      },
      InterruptedTraining(name: "pruning, masked", kind: kind, regularizer: pruning { _ in }) {
        $0.costModel = .neverSparse
        $0.clipping = try GradientClipping(maximumNorm: 0.5)
      },
      InterruptedTraining(
        name: "pruning, sparse, adamw", kind: kind,
        regularizer: pruning {
          $0.schedule = .linear(LinearSchedule(low: 0.1, high: 0.8))
          $0.timing.warmup = 0
          $0.dropout = 0.1
        }
      ) {
        $0.costModel = .alwaysSparse
        $0.optimizer = OptimizerConfiguration(kind: .adamW)
        $0.learningRateSchedule = .cosine()
        $0.firstSelectedEpoch = 1
      },
      InterruptedTraining(
        name: "one-shot, by steps, random, per tensor", kind: kind,
        regularizer: pruning {
          $0.schedule = .oneShot(OneShotSchedule(sparsity: 0.6))
          $0.timing = PruningTiming(unit: .steps, warmup: 4, end: 13, every: 5)
          $0.importance = .random
          $0.scope = .perTensor
        }),
      InterruptedTraining(
        name: "paper", kind: kind,
        regularizer: pruning {
          $0 = .paper(model: .patchtst)
          $0.schedule = .lateCubic(LateCubicSchedule(low: 0.2, high: 0.7))
          $0.timing.warmup = 1
        }, evaluation: .paper),
    ]
  }

  func run(_ data: PreparedData) throws -> RunConfiguration {
    var run = Small.run(data, model: kind)
    run.regularizer = regularizer
    run.training.epochs = 5
    try change(&run.training)
    return run
  }
}

/// Everything that a training leaves behind, but for the time that it took.
struct Outcome: Equatable {
  let history: [EpochRecord]
  let selected: Int
  let sparsity: SparsityReport
  let steps: Int
  let file: Data
  let moments: [[Tensor]]
  let isSparse: [Bool]
  let forecasts: [Double]
  let updates: [Pruner.Update]

  init(_ trainer: Trainer, checkpoints: CheckpointPlan? = nil) throws {
    let result = try trainer.run(checkpoints: checkpoints)
    history = result.history
    selected = result.selectedEpoch
    sparsity = result.sparsity
    steps = result.steps
    file = try trainer.savedModel.data()
    moments = trainer.model.parameters.map(\.momentTensors)
    isSparse = trainer.model.parameters.map(\.isSparse)
    forecasts = trainer.forecasts(of: Array(trainer.data.test.prefix(20))).values
    updates = (trainer.regularizer as? SynapticPruning)?.updates ?? []
  }
}

@Suite struct CheckpointTests {
  private static let folder = FileManager.default.temporaryDirectory

  static func reading(_ checkpoint: TrainingCheckpoint) throws -> TrainingCheckpoint {
    try TrainingCheckpoint(SafetensorsFile(data: try checkpoint.data()))
  }

  /// Written before every step and after every epoch, read again, and gone on with: the same bits each time.
  @Test(arguments: InterruptedTraining.all)
  func resumesExactlyFromEveryStep(training: InterruptedTraining) throws {
    try SIMDTargetLock.holding {
      let data = try Small.data(training.evaluation, rows: 260)
      let run = try training.run(data)
      let whole = try Outcome(Trainer(run, data: data))
      var taken: [TrainingCheckpoint] = []
      let watched = try Outcome(
        Trainer(run, data: data), checkpoints: CheckpointPlan(every: .minutes(0)) { taken.append($0) })
      #expect(watched == whole, "writing checkpoints changes nothing")
      #expect(taken.count == whole.steps + whole.history.count)
      if training.name.hasPrefix("pruning") { #expect(whole.sparsity.sparsity > 0.4) }
      // The PatchTST gets better in each of the few epochs.
      if training.name.contains("early stop"), training.kind != .patchtst { #expect(whole.history.count < 5) }
      for (number, checkpoint) in taken.enumerated() {
        let read = try Self.reading(checkpoint)
        #expect(read.weights == checkpoint.weights && read.selected == checkpoint.selected)
        #expect(read.progress == checkpoint.progress)
        let resumed = try Trainer(resuming: read, data: data, expecting: run)
        #expect(try Outcome(resumed) == whole, "checkpoint \(number) of \(taken.count)")
      }
    }
  }

  /// A cancellation leaves the very step, and the trainer that was cancelled can go on itself.
  @Test(arguments: [1, 2, 3, 4, 7, 8, 15])
  func cancellationLeavesACheckpoint(asked: Int) throws {
    try SIMDTargetLock.holding {
      let data = try Small.data(rows: 260)
      let run = try #require(InterruptedTraining.all.first { $0.name == "pruning, sparse, adamw" }).run(data)
      let path = Self.folder.appending(path: "espalier-\(UUID().uuidString).safetensors").path(percentEncoded: false)
      defer { try? FileManager.default.removeItem(atPath: path) }
      let trainer = try Trainer(run, data: data)
      var count = 0
      #expect(throws: TrainingError.cancelled) {
        try trainer.run(
          isCancelled: {
            count += 1
            return count == asked
          }, checkpoints: CheckpointPlan(path: path, every: .epochs(100)))
      }
      let read = try TrainingCheckpoint(path: path)
      #expect(read.progress.epoch * trainer.stepsPerEpoch + read.progress.batch == asked - 1)
      #expect(read.progress.seconds > 0)
      let whole = try Outcome(Trainer(run, data: data))
      #expect(try Outcome(Trainer(resuming: read, data: data)) == whole)
      #expect(try Outcome(trainer) == whole)
    }
  }

  @Test(arguments: [(1, [1, 2, 3, 4, 5]), (2, [2, 4, 5]), (3, [3, 5]), (9, [5])])
  func checkpointsAreTakenWhenTheyAreDue(every: Int, expected: [Int]) throws {
    let data = try Small.data(rows: 260)
    var run = Small.run(data)
    run.training.epochs = 5
    var epochs: [Int] = []
    _ = try Trainer(run, data: data).run(
      checkpoints: CheckpointPlan(every: .epochs(every)) { epochs.append($0.progress.epoch) })
    #expect(epochs == expected)
  }

  @Test(arguments: [CheckpointPlan.Interval.epochs(0), .minutes(.nan), .minutes(-.infinity)])
  func impossibleIntervalsAreRefused(interval: CheckpointPlan.Interval) throws {
    let data = try Small.data(rows: 260)
    var count = 0
    #expect(throws: TrainingError.self) {
      try Trainer(Small.run(data), data: data).run(checkpoints: CheckpointPlan(every: interval) { _ in count += 1 })
    }
    #expect(count == 0)
    #expect(throws: Never.self) { try CheckpointPlan.Interval.minutes(.infinity).validate() }
  }

  /// A program that goes on with a command's checkpoint leaves one that the command can go on with.
  @Test func checkpointsKeepWhereTheyCameFrom() throws {
    let data = try Small.data()
    let run = Small.run(data)
    var checkpoint = try Trainer(run, data: data).checkpoint()
    checkpoint.origin = CheckpointOrigin(
      job: TrainingJob(source: DataSource(kind: .named, place: "synthetic"), model: run.model), output: "m.safetensors")
    #expect(try Trainer(resuming: checkpoint, data: data).checkpoint().origin == checkpoint.origin)
  }

  /// Tasks of one process that write to one path don't meet in a file that is half-written.
  @Test func filesAppearWhole() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w.safetensors")
    let failures = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 24) { number in
      do {
        try DurableFile.write(Data(repeating: UInt8(number), count: 1 << 16), path: path)
      } catch {
        failures.add(1, ordering: .relaxed)
      }
    }
    #expect(failures.load(ordering: .relaxed) == 0)
    let bytes = try Data(contentsOf: URL(filePath: path))
    #expect(bytes.count == 1 << 16 && Set(bytes).count == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 1)
  }

  /// What a write throws ends the training: going on would lose what the user asked to keep.
  @Test func aFailingWriteEndsTheTraining() throws {
    let data = try Small.data(rows: 260)
    let plan = CheckpointPlan(path: "/nowhere/at/all.safetensors")
    let error = #expect(throws: SafetensorsError.self) {
      try Trainer(Small.run(data), data: data).run(checkpoints: plan)
    }
    #expect(error?.description == "Cannot write '/nowhere/at/all.safetensors': No such file or directory.")
  }
}
