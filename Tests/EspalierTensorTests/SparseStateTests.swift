import Testing

@testable import EspalierTensor

/// The masked and the sparse state of a parameter give the same numbers.
struct SparseStateTests {
  static let densities = [1, 0.9, 0.5, 0.3, 0.1, 0.01, 0]

  @Test(arguments: densities)
  func linear(density: Double) {
    let (rows, columns) = (24, 20)
    check(density, shapes: [[rows, columns], [rows]], steps: 3, inputs: columns) { tape, x, parameters in
      tape.linear(x, weight: parameters[0], bias: parameters[1])
    }
  }

  @Test(arguments: densities, [1, 3, 4])
  func recurrent(density: Double, gates: Int) {
    let (inputs, hidden) = (10, 16)
    let shapes = [[gates * hidden, inputs], [gates * hidden, hidden], [gates * hidden], [gates * hidden]]
    check(density, shapes: shapes, steps: 5, inputs: inputs) { tape, x, parameters in
      let weights = RecurrentWeights(
        inputWeight: parameters[0], hiddenWeight: parameters[1], inputBias: parameters[2], hiddenBias: parameters[3])
      return gates == 1
        ? tape.rnn(x, weights: weights) : gates == 3 ? tape.gru(x, weights: weights) : tape.lstm(x, weights: weights)
    }
  }

  /// Every product on its own sparse, the others computed with a dense copy.
  @Test(arguments: 0..<8)
  func mixedPlans(choice: Int) {
    let always = SparseCostModel.alwaysSparse
    var model = always
    model.smallestCount = 0
    let parameter = masked(shape: [20, 24], density: 0.3, seed: 4)
    let twin = masked(shape: [20, 24], density: 0.3, seed: 4)
    parameter.adopt(model)
    twin.adopt(.neverSparse)
    parameter.sparse?.plan = SparsePlan(
      forward: choice & 1 != 0, dataGradient: choice & 2 != 0, weightGradient: choice & 4 != 0)
    #expect(run([parameter], [twin], steps: 2, inputs: 24) { $0.linear($1, weight: $2[0], bias: nil) })
  }

  /// Adam, then more pruning, then Adam again: values, moments and masks stay those of the masked twin.
  @Test func trainingAndRepacking() {
    let sparse = masked(shape: [32, 16], density: 0.6, seed: 9)
    let twin = masked(shape: [32, 16], density: 0.6, seed: 9)
    sparse.adopt(.alwaysSparse)
    twin.adopt(.neverSparse)
    for round in 0..<5 {
      #expect(run([sparse], [twin], steps: 2, inputs: 16) { $0.linear($1, weight: $2[0], bias: nil) })
      for parameter in [sparse, twin] {
        parameter.adamStep(
          AdamUpdate(
            learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, isDecoupled: false,
            step: round + 1))
        RankedWeights(parameter).prune(below: 0.1 * Float(round), ties: 0)
      }
      #expect(sparse.isSparse && !twin.isSparse)
      #expect(sparse.mask == twin.mask && sparse.activeCount == twin.activeCount)
      #expect(agree(sparse.tensor.values, twin.tensor.values, 1e-5))
      for (own, other) in zip(sparse.momentTensors, twin.momentTensors) {
        #expect(agree(own.values, other.values, 1e-5))
      }
      #expect(abs(sparse.squaredGradientNorm - twin.squaredGradientNorm) < 1e-4 * (1 + twin.squaredGradientNorm))
    }
  }

