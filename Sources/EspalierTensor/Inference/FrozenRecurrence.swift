internal import CEspalierKernels

/// A recurrent layer that no longer changes: both biases are one, and gates are never stored where weights are sparse.
package final class FrozenRecurrence {
  /// Units of the hidden state.
  package let hidden: Int
  /// Inputs of a step.
  package let inputs: Int
  private let gates: Int
  private let single: SingleRecurrence
  private let lanes: LaneRecurrence

  /// Packs a layer.
  ///
  /// - Parameters:
  ///   - weights: The layer's parameters.
  ///   - gates: 1, 3 or 4 for RNN, GRU and LSTM.
  ///   - costs: What decides between dense and sparse.
  package init(_ weights: RecurrentWeights, gates: Int, costs: SparseCostModel) {
    hidden = weights.hidden
    inputs = weights.inputWeight.columns
    self.gates = gates
    single = SingleRecurrence(weights, gates: gates)
    lanes = LaneRecurrence(weights, gates: gates, costs: costs)
  }

  /// Floats of memory that one series takes, its padded inputs included.
  package func vectorMemory(steps: Int) -> Int {
    steps * VectorMatrix.paddedColumns(inputs) + 3 * VectorMatrix.paddedColumns(hidden)
  }

  /// Runs over one series.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs]`, any alignment.
  ///   - steps: Time steps, at least 1.
  ///   - scratch: Memory of ``vectorMemory(steps:)``.
  /// - Returns: The last hidden state, padded to a multiple of 32 with zeros or finite numbers.
  package func run(series x: UnsafePointer<Float>, steps: Int, scratch: inout Scratch) -> UnsafeMutablePointer<Float> {
    let stride = VectorMatrix.paddedColumns(inputs), width = VectorMatrix.paddedColumns(hidden)
    let padded = scratch.take(steps * stride), state = scratch.take(3 * width)
    for step in 0..<steps {
      let from = x + step * inputs, to = padded + step * stride
      for index in 0..<inputs { to[index] = from[index] }
    }
    single.run(steps: steps, x: padded, stride: stride, state: state, width: width)
    return state
  }

  /// Floats of memory that lanes take.
  package func laneMemory(_ lanes: Int) -> Int { (2 * gates + 4) * hidden * lanes }

  /// Runs over lanes.
  ///
  /// - Parameters:
  ///   - count: Lanes, a multiple of 16.
  ///   - steps: Time steps, at least 1.
  ///   - x: `[steps, inputs, lanes]`.
  ///   - scratch: Memory of ``laneMemory(_:)``.
  /// - Returns: The last hidden state, `[hidden, lanes]`.
  package func run(
    lanes count: Int, steps: Int, x: UnsafePointer<Float>, scratch: inout Scratch
  ) -> UnsafeMutablePointer<Float> {
    lanes.run(lanes: count, steps: steps, x: x, memory: scratch.take(laneMemory(count)))
  }
}

/// The kind of cell by its number of gates.
private func cell(gates: Int) -> esp_cell {
  gates == 4 ? ESP_CELL_LSTM : gates == 3 ? ESP_CELL_GRU : ESP_CELL_RNN
}

/// Both biases of every gate added up, gate after gate, but for the GRU's new gate: its hidden part is multiplied by the
/// reset gate and stays apart.
private func fusedBias(_ weights: RecurrentWeights, gates: Int) -> (bias: [Float], own: [Float]) {
  let hidden = weights.hidden
  var bias = weights.inputBias.tensor.values
  let other = weights.hiddenBias.tensor.values
  for index in 0..<(gates == 3 ? 2 * hidden : bias.count) { bias[index] += other[index] }
  return (bias, gates == 3 ? Array(other[(2 * hidden)...]) : Array(repeating: 0, count: hidden))
}

/// The layer packed for one series at a time.
private struct SingleRecurrence {
  let gates: Int
  let input: VectorMatrix
  let hidden: VectorMatrix
  let bias: AlignedBuffer<Float>
  let own: AlignedBuffer<Float>

