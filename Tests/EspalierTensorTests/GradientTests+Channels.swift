import Testing

@testable import EspalierTensor

/// The operations of channel-independent and linear forecasters against central differences.
extension GradientTests {
  @Test(arguments: [0, 0.4], [true, false])
  func batchNorm(rate: Double, fromBatch: Bool) {
    let gain = parameter("gain", [5]), bias = parameter("bias", [5])
    let statistics = RunningStatistics("norm", features: 5)
    check([gain, bias], inputs: [(2, 5)], rate: rate) { tape, x in
      tape.usesBatchStatistics = fromBatch
      return tape.batchNorm(x[0], gain: gain, bias: bias, statistics: statistics)
    }
    check([gain, bias], inputs: [(2, 5), (2, 5)], rate: rate) { tape, x in
      tape.usesBatchStatistics = fromBatch
      return tape.batchNorm(x[0], adding: x[1], gain: gain, bias: bias, statistics: statistics)
    }
    // One input read twice: its gradient is the sum.
    check([gain, bias], inputs: [(2, 5)], rate: rate) { tape, x in
      tape.usesBatchStatistics = fromBatch
      return tape.batchNorm(x[0], adding: x[0], gain: gain, bias: bias, statistics: statistics)
    }
  }

  @Test func residualAttention() {
    check([], inputs: [(5, 4), (5, 4), (5, 4)]) { tape, x in
      tape.residualAttention(queries: x[0], keys: x[1], values: x[2], heads: 2).output
    }
    check([], inputs: [(5, 4)]) { tape, x in
      tape.residualAttention(queries: x[0], keys: x[0], values: x[0], heads: 1).output
    }
  }

  /// Three blocks: the last one's scores are made of the queries and keys of all.
  @Test func scoresOfBlocksBefore() {
    let weight = parameter("weight", [4, 4])
    check([weight], inputs: [(3, 4), (3, 4), (3, 4)]) { tape, x in
      let (first, one) = tape.residualAttention(queries: x[0], keys: x[1], values: x[2], heads: 2)
      let next = tape.linear(first, weight: weight, bias: nil)
      let (second, two) = tape.residualAttention(queries: next, keys: first, values: x[2], heads: 2, adding: one)
      return tape.residualAttention(queries: second, keys: x[1], values: next, heads: 2, adding: two).output
    }
  }

  @Test func projections() {
    let weights = ["q", "k", "v"].map { parameter($0, [4, 3]) }, biases = ["a", "b", "c"].map { parameter($0, [4]) }
    check(weights + biases, inputs: [(5, 3)]) { tape, x in
      let three = tape.projections(
        x[0], queries: (weights[0], biases[0]), keys: (weights[1], biases[1]), values: (weights[2], biases[2]))
      return tape.residualAttention(
        queries: three.queries, keys: three.keys, values: three.values, heads: 2
      ).output
    }
  }

  @Test(arguments: [0, 0.4])
  func feedForward(rate: Double) {
    let weights = [parameter("ff1", [7, 3]), parameter("ff2", [4, 7])]
    let biases = [parameter("b1", [7]), parameter("b2", [4])]
    check(weights + biases, inputs: [(3, 3)], rate: rate) { tape, x in
      tape.feedForward(x[0], expansion: (weights[0], biases[0]), contraction: (weights[1], biases[1]))
    }
  }

  @Test func stepsAndLevels() {
    let weight = parameter("weight", [2, 6])
    check([weight], inputs: [(3, 2)]) { tape, x in
      tape.linear(tape.flatteningSteps(x[0]), weight: weight, bias: nil)
    }
    check([], inputs: [(2, 3), (2, 3)]) { tape, x in tape.adding(x[0], to: x[1]) }
    check([], inputs: [(1, 4)]) { tape, x in
      let series = tape.input(steps: 3, rows: 1, lanes: 16) { memory in
        for index in 0..<48 { memory[index] = Float(index % 7) }
      }
      return tape.addingLastValue(of: series, to: x[0])
    }
  }

  /// What flatten heads read: features first, steps second.
  @Test func flatteningPutsFeaturesFirst() {
    let tape = Tape()
    let x = tape.input(steps: 3, rows: 2, lanes: 16) { memory in
      for index in 0..<96 { memory[index] = Float(index / 16) }
    }
    let flat = tape.flatteningSteps(x)
    #expect(flat.steps == 1 && flat.rows == 6)
    #expect(tape.withValues(of: flat) { values in (0..<6).map { values[$0 * 16] } } == [0, 2, 4, 1, 3, 5])
  }

