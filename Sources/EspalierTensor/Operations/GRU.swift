internal import CEspalierKernels

extension Tape {
  /// A gated recurrent unit layer from a zero state, with PyTorch's order of gates: reset, update, new.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`.
  ///   - weights: Three gates.
  /// - Returns: The state after the last step, `[1, hidden, lanes]`.
  public func gru(_ x: Variable, weights: RecurrentWeights) -> Variable {
    let record = RecurrentRecord(x, weights: weights, gates: 3, tape: self)
    let gateCount = record.gateRows * x.lanes
    let inner: UnsafeMutablePointer<Float> = allocate((isRecording ? x.steps : 1) * gateCount)
    for step in 0..<x.steps {
      let gates = record.place(record.gates, step, gateCount)
      let sums = record.place(inner, step, gateCount)
      record.inputProduct(step: step, out: gates)
      record.hiddenProduct(step: step, out: sums, accumulate: false)
      esp_gru_forward(
        record.hidden, x.lanes, gates, sums, record.state(record.states, after: step),
        record.state(record.states, after: step + 1))
    }
    let output = record.lastState(on: self)
    self.record(GRUOperation(record: record, inner: inner, output: output))
    return output
  }
}

private struct GRUOperation: Operation {
  let record: RecurrentRecord
  /// The hidden state's part of the gates' sums, `[steps, 3 * hidden, lanes]`.
  let inner: UnsafeMutablePointer<Float>
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let lanes = record.x.lanes
    let gateCount = record.gateRows * lanes
    for step in (0..<record.x.steps).reversed() {
      let sums = inner + step * gateCount
      esp_gru_backward(
        record.hidden, lanes, record.gates + step * gateCount, sums, record.state(record.states, after: step),
        gradient)
      if step > 0 {
        record.hiddenWeight.parameter.transposedProduct(
          steps: 1, lanes: lanes, gradient: sums, out: gradient, stepStride: record.stateCount, accumulate: true)
      }
    }
    record.addGradients(inputSums: record.gates, hiddenSums: inner, tape: tape)
  }
}
