import Testing

@testable import EspalierTensor

/// The gradient of every operation against central differences, with respect to inputs and parameters.
struct GradientTests {
  @Test func linear() {
    let weight = parameter("weight", [4, 3]), bias = parameter("bias", [4])
    check([weight, bias], inputs: [(2, 3)]) { tape, x in tape.linear(x[0], weight: weight, bias: bias) }
    check([weight], inputs: [(2, 3)]) { tape, x in tape.linear(x[0], weight: weight, bias: nil) }
  }

  /// One input read by two operations: its gradient is the sum.
  @Test func sharedInput() {
    let weight = parameter("weight", [3, 3]), gain = parameter("gain", [3]), bias = parameter("bias", [3])
    check([weight, gain], inputs: [(2, 3)]) { tape, x in
      tape.layerNorm(x[0], adding: tape.linear(x[0], weight: weight, bias: nil), gain: gain, bias: bias)
    }
  }

  @Test(arguments: [1, 2, 5])
  func rnn(steps: Int) {
    let weights = recurrent(gates: 1)
    check(weights.all, inputs: [(steps, 3)]) { tape, x in tape.rnn(x[0], weights: weights) }
  }

  @Test(arguments: [1, 2, 5])
  func lstm(steps: Int) {
    let weights = recurrent(gates: 4)
    check(weights.all, inputs: [(steps, 3)]) { tape, x in tape.lstm(x[0], weights: weights) }
  }

  @Test(arguments: [1, 2, 5])
  func gru(steps: Int) {
    let weights = recurrent(gates: 3)
    check(weights.all, inputs: [(steps, 3)]) { tape, x in tape.gru(x[0], weights: weights) }
  }

  @Test(arguments: [0, 0.4])
  func attention(rate: Double) {
    check([], inputs: [(5, 4), (5, 4), (5, 4)], rate: rate) { tape, x in
      tape.attention(queries: x[0], keys: x[1], values: x[2], heads: 2)
    }
    check([], inputs: [(5, 4)], rate: rate) { tape, x in
      tape.attention(queries: x[0], keys: x[0], values: x[0], heads: 1)
    }
  }

  @Test(arguments: [0, 0.4])
  func layerNorm(rate: Double) {
    let gain = parameter("gain", [5]), bias = parameter("bias", [5])
    check([gain, bias], inputs: [(2, 5)], rate: rate) { tape, x in tape.layerNorm(x[0], gain: gain, bias: bias) }
    check([gain, bias], inputs: [(2, 5), (2, 5)], rate: rate) { tape, x in
      tape.layerNorm(x[0], adding: x[1], gain: gain, bias: bias)
    }
    check([gain, bias], inputs: [(2, 5)], rate: rate) { tape, x in
      tape.layerNorm(x[0], adding: x[0], gain: gain, bias: bias)
    }
  }

  @Test(arguments: [0, 0.4])
  func elementwise(rate: Double) {
    let positions = parameter("position", [1, 2, 3])
    check([], inputs: [(2, 3)], rate: rate) { tape, x in tape.relu(x[0]) }
    check([], inputs: [(2, 3)], rate: rate) { tape, x in tape.dropout(x[0]) }
    check([positions], inputs: [(2, 3)], rate: rate) { tape, x in tape.adding(positions, to: x[0]) }
    check([], inputs: [(4, 3)], rate: rate) { tape, x in tape.meanOverSteps(x[0]) }
  }

  @Test(arguments: [LossKind.meanSquaredError, .meanAbsoluteError, .huber(delta: 0.5)])
  func losses(kind: LossKind) {
    check([], inputs: [(1, 6)], loss: kind) { tape, x in x[0] }
  }

  /// Padding must not count: the loss of 13 samples in 16 lanes is the mean over 13.
  @Test func paddingDoesNotCount() {
    let tape = Tape()
    let forecast = tape.input(steps: 1, rows: 1, lanes: 16, needsGradient: true) { memory in
      for lane in 0..<16 { memory[lane] = lane < 13 ? 2 : 1000 }
    }
    let target = tape.input(steps: 1, rows: 1, lanes: 16) { $0.update(repeating: 0, count: 16) }
    let loss = tape.loss(.meanSquaredError, forecast: forecast, target: target, samples: 13)
    #expect(loss.value == 4)
    tape.backward(from: loss)
    let gradient = tape.gradient(of: forecast)
    #expect(gradient[0] == Float(4.0 / 13) && gradient[13...].allSatisfy { $0 == 0 })
  }

  /// The tape keeps what it recorded: a model may be gone before the backward pass.
  @Test func parametersOutliveTheirOwner() {
    let tape = Tape()
    let x = tape.input(steps: 1, rows: 3, lanes: 16, needsGradient: true) { $0.update(repeating: 1, count: 48) }
    weak var gone: Parameter?
    func forward() -> Loss {
      let weight = parameter("weight", [1, 3])
      gone = weight
      let target = tape.input(steps: 1, rows: 1, lanes: 16) { $0.update(repeating: 0, count: 16) }
      return tape.loss(
        .meanSquaredError, forecast: tape.linear(x, weight: weight, bias: nil), target: target, samples: 16)
    }
    let loss = forward()
    #expect(gone != nil)
    tape.backward(from: loss)
    #expect(tape.gradient(of: x).contains { $0 != 0 })
    tape.reset()
    #expect(gone == nil)
  }

