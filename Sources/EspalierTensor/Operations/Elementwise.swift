internal import CEspalierKernels

extension Tape {
  /// `max(x, 0)` with dropout.
  ///
  /// - Parameter x: `[steps, rows, lanes]`; it is overwritten, so nothing else may read it.
  /// - Returns: The same memory as a new variable.
  public func relu(_ x: Variable) -> Variable {
    let mask = drawMask(of: x)
    let output = rename(x)
    esp_relu(x.steps * x.rows, x.lanes, mask.bits, mask.scale, x.values, output.values)
    record(ReluOperation(x: x, scale: mask.scale, output: output))
    return output
  }

  /// Sets values to 0 at random and scales the others up, when the tape has a ``DropoutPlan``.
  ///
  /// - Parameter x: `[steps, rows, lanes]`.
  /// - Returns: The same shape; `x` itself when nothing is dropped.
  /// - Source: Srivastava et al., JMLR 15 (2014).
  public func dropout(_ x: Variable) -> Variable {
    let mask = drawMask(of: x)
    guard let bits = mask.bits else { return x }
    let output = make(
      steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: x.needsGradient)
    esp_dropout(x.steps * x.rows, x.lanes, bits, mask.scale, x.values, output.values, false)
    record(DropoutOperation(x: x, mask: mask, output: output))
    return output
  }

  /// Adds a parameter to every sample.
  ///
  /// - Parameters:
  ///   - parameter: `steps * rows` values of one tile, such as positions `[1, steps, rows]`.
  ///   - x: `[steps, rows, lanes]`; it is overwritten, so nothing else may read it.
  /// - Returns: The same memory as a new variable.
  public func adding(_ parameter: Parameter, to x: Variable) -> Variable {
    precondition(parameter.count * x.tiles == x.steps * x.rows, "\(parameter.name) has a value for every step and row")
    let output = rename(x)
    for first in stride(from: 0, to: x.count, by: x.count / x.tiles) {
      esp_add_rows(
        parameter.count, x.lanes, x.values + first, parameter.valueBuffer.pointer, output.values + first)
    }
    record(AddingOperation(x: x, parameter: ParameterReference(parameter, on: self), output: output))
    return output
  }

  /// The mean over steps.
  ///
  /// - Parameter x: `[steps, rows, lanes]`.
  /// - Returns: `[1, rows, lanes]`.
  public func meanOverSteps(_ x: Variable) -> Variable {
    precondition(x.tiles == 1, "steps of several tiles belong to different samples")
    let output = make(steps: 1, rows: x.rows, lanes: x.lanes, needsGradient: x.needsGradient)
    esp_mean_steps(x.steps, x.rows, x.lanes, x.values, output.values)
    record(MeanOperation(x: x, output: output))
    return output
  }

  /// Groups consecutive steps.
  ///
  /// A series whose length is no multiple is padded at its end by repeating the last step.
  ///
  /// - Parameters:
  ///   - x: An input that needs no gradient.
  ///   - length: Steps in a patch, at least 1.
  /// - Returns: `[steps / length, length * rows, lanes]`, the division rounded up.
  public func patches(_ x: Variable, length: Int) -> Variable {
    precondition(length > 0 && !x.needsGradient, "patches are made from inputs")
    let count = (x.steps + length - 1) / length
    if count * length == x.steps { return x.reshaped(steps: count, rows: length * x.rows) }
    let padded = make(steps: count, rows: length * x.rows, lanes: x.lanes, needsGradient: false)
    padded.values.update(from: x.values, count: x.count)
    for step in x.steps..<count * length {
      (padded.values + step * x.stepCount).update(from: x.values + (x.steps - 1) * x.stepCount, count: x.stepCount)
    }
    return padded
  }

  /// A new variable with the memory of another, for operations that work in place.
  func rename(_ x: Variable) -> Variable {
    Variable(
      steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, values: x.values,
      slot: isRecording ? makeSlot(count: x.count) : nil)
  }
}

private struct ReluOperation: Operation {
  let x: Variable
  let scale: Float
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let share = Share(of: x, on: tape)
    esp_relu_backward(x.steps * x.rows, x.lanes, scale, output.values, gradient, share.memory)
    share.finish()
  }
}

private struct DropoutOperation: Operation {
  let x: Variable
  let mask: DropoutMask
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    guard let bits = mask.bits, let (memory, accumulate) = tape.gradientTarget(of: x) else { return }
    esp_dropout(x.steps * x.rows, x.lanes, bits, mask.scale, gradient, memory, accumulate)
  }
}

private struct AddingOperation: Operation {
  let x: Variable
  let parameter: ParameterReference
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    parameter.parameter.addBiasGradient(steps: x.tiles, lanes: x.lanes, gradient: gradient)
    if let (memory, accumulate) = tape.gradientTarget(of: x) { esp_copy(x.count, gradient, memory, accumulate) }
  }
}

private struct MeanOperation: Operation {
  let x: Variable
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    guard let (memory, accumulate) = tape.gradientTarget(of: x) else { return }
    esp_mean_steps_backward(x.steps, x.rows, x.lanes, gradient, memory, accumulate)
  }
}
