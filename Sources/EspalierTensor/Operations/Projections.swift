internal import CEspalierKernels

extension Tape {
  /// Three linear maps of the same values: queries, keys and values.
  ///
  /// They are computed a few steps at a time, forward and backward, so that what they share is read from memory once. All
  /// three results must be read by the operation that follows.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`, in any number of tiles.
  ///   - queries: `[outputs, inputs]` and its bias, `[outputs]`.
  ///   - keys: The same.
  ///   - values: The same.
  /// - Returns: `[steps, outputs, lanes]` each.
  public func projections(
    _ x: Variable, queries: (weight: Parameter, bias: Parameter), keys: (weight: Parameter, bias: Parameter),
    values: (weight: Parameter, bias: Parameter)
  ) -> (queries: Variable, keys: Variable, values: Variable) {
    let operation = ProjectionOperation(
      x: x, first: Projection(queries, of: x, on: self), second: Projection(keys, of: x, on: self),
      third: Projection(values, of: x, on: self))
    for first in stride(from: 0, to: x.steps, by: operation.stepsAtOnce) {
      let steps = min(operation.stepsAtOnce, x.steps - first)
      operation.first.forward(x, first, steps)
      operation.second.forward(x, first, steps)
      operation.third.forward(x, first, steps)
    }
    record(operation)
    return (operation.first.output, operation.second.output, operation.third.output)
  }
}

/// One of the maps.
private struct Projection: BitwiseCopyable {
  let weight: ParameterReference
  let bias: ParameterReference
  let output: Variable

  init(_ map: (weight: Parameter, bias: Parameter), of x: Variable, on tape: Tape) {
    precondition(map.weight.columns == x.rows, "\(map.weight.name) has \(map.weight.columns) inputs, not \(x.rows)")
    weight = ParameterReference(map.weight, on: tape)
    bias = ParameterReference(map.bias, on: tape)
    output = tape.make(steps: x.steps, rows: map.weight.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: true)
  }

  func forward(_ x: Variable, _ first: Int, _ steps: Int) {
    weight.parameter.product(
      steps: steps, lanes: x.lanes, bias: bias.parameter, x: x.values + first * x.stepCount, stepStride: x.stepCount,
      out: output.values + first * output.stepCount, accumulate: false)
  }

  func backward(
    _ gradient: UnsafeMutablePointer<Float>?, _ x: Variable, _ first: Int, _ steps: Int,
    into target: UnsafeMutablePointer<Float>?, accumulate: Bool, on tape: Tape
  ) {
    guard let gradient else { return }
    let above = gradient + first * output.stepCount
    weight.parameter.addWeightGradient(
      steps: steps, lanes: x.lanes, bias: bias.parameter, gradient: above, x: x.values + first * x.stepCount,
      stepStride: x.stepCount, tape: tape)
    guard let target else { return }
    weight.parameter.transposedProduct(
      steps: steps, lanes: x.lanes, gradient: above, out: target + first * x.stepCount, stepStride: x.stepCount,
      accumulate: accumulate)
  }
}

private struct ProjectionOperation: Operation {
  let x: Variable
  let first: Projection
  let second: Projection
  let third: Projection

  var output: Variable { first.output }
  /// Steps whose values are read at once: 128 KB of them stay in the second-level cache.
  var stepsAtOnce: Int { max(1, min(x.steps, 32_768 / x.stepCount)) }

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let (keys, values) = (tape.writtenGradient(of: second.output), tape.writtenGradient(of: third.output))
    let target = tape.gradientTarget(of: x)
    let (memory, adds) = (target?.memory, target?.accumulate ?? false)
    for begin in stride(from: 0, to: x.steps, by: stepsAtOnce) {
      let steps = min(stepsAtOnce, x.steps - begin)
      first.backward(gradient, x, begin, steps, into: memory, accumulate: adds, on: tape)
      second.backward(keys, x, begin, steps, into: memory, accumulate: true, on: tape)
      third.backward(values, x, begin, steps, into: memory, accumulate: true, on: tape)
    }
    tape.releaseGradient(of: second.output)
    tape.releaseGradient(of: third.output)
  }
}
