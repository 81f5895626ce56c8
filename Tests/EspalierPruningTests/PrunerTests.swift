import EspalierPruning
import EspalierTensor
import Foundation
import Testing

struct PrunerTests {
  /// A matrix, a gain, a bias and positions, with values that all differ.
  private func model(_ rows: Int = 10, _ columns: Int = 10) throws -> [Parameter] {
    let count = rows * columns
    let values = (0..<count).map { Float(($0 * 37) % count + 1) * ($0 % 2 == 0 ? 1 : -1) }
    return [
      Parameter(name: "layer.weight", initial: try Tensor(shape: [rows, columns], values: values)),
      Parameter(name: "layer.bias", initial: Tensor(repeating: 0.001, shape: [rows])),
      Parameter(name: "norm1.weight", initial: Tensor(repeating: 0.5, shape: [columns])),
      Parameter(name: "position", initial: Tensor(repeating: 0.001, shape: [1, 4, columns])),
    ]
  }

  @Test func prunableAreWeightsAndGainsOnRequest() throws {
    let model = try model()
    #expect(model.map(\.role) == [.matrix, .bias, .gain, .position])
    #expect(Pruner.prunable(model, includingGains: false).map(\.name) == ["layer.weight"])
    #expect(Pruner.prunable(model, includingGains: true).map(\.name) == ["layer.weight", "norm1.weight"])
  }

  @Test func publishedTimingUpdatesOnMultiplesAfterTheWarmup() throws {
    var pruner = try Pruner(model(), configuration: .paper(model: .rnn), epochs: 4)
    var steps: [Int] = []
    for epoch in 0..<4 {
      for _ in 0..<7 {
        if let update = try pruner.beforeOptimizerStep(epoch: epoch) { steps.append(update.step) }
        pruner.afterOptimizerStep()
      }
    }
    #expect(steps == [15, 20, 25])
    #expect(pruner.steps == 28)
    #expect(pruner.target(epoch: 1) == 0)
    #expect(pruner.target(epoch: 2) == 0.1)
    #expect(abs(pruner.target(epoch: 3) - (0.1 + 0.4 / 8)) < 1e-15, "the published formula falls short of 0.5")
  }

  @Test func correctedTimingReachesTheFinalSparsityAtItsEnd() throws {
    var pruner = try Pruner(model(), epochs: 8)
    #expect(pruner.end == 6)
    var sparsities: [Double] = []
    for epoch in 0..<8 {
      for _ in 0..<7 { try pruner.beforeOptimizerStep(epoch: epoch) }
      sparsities.append(pruner.sparsity)
    }
    #expect(sparsities[6] == 0.5 && sparsities[7] == 0.5)
    #expect(sparsities[1] == 0)
    #expect(zip(sparsities, sparsities.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test func timingInStepsNeedsTheirNumber() throws {
    let timing = PruningTiming(unit: .steps, warmup: 3, every: 1)
    let configuration = PruningConfiguration(timing: timing)
    #expect(throws: PruningError.stepsPerEpochUnknown) { try Pruner(model(), configuration: configuration, epochs: 2) }
    var pruner = try Pruner(model(), configuration: configuration, epochs: 2, stepsPerEpoch: 6)
    #expect(pruner.end == 9)
    var updates: [Pruner.Update] = []
    for step in 0..<12 {
      if let update = try pruner.beforeOptimizerStep(epoch: step / 6) { updates.append(update) }
    }
    #expect(updates.map(\.step) == Array(4...12))
    #expect(updates[0].target == 0 && updates[6].target == 0.5 && updates[8].sparsity == 0.5)
  }

  @Test func everyTensorReachesTheSameSparsityUnderItsScope() throws {
    let small = try model(5, 4)
    let both = try model() + [Parameter(name: "head.weight", initial: small[0].tensor)]
    let configuration = PruningConfiguration(scope: .perTensor)
    let pruner = try Pruner(both, configuration: configuration, epochs: 8)
    try pruner.update(to: 0.7)
    #expect(pruner.report.layers.map(\.sparsity) == [0.7, 0.7])
  }

  @Test func randomScoresAreAFunctionOfSeedAndStep() throws {
    let configuration = PruningConfiguration(importance: .random)
    func mask(seed: UInt64) throws -> [UInt8]? {
      let pruner = try Pruner(model(), configuration: configuration, epochs: 8, seed: seed)
      try pruner.update(to: 0.5)
      #expect(pruner.sparsity == 0.5)
      return pruner.parameters[0].mask
    }
    #expect(try mask(seed: 1) == mask(seed: 1))
    #expect(try mask(seed: 1) != mask(seed: 2))
  }

