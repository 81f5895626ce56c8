internal import CEspalierKernels

extension Tape {
  /// Layer normalization over features of `x`, or of `x + dropout(residual)`: the end of a post-norm block.
  ///
  /// - Parameters:
  ///   - x: `[steps, features, lanes]`.
  ///   - residual: The same shape, or nil. This is what dropout acts on.
  ///   - gain: `[features]`.
  ///   - bias: `[features]`.
  /// - Returns: `[steps, features, lanes]`.
  /// - Source: Ba, Kiros and Hinton, arXiv:1607.06450; epsilon is 1e-5 as in PyTorch.
  public func layerNorm(_ x: Variable, adding residual: Variable? = nil, gain: Parameter, bias: Parameter) -> Variable {
    let mask =
      residual == nil
      ? DropoutMask(bits: nil, scale: 1) : drawMask(of: x)
    let sum: UnsafeMutablePointer<Float> = residual == nil ? x.values : allocate(x.count)
    let mean: UnsafeMutablePointer<Float> = allocate(x.steps * x.lanes)
    let inverse: UnsafeMutablePointer<Float> = allocate(x.steps * x.lanes)
    let output = make(steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: true)
    esp_layer_norm(
      x.steps, x.rows, x.lanes, x.values, residual?.values, mask.bits, mask.scale, gain.valueBuffer.pointer,
      bias.valueBuffer.pointer, sum, mean, inverse, output.values)
    record(
      LayerNormOperation(
        x: x, residual: residual, mask: mask, gain: ParameterReference(gain, on: self),
        bias: ParameterReference(bias, on: self), sum: sum,
        mean: mean, inverse: inverse, output: output))
    return output
  }
}

private struct LayerNormOperation: Operation {
  let x: Variable
  let residual: Variable?
  let mask: DropoutMask
  let gain: ParameterReference
  let bias: ParameterReference
  let sum: UnsafeMutablePointer<Float>
  let mean: UnsafeMutablePointer<Float>
  let inverse: UnsafeMutablePointer<Float>
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let dx = esp_gradient_target(tape.gradientTarget(of: x))
    let dy = esp_gradient_target(residual.flatMap { tape.gradientTarget(of: $0) })
    esp_layer_norm_backward(
      x.steps, x.rows, x.lanes, sum, mean, inverse, gain.parameter.valueBuffer.pointer, gradient, dx, dy, mask.bits,
      mask.scale, gain.parameter.gradientBuffer.pointer, bias.parameter.gradientBuffer.pointer,
      tape.scratch(32 * x.rows))
  }
}

extension esp_gradient_target {
  fileprivate init(_ target: (memory: UnsafeMutablePointer<Float>, accumulate: Bool)?) {
    self.init(gradient: target?.memory, accumulate: target?.accumulate ?? false)
  }
}
