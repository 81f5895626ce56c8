import CAllocationCounter
import EspalierNN
import EspalierTensor
import EspalierTestSupport
import Testing

/// Forecasts of frozen models against the models' own forward pass.
@Suite struct FrozenForecasterTests {
  static let densities = [1, 0.5, 0.1, 0.01, 0]
  static let batches = [1, 5, 64, 100]

  private static func configuration(
    _ kind: ModelKind, lookback: Int = 13, horizon: Int = 3, hidden: Int = 20
  ) -> ModelConfiguration {
    ModelConfiguration(
      kind: kind, features: 3, lookback: lookback, horizon: horizon, hidden: hidden, heads: 2, feedForward: 37)
  }

  private static func model(_ configuration: ModelConfiguration, density: Double) throws -> any ForecastModel {
    let model = try configuration.makeModel(seed: 7)
    var stream = RandomStream(seed: 1, purpose: .pruning)
    for parameter in model.parameters where parameter.shape.count == 2 && density < 1 {
      parameter.updateMask { mask, _ in
        for index in mask.indices where stream.nextUniform() >= density { mask[index] = 0 }
      }
    }
    try model.fillBuffers(seed: 4)
    return model
  }

  private static func series(_ configuration: ModelConfiguration, _ samples: Int) throws -> Tensor {
    var stream = RandomStream(seed: 2, purpose: .generation)
    let shape = [samples, configuration.lookback, configuration.features]
    return try Tensor(shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Float(stream.nextNormal()) })
  }

  /// The model's own forward pass.
  private static func forward(_ model: any ForecastModel, _ x: Tensor) -> [Float] {
    let sizes = model.configuration, samples = x.shape[0], lanes = Tape.paddedLanes(x.shape[0])
    let tape = Tape(recording: false)
    let count = sizes.lookback * sizes.features
    let input = tape.input(steps: sizes.lookback, rows: sizes.features, lanes: lanes) { memory in
      for index in 0..<count {
        for lane in 0..<lanes { memory[index * lanes + lane] = lane < samples ? x.values[lane * count + index] : 0 }
      }
    }
    return tape.withValues(of: model.forward(input, on: tape)) { values in
      (0..<samples * sizes.horizon).map { values[$0 % sizes.horizon * lanes + $0 / sizes.horizon] }
    }
  }

  private static func expectEqual(_ model: any ForecastModel, samples: Int, costs: SparseCostModel) throws {
    let sizes = model.configuration
    let x = try series(sizes, samples)
    let expected = forward(model, x)
    let actual = try FrozenForecaster(model, costs: costs).forecast(x)
    #expect(actual.shape == [samples, model.configuration.horizon])
    // A single forecast may happen to be next to nothing: magnitudes are those of many.
    let largest = forward(model, try series(sizes, 64)).reduce(Float(0)) { max($0, abs($1)) }
    #expect(
      zip(actual.values, expected).allSatisfy { abs($0 - $1) <= 2e-6 * largest },
      "\(model.configuration), \(samples) samples")
  }

  @Test(arguments: ModelKind.allCases, densities)
  func forecastsAreTheModels(kind: ModelKind, density: Double) throws {
    let model = try Self.model(Self.configuration(kind), density: density)
    for samples in Self.batches {
      for costs in [SparseCostModel.shipped, .neverSparse, .alwaysSparse] {
        try Self.expectEqual(model, samples: samples, costs: costs)
      }
    }
  }

  @Test(arguments: ModelKind.allCases, [1, 0.1])
  func publishedSizes(kind: ModelKind, density: Double) throws {
    var configuration = ModelConfiguration(kind: kind, features: 10, lookback: 60)
    try Self.expectEqual(try Self.model(configuration, density: density), samples: 1, costs: .shipped)
    // More patches than vectors are long.
    configuration.lookback = 90
    let model = try Self.model(configuration, density: density)
    for samples in [1, 5] { try Self.expectEqual(model, samples: samples, costs: .shipped) }
  }

  @Test(arguments: ModelKind.allCases, [1, 0.1])
  func threadsChangeNoBit(kind: ModelKind, density: Double) throws {
    let model = try Self.model(Self.configuration(kind), density: density)
    let x = try Self.series(model.configuration, 300)
    try SIMDTargetLock.holding {
      let forecaster = FrozenForecaster(model)
      let one = try forecaster.forecast(x)
      #expect(try forecaster.forecast(x, threads: 3) == one)
      #expect(try forecaster.forecast(x) == one)
    }
  }

  @Test(.enabled(if: allocation_counter_works()), arguments: ModelKind.allCases, [1, 0.1])
  func forecastsAllocateNothing(kind: ModelKind, density: Double) throws {
    let forecaster = FrozenForecaster(try Self.model(Self.configuration(kind), density: density))
    for samples in [1, 5, 100] {
      let x = try Self.series(forecaster.configuration, samples)
      var out = [Float](repeating: 0, count: samples * forecaster.configuration.horizon)
      try x.values.withUnsafeBufferPointer { x in
        try out.withUnsafeMutableBufferPointer { out in
          for _ in 0..<2 { try forecaster.forecast(inputs: x, into: out) }
          let before = allocation_count()
          for _ in 0..<10 { try forecaster.forecast(inputs: x, into: out) }
          #expect(allocation_count() == before, "\(samples) samples")
        }
      }
    }
  }

  @Test func laterTrainingChangesNothing() throws {
    let model = try Self.model(Self.configuration(.lstm), density: 1)
    let x = try Self.series(model.configuration, 20)
    let forecaster = FrozenForecaster(model)
    let before = try forecaster.forecast(x)
    for parameter in model.parameters { parameter.withValues { $0.update(repeating: 0) } }
    #expect(try forecaster.forecast(x) == before)
    #expect(try forecaster.forecast(Tensor(repeating: 0, shape: [0, 13, 3])).shape == [0, 3])
  }

  /// A model that the library does not know.
  private final class Last: ForecastModel {
    let configuration = FrozenForecasterTests.configuration(.rnn, horizon: 1)
    let parameters = [Parameter(name: "w", initial: Tensor(repeating: 0.5, shape: [1, 13 * 3]))]
    var prunableParameters: [Parameter] { parameters }
    func forward(_ x: Variable, on tape: Tape) -> Variable {
      tape.linear(tape.patches(x, length: 13), weight: parameters[0], bias: nil)
    }
  }

  @Test(arguments: [1, 70])
  func otherModelsRunThroughTheirOwnPass(samples: Int) throws {
    try Self.expectEqual(Last(), samples: samples, costs: .shipped)
  }

  @Test func wrongShapesAreRefused() throws {
    let forecaster = FrozenForecaster(try Self.model(Self.configuration(.gru), density: 1))
    let error = #expect(throws: ShapeError.self) { try forecaster.forecast(Tensor(repeating: 0, shape: [2, 12, 3])) }
    #expect(error?.description == "A forecast needs shape [2, 13, 3] but was given [2, 12, 3].")
    let x = [Float](repeating: 0, count: 2 * 39)
    var out = [Float](repeating: 7, count: 5)
    x.withUnsafeBufferPointer { x in
      out.withUnsafeMutableBufferPointer { out in
        #expect(throws: ShapeError.self) { try forecaster.forecast(inputs: x, into: out) }
      }
    }
    #expect(out.allSatisfy { $0 == 7 })
  }
}