  init(_ weights: RecurrentWeights, gates: Int) {
    let units = weights.hidden, height = VectorMatrix.groupRows
    self.gates = gates
    input = VectorMatrix(
      weights.inputWeight.tensor.values, gates: gates, units: units, columns: weights.inputWeight.columns)
    hidden = VectorMatrix(weights.hiddenWeight.tensor.values, gates: gates, units: units, columns: units)
    let fused = fusedBias(weights, gates: gates)
    bias = AlignedBuffer(count: VectorMatrix.groups(units) * gates * height)
    own = AlignedBuffer(count: VectorMatrix.groups(units) * height)
    for unit in 0..<units {
      for gate in 0..<gates {
        bias.pointer[(unit / height * gates + gate) * height + unit % height] = fused.bias[gate * units + unit]
      }
      own.pointer[unit] = fused.own[unit]
    }
  }

  func run(
    steps: Int, x: UnsafePointer<Float>, stride: Int, state: UnsafeMutablePointer<Float>, width: Int
  ) {
    esp_vector_recurrence(
      cell(gates: gates), steps, input.kernelMatrix, hidden.kernelMatrix, bias.pointer, own.pointer, x, stride, state,
      width)
  }
}

/// The layer for lanes of samples.
private struct LaneRecurrence {
  let gates: Int
  let input: LaneMatrix
  let hidden: LaneMatrix
  let bias: AlignedBuffer<Float>
  let own: AlignedBuffer<Float>
  /// Whether both matrices are sparse with rows unit after unit, for the kernel that stores no gates.
  let isFused: Bool

  init(_ weights: RecurrentWeights, gates: Int, costs: SparseCostModel) {
    let units = weights.hidden, columns = weights.inputWeight.columns
    self.gates = gates
    let isFused = costs.paysForAll(
      [weights.inputWeight, weights.hiddenWeight].map { weight in
        (rows: gates * units, columns: weight.columns, survivors: weight.tensor.values.count { $0 != 0 })
      })
    self.isFused = isFused
    let fused = fusedBias(weights, gates: gates)
    let order = isFused ? (0..<gates * units).map { $0 % gates * units + $0 / gates } : Array(0..<gates * units)
    func matrix(_ parameter: Parameter, _ columns: Int) -> LaneMatrix {
      let values = parameter.tensor.values
      return LaneMatrix(
        order.flatMap { values[$0 * columns..<($0 + 1) * columns] }, rows: gates * units, columns: columns,
        costs: costs, sparse: isFused)
    }
    input = matrix(weights.inputWeight, columns)
    hidden = matrix(weights.hiddenWeight, units)
    bias = AlignedBuffer(count: gates * units)
    _ = bias.span.update(from: order.map { fused.bias[$0] })
    own = AlignedBuffer(count: max(gates == 3 ? 3 * units : 0, units))
    // The dense GRU adds the hidden product to zeros, but for the new gate's own bias.
    let first = !isFused && gates == 3 ? 2 * units : 0
    for unit in 0..<units { own.pointer[first + unit] = fused.own[unit] }
  }

  func run(
    lanes: Int, steps: Int, x: UnsafePointer<Float>, memory: UnsafeMutablePointer<Float>
  ) -> UnsafeMutablePointer<Float> {
    if isFused, let input = input.survivors, let hidden = hidden.survivors {
      esp_sparse_recurrence(
        cell(gates: gates), steps, lanes, input.pattern, input.values, hidden.pattern, hidden.values, bias.pointer,
        own.pointer, x, self.input.columns * lanes, memory)
      return memory
    }
    let count = hidden.columns * lanes
    let sums = memory, own = memory + gates * count, states = memory + 2 * gates * count, cells = states + 2 * count
    states.update(repeating: 0, count: 4 * count)
    for step in 0..<steps {
      let before = step % 2 * count, after = (step + 1) % 2 * count
      let target = gates == 1 ? states + after : sums
      input.product(
        lanes: lanes, bias: bias.pointer, x: x + step * input.columns * lanes, out: target, accumulate: false)
      hidden.product(
        lanes: lanes, bias: gates == 3 ? self.own.pointer : nil, x: states + before, out: gates == 3 ? own : target,
        accumulate: gates != 3)
      switch gates {
      case 4: esp_lstm_forward(hidden.columns, lanes, sums, cells + before, cells + after, states + after)
      case 3: esp_gru_forward(hidden.columns, lanes, sums, own, states + before, states + after)
      default: esp_rnn_forward(hidden.columns, lanes, target)
      }
    }
    return states + steps % 2 * count
  }
}
