import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTestSupport
import Synchronization
import Testing

@testable import EspalierTraining

@Suite struct TrainerTests {
  @Test func strictRestoresTheBestWeights() throws {
    try SIMDTargetLock.holding {
      let data = try Small.data()
      var run = Small.run(data)
      // A rate at which the validation loss jumps, so that the last epoch is not the best.
      run.training.optimizer.learningRate = 0.05
      run.training.firstSelectedEpoch = 2
      run.training.patience = 100
      let trainer = try Trainer(run, data: data)
      let result = try trainer.run()
      let candidates = result.history[2...]
      let best = try #require(candidates.min { $0.validationLoss < $1.validationLoss })
      #expect(result.selectedEpoch == best.epoch)
      #expect(best.epoch < result.history.count - 1, "the settings should make the last epoch worse than another")
      let pass = ForecastPass(model: trainer.model, data: data)
      let loss = pass.loss(run.training.loss, windows: data.validation, regularizer: NoRegularizer(), pass: 0)
      #expect(loss == best.validationLoss)
    }
  }

  @Test func paperKeepsTheLastWeights() throws {
    try SIMDTargetLock.holding {
      let data = try Small.data(.paper)
      let trainer = try Trainer(Small.run(data), data: data)
      let result = try trainer.run()
      #expect(result.selectedEpoch == result.history.count - 1)
      let pass = ForecastPass(model: trainer.model, data: data)
      let loss = pass.loss(.meanSquaredError, windows: data.validation, regularizer: NoRegularizer(), pass: 0)
      #expect(loss == result.history.last?.validationLoss)
    }
  }

  /// However little a window moves, its errors count in scaled units, as those of the scores do.
  @Test func theLossIsMeasuredInScaledUnits() throws {
    try SIMDTargetLock.holding {
      var task = Small.task(.strict)
      task.normalization = .meanAndDeviation
      let data = try PreparedData(table: SyntheticSeries.load.table(rows: 400), task: task)
      let model = try Trainer(Small.run(data), data: data).model
      let pass = ForecastPass(model: model, data: data)
      let loss = pass.loss(.meanSquaredError, windows: data.validation, regularizer: NoRegularizer(), pass: 0)
      let reader = OutputReader(.meanSquaredError)
      let forecasts = pass.forecasts(
        windows: data.validation, reading: reader, regularizer: NoRegularizer(), firstPass: 0, beforeBlock: {})
      var sum = 0.0
      for (index, window) in data.validation.enumerated() {
        for step in 0..<data.horizon {
          let error = forecasts.values[index * data.horizon + step] - data.truth(window, step: step)
          sum += error * error / (data.targetScaler(of: window).scale * data.targetScaler(of: window).scale)
        }
      }
      let expected = sum / Double(data.validation.count * data.horizon)
      #expect(abs(loss - expected) <= 1e-5 * expected)
    }
  }

  @Test(arguments: [6, 8])
  func nothingIsSelectedBeforePruningHasEnded(end: Int) throws {
    let data = try Small.data()
    var pruning = PruningConfiguration.default
    pruning.timing.end = end
    var run = Small.run(data, .synapticPruning, pruning: pruning)
    run.training.firstSelectedEpoch = 0
    run.training.patience = 1
    let trainer = try Trainer(run, data: data)
    #expect(trainer.firstSelectedEpoch == end)
    let result = try trainer.run()
    #expect(result.selectedEpoch >= end)
    let report = result.sparsity
    #expect(report.total - report.active == Int((0.5 * Double(report.total)).rounded(.toNearestOrAwayFromZero)))
    let sparsities = result.history.map(\.sparsity)
    #expect(sparsities == sparsities.sorted())
    #expect(result.maskSeconds > 0 && result.maskSeconds <= result.seconds)
  }

  @Test func cancellationIsAskedBeforeEveryStep() throws {
    let data = try Small.data()
    let trainer = try Trainer(Small.run(data), data: data)
    var asked = 0
    #expect(throws: TrainingError.cancelled) {
      try trainer.run(isCancelled: {
        asked += 1
        return asked == 4
      })
    }
    #expect(asked == 4)
  }

  @Test func aLossThatIsNotFiniteEndsTheRunWithItsSettings() throws {
    let data = try Small.data()
    var run = Small.run(data)
    run.training.optimizer.learningRate = 1e38
    let trainer = try Trainer(run, data: data)
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    guard case .lossNotFinite(let epoch, let step, let settings) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(epoch == 0 && step == 1)
    #expect(settings == "rnn, look-back 8, none, learning rate 1e+38, seed 42")
  }

  @Test func monteCarloDropoutForecastsInSeveralPasses() throws {
    #expect(MonteCarloDropout(rate: 0.3).passes(.strict) == 50)
    #expect(MonteCarloDropout(rate: 0.3).passes(.paper) == 1)
    #expect(Dropout(rate: 0.3).passes(.strict) == 1)
    for evaluation in Evaluation.allCases {
      let data = try Small.data(evaluation)
      var run = Small.run(data, .monteCarloDropout)
      run.training.epochs = 1
      let trainer = try Trainer(run, data: data)
      _ = try trainer.run()
      let spread = trainer.forecasts(of: data.test).spread
      #expect((spread != nil) == (evaluation == .strict))
      #expect(spread?.allSatisfy { $0 > 0 } ?? true)
    }
  }

  @Test(arguments: ModelKind.allCases, [RegularizerKind.none, .monteCarloDropout])
  func forecastsDoNotDependOnTheBlockSize(model: ModelKind, method: RegularizerKind) throws {
    try SIMDTargetLock.holding {
      let data = try Small.data()
      var run = Small.run(data, method, model: model)
      run.training.epochs = 1
      let trainer = try Trainer(run, data: data)
      _ = try trainer.run()
      let results = [16, 48, 64, 128, 1008].map { size in
        ForecastPass(model: trainer.model, data: data, blockSize: size)
          .forecasts(
            windows: data.test, reading: OutputReader(run.training.loss), regularizer: trainer.regularizer,
            firstPass: 1 << 20, beforeBlock: {})
      }
      for result in results { #expect(result.values == results[0].values && result.spread == results[0].spread) }
    }
  }
}