  /// PyTorch's `unfold` after repeating the last step: what a patch would reach beyond that is left out.
  @Test(arguments: [(9, 3), (10, 3), (12, 4), (1, 1)])
  func patchesOverlap(steps: Int, count: Int) {
    let tape = Tape()
    let (length, stride) = steps == 1 ? (2, 1) : (5, 3)
    let x = tape.input(steps: steps, rows: 1, lanes: 16) { memory in
      for index in 0..<steps * 16 { memory[index] = Float(index / 16) }
    }
    let patches = tape.patches(x, length: length, stride: stride)
    #expect(patches.steps == count && patches.rows == length)
    let series = (0..<steps + stride).map { Float(min($0, steps - 1)) }
    let expected = (0..<count).flatMap { patch in (0..<length).map { series[patch * stride + $0] } }
    #expect(tape.withValues(of: patches) { values in (0..<count * length).map { values[$0 * 16] } } == expected)
  }

  /// A batch that is cut into tiles: every lane has its own series, and what fills the last tile up is 0.
  @Test func tilesHoldTheirLanes() {
    let tape = Tape()
    let x = tape.input(steps: 4, rows: 2, lanes: 160) { memory in
      for index in 0..<4 * 2 * 160 { memory[index] = Float(index % 160 + 1) }
    }
    let patches = tape.patches(x, length: 2, stride: 2)
    #expect(patches.tiles == 3 && patches.lanes == 64 && patches.steps == 9)
    tape.withValues(of: patches) { values in
      for index in values.indices {
        let lane = index / (3 * 4 * 64) * 64 + index % 64
        #expect(values[index] == (lane < 160 ? Float(lane + 1) : 0))
      }
    }
    let joined = tape.joiningTiles(tape.flatteningSteps(patches), lanes: 160)
    #expect(joined.steps == 1 && joined.rows == 12 && joined.lanes == 160)
    tape.withValues(of: joined) { values in
      #expect(values.indices.allSatisfy { values[$0] == Float($0 % 160 + 1) })
    }
  }

  /// A sample drops the same values whichever tile it is in.
  @Test func dropoutDoesNotSeeTiles() {
    func dropped(lanes: Range<Int>) -> [[Float]] {
      let tape = Tape()
      tape.dropout = DropoutPlan(rate: 0.5, seed: 3, pass: 9, firstLane: lanes.lowerBound)
      let x = tape.input(steps: 6, rows: 3, lanes: lanes.count) { $0.update(repeating: 1, count: 18 * lanes.count) }
      let patches = tape.dropout(tape.patches(x, length: 2, stride: 1))
      let count = patches.steps / patches.tiles * patches.rows
      return tape.withValues(of: patches) { values in
        (0..<lanes.count).map { lane in
          let (tile, within) = (lane / patches.lanes, lane % patches.lanes)
          return (0..<count).map { values[(tile * count + $0) * patches.lanes + within] }
        }
      }
    }
    let whole = dropped(lanes: 0..<192)
    #expect(whole.joined().contains(0) && whole.joined().contains(2))
    #expect(Array(whole[64..<128]) == dropped(lanes: 64..<128))
    #expect(Array(whole[128..<192]) == dropped(lanes: 128..<192))
  }

  /// Running statistics move by a tenth, with the unbiased variance, and only where batches make statistics.
  @Test func runningStatistics() {
    let gain = Parameter(name: "weight", initial: Tensor(repeating: 1, shape: [1]))
    let bias = Parameter(name: "bias", initial: Tensor(repeating: 0, shape: [1]))
    let statistics = RunningStatistics("norm", features: 1)
    let tape = Tape()
    func run() -> [Float] {
      tape.reset()
      tape.samples = 2
      let x = tape.input(steps: 2, rows: 1, lanes: 16) { memory in
        for index in 0..<32 { memory[index] = 1000 }
        (memory[0], memory[1], memory[16], memory[17]) = (1, 2, 3, 6)
      }
      let out = tape.batchNorm(x, gain: gain, bias: bias, statistics: statistics)
      return tape.withValues(of: out) { [$0[0], $0[1], $0[16], $0[17]] }
    }
    let normal = run()
    let deviation: Float = (3.5 + 1e-5).squareRoot()
    #expect(zip(normal, [-2, -1, 0, 3]).allSatisfy { abs($0 - $1 / deviation) < 1e-6 })
    #expect(abs(statistics.mean.tensor.values[0] - 0.3) < 1e-6)
    #expect(abs(statistics.variance.tensor.values[0] - (0.9 + 0.1 * 14 / 3)) < 1e-6)
    tape.usesBatchStatistics = false
    let (mean, variance) = (statistics.mean.tensor, statistics.variance.tensor)
    let fixed = run()
    #expect(abs(fixed[3] - (6 - 0.3) / (variance.values[0] + 1e-5).squareRoot()) < 1e-5)
    #expect(statistics.mean.tensor == mean && statistics.variance.tensor == variance)
  }
}
