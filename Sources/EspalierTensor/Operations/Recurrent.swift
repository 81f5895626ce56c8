/// The parameters of one recurrent layer, with PyTorch's shapes: `gates` is 1, 3 or 4 for RNN, GRU and LSTM.
public struct RecurrentWeights {
  /// `[gates * hidden, inputs]`.
  public let inputWeight: Parameter
  /// `[gates * hidden, hidden]`.
  public let hiddenWeight: Parameter
  /// `[gates * hidden]`.
  public let inputBias: Parameter
  /// `[gates * hidden]`.
  public let hiddenBias: Parameter

  /// Groups the parameters of a layer.
  public init(inputWeight: Parameter, hiddenWeight: Parameter, inputBias: Parameter, hiddenBias: Parameter) {
    self.inputWeight = inputWeight
    self.hiddenWeight = hiddenWeight
    self.inputBias = inputBias
    self.hiddenBias = hiddenBias
  }

  /// Units of the hidden state.
  public var hidden: Int { hiddenWeight.columns }
}

/// What the recurrent operations share: the weights as the tape keeps them, and the states of all steps.
struct RecurrentRecord: BitwiseCopyable {
  let inputWeight: ParameterReference
  let hiddenWeight: ParameterReference
  let inputBias: ParameterReference
  let hiddenBias: ParameterReference
  let x: Variable
  let hidden: Int
  /// Rows of the gates: `gates * hidden`.
  let gateRows: Int
  /// The activated gates, `[steps, gateRows, lanes]`; one step only while nothing is recorded.
  let gates: UnsafeMutablePointer<Float>
  /// The hidden states, `[steps + 1, hidden, lanes]`, the first all zero; two steps only while nothing is recorded.
  let states: UnsafeMutablePointer<Float>
  let isRecording: Bool

  init(_ x: Variable, weights: RecurrentWeights, gates count: Int, tape: Tape) {
    precondition(x.tiles == 1, "steps of several tiles belong to different samples")
    precondition(weights.inputWeight.columns == x.rows, "the layer has \(weights.inputWeight.columns) inputs")
    inputWeight = ParameterReference(weights.inputWeight, on: tape)
    hiddenWeight = ParameterReference(weights.hiddenWeight, on: tape)
    inputBias = ParameterReference(weights.inputBias, on: tape)
    hiddenBias = ParameterReference(weights.hiddenBias, on: tape)
    self.x = x
    hidden = weights.hidden
    gateRows = count * hidden
    isRecording = tape.isRecording
    let steps = tape.isRecording ? x.steps : 1
    gates = tape.allocate(steps * gateRows * x.lanes)
    states = Self.states(steps: steps, count: hidden * x.lanes, tape: tape)
  }

  /// Floats of one state.
  var stateCount: Int { hidden * x.lanes }

  /// Memory for a state before the first step, zeroed, and for one after each.
  static func states(steps: Int, count: Int, tape: Tape) -> UnsafeMutablePointer<Float> {
    let states: UnsafeMutablePointer<Float> = tape.allocate((steps + 1) * count)
    states.update(repeating: 0, count: count)
    return states
  }

  /// The place of step `step` in an array that keeps `count` floats a step.
  func place(_ array: UnsafeMutablePointer<Float>, _ step: Int, _ count: Int) -> UnsafeMutablePointer<Float> {
    isRecording ? array + step * count : array
  }

  /// The place of the state after `step` steps.
  ///
  /// Without recording, two places take turns.
  func state(_ array: UnsafeMutablePointer<Float>, after step: Int) -> UnsafeMutablePointer<Float> {
    array + (isRecording ? step : step % 2) * stateCount
  }

  /// gates[step] = inputWeight * x[step] + inputBias.
  func inputProduct(step: Int, out: UnsafeMutablePointer<Float>) {
    inputWeight.parameter.product(
      steps: 1, lanes: x.lanes, bias: inputBias.parameter, x: x.values + step * x.stepCount, stepStride: x.stepCount,
      out: out, accumulate: false)
  }

  /// out (+)= hiddenWeight * h[step] + hiddenBias.
  func hiddenProduct(step: Int, out: UnsafeMutablePointer<Float>, accumulate: Bool) {
    hiddenWeight.parameter.product(
      steps: 1, lanes: x.lanes, bias: hiddenBias.parameter, x: state(states, after: step), stepStride: stateCount,
      out: out, accumulate: accumulate)
  }

  /// The gradients of weights, biases and input from those of the sums before the gates, `[steps, gateRows, lanes]`.
  ///
  /// `hiddenSums` are those of the hidden state's products, which differ from the input's in the GRU alone.
  func addGradients(
    inputSums: UnsafeMutablePointer<Float>, hiddenSums: UnsafeMutablePointer<Float>, tape: Tape
  ) {
    let (input, hidden) = (inputBias.parameter, hiddenBias.parameter)
    // Both biases are added to the same sums, so what one gradient gains the other gains too, but for the GRU.
    let sharesSums = inputSums == hiddenSums
    if sharesSums { hidden.addGradient(of: input, times: -1) }
    inputWeight.parameter.addWeightGradient(
      steps: x.steps, lanes: x.lanes, bias: input, gradient: inputSums, x: x.values, stepStride: x.stepCount,
      tape: tape)
    if sharesSums { hidden.addGradient(of: input, times: 1) }
    hiddenWeight.parameter.addWeightGradient(
      steps: x.steps, lanes: x.lanes, bias: sharesSums ? nil : hidden, gradient: hiddenSums, x: states,
      stepStride: stateCount, tape: tape)
    if let (memory, accumulate) = tape.gradientTarget(of: x) {
      inputWeight.parameter.transposedProduct(
        steps: x.steps, lanes: x.lanes, gradient: inputSums, out: memory, stepStride: x.stepCount,
        accumulate: accumulate)
    }
  }

  /// The state after the last step, as a variable.
  func lastState(on tape: Tape) -> Variable {
    let output = tape.make(steps: 1, rows: hidden, lanes: x.lanes, needsGradient: true)
    output.values.update(from: state(states, after: x.steps), count: stateCount)
    return output
  }
}