  @Test func patchesRepeatTheLastStep() {
    let tape = Tape()
    let x = tape.input(steps: 5, rows: 2, lanes: 16) { memory in
      for index in 0..<5 * 2 * 16 { memory[index] = Float(index / 16) }
    }
    let patches = tape.patches(x, length: 3)
    #expect(patches.steps == 2 && patches.rows == 6)
    let firsts = tape.withValues(of: patches) { values in (0..<12).map { values[$0 * 16] } }
    #expect(firsts == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 9])
  }

  // MARK: - Machinery

  func parameter(_ name: String, _ shape: [Int]) -> Parameter {
    let random = Numbers(seed: UInt64(shape.reduce(7, { $0 * 31 + $1 })))
    var tensor = Tensor(repeating: 0, shape: shape)
    tensor.values = random.array(tensor.count)
    return Parameter(name: name, initial: tensor)
  }

  private func recurrent(gates: Int) -> RecurrentWeights {
    let (inputs, hidden) = (3, 4)
    return RecurrentWeights(
      inputWeight: parameter("weight_ih", [gates * hidden, inputs]),
      hiddenWeight: parameter("weight_hh", [gates * hidden, hidden]),
      inputBias: parameter("bias_ih", [gates * hidden]), hiddenBias: parameter("bias_hh", [gates * hidden]))
  }

  /// Compares the gradients of a loss of what `build` returns with fourth-order central differences.
  func check(
    _ parameters: [Parameter], inputs: [(steps: Int, rows: Int)], rate: Double = 0,
    loss kind: LossKind = .meanSquaredError, sourceLocation: SourceLocation = #_sourceLocation,
    build: (Tape, [Variable]) -> Variable
  ) {
    let lanes = 16, samples = 3
    let random = Numbers(seed: 99)
    var data = inputs.map { shape in
      random.array(shape.steps * shape.rows * lanes).map { abs($0) < 0.1 ? $0 + 0.2 : $0 }
    }
    // The absolute loss has no derivative where forecast and target meet: keep them apart.
    let apart: Float = kind == .meanAbsoluteError ? 3 : 0
    let goal = random.array(1 << 12).map { $0 + ($0 < 0 ? -apart : apart) }
    let tape = Tape()

    func run(backward: Bool) -> (loss: Double, inputGradients: [[Float]]) {
      tape.reset()
      tape.samples = samples
      tape.dropout = rate > 0 ? DropoutPlan(rate: rate, seed: 5, pass: 1) : nil
      let variables = zip(inputs, data).map { shape, values in
        tape.input(steps: shape.steps, rows: shape.rows, lanes: lanes, needsGradient: true) { memory in
          memory.update(from: values, count: values.count)
        }
      }
      let out = build(tape, variables)
      let target = tape.input(steps: out.steps, rows: out.rows, lanes: lanes) { memory in
        memory.update(from: goal, count: out.count)
      }
      let loss = tape.loss(kind, forecast: out, target: target, samples: samples)
      guard backward else { return (loss.value, []) }
      for parameter in parameters { parameter.zeroGradient() }
      tape.backward(from: loss)
      return (loss.value, variables.map { tape.gradient(of: $0) })
    }

    func difference(_ change: (Float) -> Void) -> Double {
      let step: Float = 0.02
      var values: [Float: Double] = [:]
      for factor in [-2, -1, 1, 2] as [Float] {
        change(factor * step)
        values[factor] = run(backward: false).loss
        change(-factor * step)
      }
      return (values[-2]! - 8 * values[-1]! + 8 * values[1]! - values[2]!) / (12 * Double(step))
    }

    let (_, inputGradients) = run(backward: true)
    let parameterGradients = parameters.map { $0.gradient.values }
    let scale = (inputGradients + parameterGradients).joined().reduce(Float(1e-3)) { max($0, abs($1)) }
    let tolerance = 2e-3 * Double(scale)
    for (input, shape) in inputs.enumerated() {
      for index in 0..<shape.steps * shape.rows * lanes where index % lanes < samples {
        let expected = difference { data[input][index] += $0 }
        let actual = Double(inputGradients[input][index])
        #expect(abs(expected - actual) <= tolerance, "input \(input), element \(index)", sourceLocation: sourceLocation)
      }
    }
    for (parameter, gradient) in zip(parameters, parameterGradients) {
      for index in gradient.indices {
        let expected = difference { change in parameter.withValues { $0[index] += change } }
        #expect(
          abs(expected - Double(gradient[index])) <= tolerance, "\(parameter.name), element \(index)",
          sourceLocation: sourceLocation)
      }
    }
  }
}

extension RecurrentWeights {
  fileprivate var all: [Parameter] { [inputWeight, hiddenWeight, inputBias, hiddenBias] }
}
