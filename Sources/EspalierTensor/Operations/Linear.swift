internal import CEspalierKernels

extension Tape {
  /// A linear map of every step: `weight * x + bias`.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`.
  ///   - weight: `[outputs, inputs]`.
  ///   - bias: `[outputs]`, or nil.
  /// - Returns: `[steps, outputs, lanes]`.
  public func linear(_ x: Variable, weight: Parameter, bias: Parameter?) -> Variable {
    precondition(weight.columns == x.rows, "\(weight.name) has \(weight.columns) inputs, not \(x.rows)")
    let output = make(steps: x.steps, rows: weight.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: true)
    weight.product(
      steps: x.steps, lanes: x.lanes, bias: bias, x: x.values, stepStride: x.stepCount, out: output.values,
      accumulate: false)
    record(
      LinearOperation(
        x: x, weight: ParameterReference(weight, on: self),
        bias: bias.map { ParameterReference($0, on: self) }, output: output))
    return output
  }
}

private struct LinearOperation: Operation {
  let x: Variable
  let weight: ParameterReference
  let bias: ParameterReference?
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let weight = weight.parameter
    weight.addWeightGradient(
      steps: x.steps, lanes: x.lanes, bias: bias?.parameter, gradient: gradient, x: x.values,
      stepStride: x.stepCount, tape: tape)
    if let (memory, accumulate) = tape.gradientTarget(of: x) {
      weight.transposedProduct(
        steps: x.steps, lanes: x.lanes, gradient: gradient, out: memory, stepStride: x.stepCount,
        accumulate: accumulate)
    }
  }
}
