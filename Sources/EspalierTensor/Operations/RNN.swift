internal import CEspalierKernels

extension Tape {
  /// A recurrent layer with hyperbolic tangent, from a zero state: `h = tanh(W x + b + U h + c)`.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`.
  ///   - weights: One gate.
  /// - Returns: The state after the last step, `[1, hidden, lanes]`.
  public func rnn(_ x: Variable, weights: RecurrentWeights) -> Variable {
    let record = RecurrentRecord(x, weights: weights, gates: 1, tape: self)
    for step in 0..<x.steps {
      let state = record.state(record.states, after: step + 1)
      record.inputProduct(step: step, out: state)
      record.hiddenProduct(step: step, out: state, accumulate: true)
      esp_rnn_forward(record.hidden, x.lanes, state)
    }
    let output = record.lastState(on: self)
    self.record(RNNOperation(record: record, output: output))
    return output
  }
}

private struct RNNOperation: Operation {
  let record: RecurrentRecord
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let lanes = record.x.lanes
    let count = record.stateCount
    // The gates' memory was not needed forward: the gradients of the sums go there.
    var above = gradient
    for step in (0..<record.x.steps).reversed() {
      let sums = record.gates + step * count
      esp_rnn_backward(record.hidden, lanes, record.state(record.states, after: step + 1), above, sums)
      if step > 0 {
        record.hiddenWeight.parameter.transposedProduct(
          steps: 1, lanes: lanes, gradient: sums, out: gradient, stepStride: count, accumulate: false)
        above = gradient
      }
    }
    record.addGradients(inputSums: record.gates, hiddenSums: record.gates, tape: tape)
  }
}
