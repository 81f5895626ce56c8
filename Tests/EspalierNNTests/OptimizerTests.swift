import EspalierNN
import EspalierTensor
import Foundation
import Testing

/// What `Tests/Fixtures/make_optimizer_numbers.py` wrote with PyTorch.
struct OptimizerNumbers: Decodable {
  struct Run: Decodable {
    let kind: OptimizerConfiguration.Kind
    let learningRate, weightDecay, momentum, beta2, epsilon: Double
    let isNesterov: Bool
    let values: [[Float]]
  }
  struct Clipping: Decodable {
    let maximumNorm, norm: Double
    let gradients: [[Float]]
  }
  struct Rates: Decodable {
    let total: Int
    let rates, momenta: [Double]
  }

  let initial: [Float]
  let gradients: [[Float]]
  let optimizers: [Run]
  let clippings: [Clipping]
  let oneCycle, cosine: [Rates]

  static func load(from file: String = #filePath) throws -> OptimizerNumbers {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "Fixtures/optimizer_numbers.json"))
    return try JSONDecoder().decode(Self.self, from: data)
  }
}

struct OptimizerTests {
  private func agree(_ actual: [Float], _ expected: [Float]) -> Bool {
    let tolerance = 1e-7 + 1e-6 * expected.reduce(0) { max($0, abs($1)) }
    return actual.count == expected.count && zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance }
  }

  private func parameter(_ name: String, _ values: [Float], gradient: [Float]) throws -> Parameter {
    let parameter = Parameter(name: name, initial: try Tensor(shape: [values.count], values: values))
    setGradient(parameter, gradient)
    return parameter
  }

  private func setGradient(_ parameter: Parameter, _ gradient: [Float]) {
    parameter.withGradient { _ = $0.update(from: gradient) }
  }

  @Test func optimizersFollowPyTorch() throws {
    let numbers = try OptimizerNumbers.load()
    #expect(numbers.optimizers.count == 7)
    for run in numbers.optimizers {
      let configuration = OptimizerConfiguration(
        kind: run.kind, learningRate: run.learningRate, momentum: run.momentum, beta2: run.beta2,
        epsilon: run.epsilon, weightDecay: run.weightDecay, isNesterov: run.isNesterov)
      var optimizer = try configuration.makeOptimizer()
      let parameter = try parameter("w", numbers.initial, gradient: numbers.initial)
      for (gradient, expected) in zip(numbers.gradients, run.values) {
        setGradient(parameter, gradient)
        optimizer.step([parameter], learningRate: run.learningRate)
        #expect(agree(parameter.tensor.values, expected), "\(run.kind), step \(optimizer.stepCount)")
      }
    }
  }

  @Test func defaultsArePyTorchs() throws {
    let numbers = try OptimizerNumbers.load()
    for index in [0, 2, 4] {
      let run = numbers.optimizers[index]
      let configuration = OptimizerConfiguration(kind: run.kind)
      #expect(configuration.weightDecay == run.weightDecay && configuration.momentum == run.momentum)
      #expect(configuration.beta2 == run.beta2 && configuration.epsilon == run.epsilon)
    }
  }

  @Test(arguments: OptimizerConfiguration.Kind.allCases)
  func continuesExactlyFromItsState(kind: OptimizerConfiguration.Kind) throws {
    let numbers = try OptimizerNumbers.load()
    let configuration = OptimizerConfiguration(kind: kind, momentum: 0.9)
    var optimizer = try configuration.makeOptimizer()
    let parameter = try parameter("w", numbers.initial, gradient: numbers.gradients[0])
    optimizer.step([parameter], learningRate: 0.1)

    var resumed = try configuration.makeOptimizer()
    resumed.stepCount = optimizer.stepCount
    let copy = try self.parameter("w", parameter.tensor.values, gradient: numbers.gradients[1])
    try copy.loadMoments(parameter.momentTensors)
    setGradient(parameter, numbers.gradients[1])
    optimizer.step([parameter], learningRate: 0.1)
    resumed.step([copy], learningRate: 0.1)
    #expect(copy.tensor == parameter.tensor)
    #expect(copy.momentTensors == parameter.momentTensors)
  }

  @Test(arguments: OptimizerConfiguration.Kind.allCases)
  func prunedWeightsAndTheirAveragesBecomeZero(kind: OptimizerConfiguration.Kind) throws {
    var optimizer = try OptimizerConfiguration(kind: kind, momentum: 0.9).makeOptimizer()
    let parameter = try parameter("w", [1, 2, 3], gradient: [1, 1, 1])
    optimizer.step([parameter], learningRate: 0.1)
    parameter.updateMask { mask, _ in mask[1] = 0 }
    #expect(parameter.momentTensors.allSatisfy { $0.values[1] == 0 && $0.values[0] != 0 })
    setGradient(parameter, [1, .nan, 1])
    optimizer.step([parameter], learningRate: 0.1)
    #expect(parameter.tensor.values[1] == 0 && parameter.tensor.values[2] != 3)
    #expect(parameter.momentTensors.allSatisfy { $0.values[1] == 0 })
    #expect(parameter.squaredGradientNorm == 2)
  }

  @Test func clippingFollowsPyTorch() throws {
    let numbers = try OptimizerNumbers.load()
    #expect(numbers.clippings.count == 3)
    for clipping in numbers.clippings {
      let parameters = try (0..<2).map {
        try parameter("w\($0)", numbers.initial, gradient: numbers.gradients[$0])
      }
      let norm = try GradientClipping(maximumNorm: clipping.maximumNorm).apply(to: parameters)
      #expect(abs(norm - clipping.norm) <= 1e-6 * clipping.norm)
      for (parameter, expected) in zip(parameters, clipping.gradients) {
        #expect(agree(parameter.gradient.values, expected), "maximum \(clipping.maximumNorm)")
      }
    }
  }

  @Test func learningRatesFollowPyTorch() throws {
    let numbers = try OptimizerNumbers.load()
    for (schedule, cases) in [
      (LearningRateSchedule.oneCycle(), numbers.oneCycle), (.cosine(floor: 0.1), numbers.cosine),
    ] {
      #expect(cases.count >= 2)
      for expected in cases {
        for step in 0..<expected.total {
          let rate = schedule.learningRate(base: 1e-3, step: step, of: expected.total)
          #expect(abs(rate - expected.rates[step]) <= 1e-12, "\(schedule), step \(step) of \(expected.total)")
          let momentum = schedule.momentum(step: step, of: expected.total) ?? 0.9
          #expect(abs(momentum - expected.momenta[step]) <= 1e-12, "\(schedule), step \(step) of \(expected.total)")
        }
      }
    }
    #expect(LearningRateSchedule.constant.learningRate(base: 0.5, step: 3, of: 4) == 0.5)
    #expect(LearningRateSchedule.oneCycle().learningRate(base: 1, step: 0, of: 1).isFinite)
  }

  @Test func configurationsSurviveJSON() throws {
    let schedules: [LearningRateSchedule] = [
      .constant, .cosine(floor: 0.25), .oneCycle(), .oneCycle(.init(rise: 0.2, lowMomentum: nil)),
    ]
    for schedule in schedules {
      let data = try JSONEncoder().encode(schedule)
      #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: data) == schedule)
    }
    let sparse = try JSONDecoder().decode(OptimizerConfiguration.self, from: Data(#"{"kind":"adamw"}"#.utf8))
    #expect(sparse == OptimizerConfiguration(kind: .adamW))
    #expect(throws: OptimizerError.self) {
      try JSONDecoder().decode(GradientClipping.self, from: Data(#"{"maximumNorm":-1}"#.utf8))
    }
  }

  @Test func settingsOutOfRangeAreNamed() {
    let bad: [(OptimizerConfiguration, String)] = [
      (OptimizerConfiguration(learningRate: 0), "The learning rate is 0.0; give a number above 0."),
      (OptimizerConfiguration(momentum: 1), "The momentum is 1.0; give a number of at least 0 and below 1."),
      (OptimizerConfiguration(weightDecay: -1), "The weight decay is -1.0; give 0 or more."),
    ]
    for (configuration, sentence) in bad {
      let error = #expect(throws: OptimizerError.self) { try configuration.makeOptimizer() }
      #expect(error?.description == sentence)
    }
    #expect(throws: OptimizerError.self) { try LearningRateSchedule.cosine(floor: 2).validate() }
    #expect(throws: OptimizerError.self) { try LearningRateSchedule.oneCycle(.init(rise: .nan)).validate() }
  }
}