  /// To dense storage and back loses nothing, and a mask may give weights back.
  @Test func expandingAndRegrowing() throws {
    let parameter = masked(shape: [32, 16], density: 0.2, seed: 3)
    let before = parameter.tensor
    parameter.adopt(.alwaysSparse)
    #expect(parameter.isSparse && parameter.tensor == before)
    parameter.withValues { values in #expect(Array(values) == before.values) }
    #expect(!parameter.isSparse)
    parameter.applyMask()
    #expect(parameter.isSparse && parameter.tensor == before)
    parameter.updateMask { mask, _ in mask[0] = 1 }
    #expect(parameter.isSparse && parameter.mask?[0] == 1 && parameter.tensor.values[0] == before.values[0])
    try parameter.loadMask(Array(repeating: 1, count: 512))
    #expect(parameter.isSparse && parameter.activeCount == 512 && parameter.tensor == before)
    parameter.adopt(.shipped)
    #expect(!parameter.isSparse && parameter.tensor == before)
  }

  /// A matrix without survivors is no trap.
  @Test func nothingLeft() {
    let parameter = masked(shape: [16, 16], density: 0, seed: 1)
    parameter.adopt(.alwaysSparse)
    #expect(parameter.isSparse && parameter.tensor.values.allSatisfy { $0 == 0 })
  }

  // MARK: - Machinery

  private func masked(shape: [Int], density: Double, seed: UInt64) -> Parameter {
    let numbers = Numbers(seed: seed)
    var tensor = Tensor(repeating: 0, shape: shape)
    tensor.values = numbers.array(tensor.count)
    let parameter = Parameter(name: "weight", initial: tensor)
    parameter.costModel = .neverSparse
    guard shape.count == 2 else { return parameter }
    var random = RandomStream(seed: seed, purpose: .pruning)
    parameter.updateMask { mask, _ in
      for index in mask.indices { mask[index] = random.nextUniform() < density ? 1 : 0 }
      // A whole row and a whole column go too.
      for index in mask.indices where density < 1 && (index / shape[1] == 2 || index % shape[1] == 3) {
        mask[index] = 0
      }
    }
    return parameter
  }

  private func check(
    _ density: Double, shapes: [[Int]], steps: Int, inputs: Int,
    build: (Tape, Variable, [Parameter]) -> Variable
  ) {
    let sparse = shapes.enumerated().map { masked(shape: $1, density: density, seed: UInt64($0)) }
    let twins = shapes.enumerated().map { masked(shape: $1, density: density, seed: UInt64($0)) }
    for parameter in sparse { parameter.adopt(.alwaysSparse) }
    #expect(sparse[0].isSparse)
    let agrees = run(sparse, twins, steps: steps, inputs: inputs, build)
    #expect(agrees)
  }

  /// Whether outputs, input gradients and parameter gradients of both agree, at several numbers of lanes.
  private func run(
    _ sparse: [Parameter], _ twins: [Parameter], steps: Int, inputs: Int,
    _ build: (Tape, Variable, [Parameter]) -> Variable
  ) -> Bool {
    [16, 48, 64, 80].allSatisfy { lanes in
      let results = [sparse, twins].map { parameters in
        let numbers = Numbers(seed: 77)
        let data = numbers.array(steps * inputs * lanes), goal = numbers.array(1 << 14)
        let tape = Tape()
        let x = tape.input(steps: steps, rows: inputs, lanes: lanes, needsGradient: true) {
          $0.update(from: data, count: data.count)
        }
        let out = build(tape, x, parameters)
        let target = tape.input(steps: out.steps, rows: out.rows, lanes: lanes) {
          $0.update(from: goal, count: out.count)
        }
        let loss = tape.loss(.meanSquaredError, forecast: out, target: target, samples: lanes)
        for parameter in parameters { parameter.zeroGradient() }
        tape.backward(from: loss)
        var all = [tape.withValues(of: out) { Array($0) }, tape.gradient(of: x)]
        for parameter in parameters {
          // Gradients of pruned weights have no effect: the masked state computes them, the sparse one does not.
          let kept = parameter.mask ?? Array(repeating: 1, count: parameter.count)
          all.append(zip(parameter.gradient.values, kept).map { $1 == 0 ? 0 : $0 })
        }
        return all
      }
      return zip(results[0], results[1]).allSatisfy { agree($0, $1, 1e-5) }
    }
  }

  private func agree(_ a: [Float], _ b: [Float], _ tolerance: Float) -> Bool {
    let largest = b.reduce(Float(1e-6)) { max($0, abs($1)) }
    return a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * largest }
  }
}