  @Test func scoresOfYourOwnReplaceTheConfigured() throws {
    struct Largest: ImportanceScore {
      func rank(_ parameter: Parameter, in context: ImportanceContext) throws(ShapeError) -> RankedWeights {
        try RankedWeights(parameter, scores: parameter.tensor.values.map { 1 / $0 })
      }
    }
    struct Wrong: ImportanceScore {
      func rank(_ parameter: Parameter, in context: ImportanceContext) throws(ShapeError) -> RankedWeights {
        try RankedWeights(parameter, scores: [1])
      }
    }
    let pruner = try Pruner(model(), epochs: 8, importance: Largest())
    try pruner.update(to: 0.01)
    #expect(pruner.parameters[0].tensor.values.allSatisfy { abs($0) < 100 }, "the largest went first")
    let wrong = try Pruner(model(), epochs: 8, importance: Wrong())
    #expect(throws: PruningError.self) { try wrong.update(to: 0.5) }
  }

  @Test func resumingContinuesTheCount() throws {
    var whole = try Pruner(model(), epochs: 8)
    var resumed = try Pruner(model(), epochs: 8)
    for _ in 0..<33 { try whole.beforeOptimizerStep(epoch: 4) }
    resumed.resume(afterSteps: 33)
    for (parameter, source) in zip(resumed.parameters, whole.parameters) {
      try parameter.load(source.tensor)
      if let mask = source.mask { try parameter.loadMask(mask) }
    }
    for epoch in 5..<8 {
      for _ in 0..<9 {
        try whole.beforeOptimizerStep(epoch: epoch)
        try resumed.beforeOptimizerStep(epoch: epoch)
      }
    }
    #expect(whole.steps == resumed.steps)
    #expect(whole.parameters.map(\.mask) == resumed.parameters.map(\.mask))
  }

  @Test func badSettingsGetOneSentence() throws {
    let cases: [(PruningConfiguration, Int, PruningError)] = [
      (.init(schedule: .linear(.init(low: 0, high: 1.1))), 8, .sparsityOutOfRange(1.1)),
      (.init(schedule: .constant(.init(sparsity: .nan))), 8, .sparsityOutOfRange(.nan)),
      (.init(schedule: .cosine(.init(low: 0.6, high: 0.5))), 8, .sparsityFalls(low: 0.6, high: 0.5)),
      (.init(schedule: .exponential(.init(low: 0, high: 1))), 8, .exponentialReachesOne),
      (.init(schedule: .oneShot(.init(sparsity: 0.5, moment: 2))), 8, .momentOutOfRange(2)),
      (.init(timing: .init(warmup: -1)), 8, .negativeWarmup(-1)),
      (.init(timing: .init(every: 0)), 8, .intervalTooShort(0)),
      (.init(timing: .init(end: 9)), 8, .endsAfterTraining(end: 9, length: 8, unit: .epochs)),
      (.init(), 2, .endsBeforeWarmup(warmup: 2, end: 1, unit: .epochs)),
      (.init(), 0, .emptyTraining(epochs: 0, stepsPerEpoch: nil)),
      (.init(minimumPerTensor: -1), 8, .negativeMinimum(-1)),
      (.init(dropout: 1), 8, .dropoutOutOfRange(1)),
      (.init(minimumPerTensor: 51), 8, .tooFewWeights(wanted: 50, available: 49, minimumPerTensor: 51)),
    ]
    for (configuration, epochs, expected) in cases {
      let error = #expect(throws: PruningError.self) {
        try Pruner(model(), configuration: configuration, epochs: epochs)
      }
      #expect(error?.description == expected.description)
      #expect(error?.description.hasSuffix(".") == true)
    }
    #expect(throws: PruningError.nothingToPrune) { try Pruner([model()[1]], epochs: 8) }
    #expect(throws: PruningError.sparsityOutOfRange(1.2)) { try Pruner(model(), epochs: 8).update(to: 1.2) }
  }

  @Test func reportIsATable() throws {
    let pruner = try Pruner(model(), configuration: .paper(model: .rnn), epochs: 8)
    try MaskRule.exact.prune([RankedWeights(pruner.parameters[0])], to: 0.5)
    let report = pruner.report
    #expect(
      report.description == """
        layer         shape    weights  active  sparsity
        layer.weight  10 x 10      100      50    50.0 %
        norm1.weight  10            10      10     0.0 %
        all                        110      60    45.4 %
        """)
    #expect(try JSONDecoder().decode(SparsityReport.self, from: JSONEncoder().encode(report)) == report)
  }
}
