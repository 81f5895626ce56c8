import EspalierNN
import EspalierPruning
import EspalierTensor
import Testing

/// The same numbers as PyTorch: outputs, gradients, Adam, and the published pruning rule.
///
/// Fixtures lie in `Tests/Fixtures`, or in the folder that the environment variable `ESPALIER_FIXTURES` names.
struct ParityTests {
  static let known = ParityFixture.names.filter { ParityFixture.isKnown($0) && !LongHorizonFixture.isOne($0) }
  static let unknown = ParityFixture.names.filter { !ParityFixture.isKnown($0) }

  /// In which state the matrices are.
  enum State: String, CaseIterable {
    /// Dense, and masked once something is pruned.
    case masked
    /// As the shipped cost model decides.
    case shipped
    /// Survivors alone from the beginning.
    case sparse

    func adopt(_ model: any ForecastModel) throws {
      for parameter in model.parameters {
        switch self {
        case .masked: parameter.adopt(.neverSparse)
        case .shipped: parameter.adopt(.shipped)
        case .sparse:
          parameter.adopt(.alwaysSparse)
          guard parameter.role == .matrix else { continue }
          try parameter.loadMask(Array(repeating: 1, count: parameter.count))
          #expect(parameter.isSparse)
        }
      }
    }
  }

  @Test func fixturesAreThere() {
    #expect(!Self.known.isEmpty, "no fixture of a known model in \(ParityFixture.folder.path)")
  }

  /// Kinds that belong to models this version has not are shown as skipped, by name.
  @Test(.enabled(if: !unknown.isEmpty), arguments: unknown)
  func unknownKind(name: String) throws {
    try Test.cancel("\(name): the model of this fixture is not known")
  }

  @Test(arguments: known, [State.masked, .sparse])
  func outputsAndGradients(name: String, state: State) throws {
    let fixture = try ParityFixture(name)
    let model = try fixture.model()
    try state.adopt(model)
    let (out, loss) = try fixture.run(model, on: Tape(), backward: true)
    let expected = try fixture.file.tensor("out").values
    #expect(worst(out, expected) <= 2e-6 * largest(expected), "outputs")
    let expectedLoss = Double(try fixture.file.tensor("loss").values[0])
    #expect(abs(loss - expectedLoss) <= 2e-6 * abs(expectedLoss), "loss")

    let gradients = try model.parameters.map { try fixture.file.tensor("grad.\($0.name)").values }
    let modelLargest = gradients.map(largest).max() ?? 0
    for (parameter, expected) in zip(model.parameters, gradients) {
      let scale = max(largest(expected), 1e-3 * modelLargest)
      #expect(worst(parameter.gradient.values, expected) <= 2e-5 * scale, "gradient of \(parameter.name)")
    }
  }

  @Test(arguments: known, [State.masked, .sparse])
  func adam(name: String, state: State) throws {
    let fixture = try ParityFixture(name)
    let model = try fixture.model()
    try state.adopt(model)
    let tape = Tape()
    var optimizer = Adam()
    for _ in 0..<Int(try fixture.number("adam_steps")) {
      _ = try fixture.run(model, on: tape, backward: true)
      optimizer.step(model.parameters, learningRate: 1e-3)
    }
    for parameter in model.parameters where !parameter.hasOnlyRoundingGradient {
      let expected = try fixture.file.tensor("adam.\(parameter.name)").values
      #expect(worst(parameter.tensor.values, expected) <= 5e-5, "\(parameter.name) after Adam")
    }
  }

  @Test(arguments: known, State.allCases)
  func masksOfFixedParameters(name: String, state: State) throws {
    let fixture = try ParityFixture(name)
    let model = try fixture.model()
    try state.adopt(model)
    let epochs = Int(try fixture.number("schedule_epochs"))
    let pruner = try Pruner(model.prunableParameters, configuration: fixture.pruning, epochs: epochs)
    let targets = (0..<epochs).map { pruner.target(epoch: $0) }.filter { $0 > 0 }
    #expect(targets.count == (try fixture.file.tensor("targets").count))
    for target in targets { try pruner.update(to: target) }
    for parameter in pruner.parameters {
      let expected = try fixture.file.tensor("mask.\(parameter.name)").values
      let mask = parameter.mask ?? Array(repeating: 1, count: parameter.count)
      #expect(mask.map { Float($0) } == expected, "mask of \(parameter.name)")
    }
    #expect(pruner.parameters.count == fixture.file.names.count { $0.hasPrefix("mask.") })
  }

  @Test(arguments: known, State.allCases)
  func pruningWhileTraining(name: String, state: State) throws {
    let fixture = try ParityFixture(name)
    let model = try fixture.model()
    try state.adopt(model)
    let tape = Tape()
    var optimizer = Adam()
    let epochs = Int(try fixture.number("schedule_epochs"))
    let batches = Int(try fixture.number("batches_per_epoch"))
    var pruner = try Pruner(model.prunableParameters, configuration: fixture.pruning, epochs: epochs)
    let trace = try fixture.file.tensor("sparsity").values
    #expect(trace.count == epochs * batches)
    let total = pruner.parameters.reduce(0) { $0 + $1.count }
    for epoch in 0..<epochs {
      for batch in 0..<batches {
        _ = try fixture.run(model, on: tape, backward: true)
        try pruner.beforeOptimizerStep(epoch: epoch)
        optimizer.step(model.parameters, learningRate: 1e-3)
        pruner.afterOptimizerStep()
        let off = abs(pruner.sparsity - Double(trace[epoch * batches + batch])) * Double(total)
        #expect(off <= 1.01, "sparsity in epoch \(epoch), batch \(batch) is off by \(off) weights")
      }
    }
    var equal = 0
    for parameter in pruner.parameters {
      let expected = try fixture.file.tensor("trained_mask.\(parameter.name)").values
      let mask = parameter.mask ?? Array(repeating: 1, count: parameter.count)
      equal += zip(mask, expected).count { Float($0) == $1 }
    }
    #expect(Double(equal) >= 0.99 * Double(total), "\(equal) of \(total) mask elements agree")
  }

  private func largest(_ values: [Float]) -> Double { values.reduce(0) { max($0, abs(Double($1))) } }

  /// The largest difference; infinite when counts differ or a number is NaN.
  private func worst(_ actual: [Float], _ expected: [Float]) -> Double {
    guard actual.count == expected.count else { return .infinity }
    return zip(actual, expected).reduce(0) { worst, pair in
      let off = abs(Double(pair.0) - Double(pair.1))
      return off.isNaN ? .infinity : max(worst, off)
    }
  }
}

extension Parameter {
  /// A bias before a softmax shifts all scores alike: its gradient is rounding, which Adam blows up to whole steps.
  fileprivate var hasOnlyRoundingGradient: Bool { name.hasSuffix("attention.k.bias") }
}
