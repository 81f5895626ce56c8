import EspalierNN
import EspalierTensor
import Testing

/// The same numbers as PyTorch for channel-independent and linear forecasters: outputs, gradients, running statistics, and
/// outputs in evaluation.
struct LongHorizonParityTests {
  static let names = ParityFixture.names.filter { ParityFixture.isKnown($0) && LongHorizonFixture.isOne($0) }

  @Test func fixturesAreThere() {
    for kind in ["channel-patchtst", "dlinear"] {
      #expect(Self.names.contains { $0.hasPrefix(kind) }, "no fixture of \(kind) in \(ParityFixture.folder.path)")
    }
  }

  /// Several copies of the batch have its mean losses and gradients, and are cut into tiles of lanes.
  @Test(arguments: names, [ParityTests.State.masked, .sparse])
  func outputsAndGradients(name: String, state: ParityTests.State) throws {
    let fixture = try LongHorizonFixture(name)
    for copies in [1, 3] {
      let model = try fixture.model()
      try state.adopt(model)
      let (out, loss) = try fixture.run(model, on: Tape(), copies: copies)
      let expected = try fixture.file.tensor("out").values
      #expect(worst(out, expected) <= 2e-6 * largest(expected), "outputs")
      let expectedLoss = Double(try fixture.file.tensor("loss").values[0])
      #expect(abs(loss - expectedLoss) <= 2e-6 * abs(expectedLoss), "loss")

      let gradients = Dictionary(
        uniqueKeysWithValues: try model.parameters.map {
          ($0.name, try fixture.file.tensor("grad.\($0.name)").values)
        })
      for parameter in model.parameters {
        let off = worst(parameter.gradient.values, gradients[parameter.name] ?? [])
        #expect(off <= 2e-5 * scale(of: parameter, in: gradients), "gradient of \(parameter.name), \(copies) copies")
      }
    }
  }

  @Test(arguments: names, ParityTests.State.allCases)
  func runningStatisticsAndEvaluation(name: String, state: ParityTests.State) throws {
    let fixture = try LongHorizonFixture(name)
    let model = try fixture.model()
    try state.adopt(model)
    _ = try fixture.run(model, on: Tape())
    for buffer in model.buffers {
      let expected = try fixture.file.tensor("running.\(buffer.name)").values
      #expect(worst(buffer.tensor.values, expected) <= 2e-6 * largest(expected), "\(buffer.name)")
    }
    #expect(model.buffers.count == fixture.file.names.count { $0.hasPrefix("running.") })
    let expected = try fixture.file.tensor("eval.out").values
    let (out, _) = try fixture.run(model, on: Tape(recording: false))
    #expect(worst(out, expected) <= 2e-6 * largest(expected), "outputs in evaluation")
    for costs in [SparseCostModel.shipped, .alwaysSparse] {
      let frozen = try fixture.forecasts(FrozenForecaster(model, costs: costs))
      #expect(worst(frozen, expected) <= 2e-6 * largest(expected), "outputs of the packed model")
    }
  }

  /// A masked half of the weights: the masked and the sparse state have the same gradients at the survivors.
  @Test(arguments: names)
  func statesAgree(name: String) throws {
    let fixture = try LongHorizonFixture(name)
    func run(_ costs: SparseCostModel) throws -> (model: any ForecastModel, out: [Float]) {
      let model = try fixture.model()
      for (index, parameter) in model.prunableParameters.enumerated() {
        parameter.adopt(costs)
        var stream = RandomStream(seed: 3, purpose: .pruning, second: UInt32(index))
        try parameter.loadMask((0..<parameter.count).map { _ in stream.nextUniform() < 0.5 ? 1 : 0 })
      }
      return (model, try fixture.run(model, on: Tape()).out)
    }
    let (masked, out) = try run(.neverSparse), (sparse, sparseOut) = try run(.alwaysSparse)
    #expect(sparse.prunableParameters.allSatisfy { $0.isSparse })
    #expect(worst(sparseOut, out) <= 2e-6 * largest(out))
    let gradients = Dictionary(uniqueKeysWithValues: masked.parameters.map { ($0.name, $0.gradient.values) })
    for (old, new) in zip(masked.parameters, sparse.parameters) {
      let mask = old.mask ?? Array(repeating: 1, count: old.count)
      let expected = zip(old.gradient.values, mask).map { $1 == 0 ? 0 : $0 }
      #expect(
        worst(new.gradient.values, expected) <= 2e-5 * scale(of: old, in: gradients), "gradient of \(old.name)")
    }
  }

  /// What a gradient's rounding is measured by: its largest magnitude, or a thousandth of the model's.
  ///
  /// A bias's gradient sums what its weight's does times inputs. Where a softmax or a batch normalization takes the bias out
  /// again nothing is left but the rounding of that sum (with 32 bits PyTorch's own is off by up to 9e-5 of the scale that
  /// other parameters have), so that the weight's magnitude is the measure.
  private func scale(of parameter: Parameter, in gradients: [String: [Float]]) -> Double {
    let own = max(largest(gradients[parameter.name] ?? []), 1e-3 * (gradients.values.map(largest).max() ?? 0))
    guard parameter.role == .bias, parameter.name.hasSuffix(".bias") else { return own }
    return max(own, largest(gradients[String(parameter.name.dropLast(4)) + "weight"] ?? []))
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
