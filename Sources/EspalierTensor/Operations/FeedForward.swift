internal import CEspalierKernels

extension Tape {
  /// The feed-forward layer of an encoder block: `contraction(dropout(gelu(expansion(x))))`.
  ///
  /// The wide values between the two maps are many times those of `x`. They are computed a few steps at a time, so that
  /// they stay in the second-level cache, and again in the backward pass instead of being kept.
  ///
  /// - Parameters:
  ///   - x: `[steps, inputs, lanes]`, in any number of tiles.
  ///   - expansion: `[units, inputs]` and its bias, `[units]`.
  ///   - contraction: `[outputs, units]` and its bias, `[outputs]`.
  /// - Returns: `[steps, outputs, lanes]`.
  /// - Source: Hendrycks and Gimpel, arXiv:1606.08415, for the exact GELU, `x * Phi(x)`.
  public func feedForward(
    _ x: Variable, expansion: (weight: Parameter, bias: Parameter), contraction: (weight: Parameter, bias: Parameter)
  ) -> Variable {
    precondition(
      expansion.weight.columns == x.rows && contraction.weight.columns == expansion.weight.rows, "layers fit together")
    let units = expansion.weight.rows
    let mask = drawMask(of: x, rows: units)
    let output = make(
      steps: x.steps, rows: contraction.weight.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: true)
    let operation = FeedForwardOperation(
      x: x, expansion: ParameterReference(expansion.weight, on: self),
      expansionBias: ParameterReference(expansion.bias, on: self),
      contraction: ParameterReference(contraction.weight, on: self),
      contractionBias: ParameterReference(contraction.bias, on: self), mask: mask, output: output)
    operation.forward(on: self)
    record(operation)
    return output
  }
}

private struct FeedForwardOperation: Operation {
  let x: Variable
  let expansion: ParameterReference
  let expansionBias: ParameterReference
  let contraction: ParameterReference
  let contractionBias: ParameterReference
  let mask: DropoutMask
  let output: Variable

  private var units: Int { expansion.parameter.rows }
  /// Floats of the wide values of a step.
  private var wideCount: Int { units * x.lanes }
  /// Steps whose wide values are held at once: 128 KB of them, of which the backward pass needs two.
  private var stepsAtOnce: Int { max(1, min(x.steps, 32_768 / wideCount)) }

  func forward(on tape: Tape) {
    let wide = tape.workspace(stepsAtOnce * wideCount)
    for first in stride(from: 0, to: x.steps, by: stepsAtOnce) {
      let steps = min(stepsAtOnce, x.steps - first)
      expand(first, steps, into: wide)
      esp_gelu(steps * units, x.lanes, bits(first), mask.scale, wide, wide)
      contraction.parameter.product(
        steps: steps, lanes: x.lanes, bias: contractionBias.parameter, x: wide, stepStride: wideCount,
        out: output.values + first * output.stepCount, accumulate: false)
    }
  }

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let sums = tape.workspace(2 * stepsAtOnce * wideCount), wide = sums + stepsAtOnce * wideCount
    let target = tape.gradientTarget(of: x)
    for first in stride(from: 0, to: x.steps, by: stepsAtOnce) {
      let steps = min(stepsAtOnce, x.steps - first)
      let above = gradient + first * output.stepCount, below = x.values + first * x.stepCount
      expand(first, steps, into: sums)
      esp_gelu(steps * units, x.lanes, bits(first), mask.scale, sums, wide)
      contraction.parameter.addWeightGradient(
        steps: steps, lanes: x.lanes, bias: contractionBias.parameter, gradient: above, x: wide,
        stepStride: wideCount, tape: tape)
      contraction.parameter.transposedProduct(
        steps: steps, lanes: x.lanes, gradient: above, out: wide, stepStride: wideCount, accumulate: false)
      esp_gelu_backward(steps * units, x.lanes, bits(first), mask.scale, sums, wide, wide)
      expansion.parameter.addWeightGradient(
        steps: steps, lanes: x.lanes, bias: expansionBias.parameter, gradient: wide, x: below,
        stepStride: x.stepCount, tape: tape)
      if let target {
        expansion.parameter.transposedProduct(
          steps: steps, lanes: x.lanes, gradient: wide, out: target.memory + first * x.stepCount,
          stepStride: x.stepCount, accumulate: target.accumulate)
      }
    }
  }

  /// The mask of the wide values from a step on.
  private func bits(_ step: Int) -> UnsafeMutablePointer<UInt16>? {
    mask.bits.map { $0 + step * units * (x.lanes / 16) }
  }

  private func expand(_ first: Int, _ steps: Int, into wide: UnsafeMutablePointer<Float>) {
    expansion.parameter.product(
      steps: steps, lanes: x.lanes, bias: expansionBias.parameter, x: x.values + first * x.stepCount,
      stepStride: x.stepCount, out: wide, accumulate: false)
  }
}
