internal import CEspalierKernels

extension Tape {
  /// A long short-term memory layer from zero states, with PyTorch's order of gates: input, forget, cell, output.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`.
  ///   - weights: Four gates.
  /// - Returns: The hidden state after the last step, `[1, hidden, lanes]`.
  public func lstm(_ x: Variable, weights: RecurrentWeights) -> Variable {
    let record = RecurrentRecord(x, weights: weights, gates: 4, tape: self)
    let cells = RecurrentRecord.states(steps: isRecording ? x.steps : 1, count: record.stateCount, tape: self)
    for step in 0..<x.steps {
      let gates = record.place(record.gates, step, record.gateRows * x.lanes)
      record.inputProduct(step: step, out: gates)
      record.hiddenProduct(step: step, out: gates, accumulate: true)
      esp_lstm_forward(
        record.hidden, x.lanes, gates, record.state(cells, after: step), record.state(cells, after: step + 1),
        record.state(record.states, after: step + 1))
    }
    let output = record.lastState(on: self)
    self.record(LSTMOperation(record: record, cells: cells, output: output))
    return output
  }
}

private struct LSTMOperation: Operation {
  let record: RecurrentRecord
  /// The cell states, `[steps + 1, hidden, lanes]`, the first all zero.
  let cells: UnsafeMutablePointer<Float>
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let lanes = record.x.lanes
    let count = record.stateCount
    let cellGradient: UnsafeMutablePointer<Float> = tape.allocate(count)
    cellGradient.update(repeating: 0, count: count)
    for step in (0..<record.x.steps).reversed() {
      let gates = record.gates + step * record.gateRows * lanes
      esp_lstm_backward(
        record.hidden, lanes, gates, record.state(cells, after: step), record.state(cells, after: step + 1), gradient,
        cellGradient)
      if step > 0 {
        record.hiddenWeight.parameter.transposedProduct(
          steps: 1, lanes: lanes, gradient: gates, out: gradient, stepStride: count, accumulate: false)
      }
    }
    record.addGradients(inputSums: record.gates, hiddenSums: record.gates, tape: tape)
  }
}
