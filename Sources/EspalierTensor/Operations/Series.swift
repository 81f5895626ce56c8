internal import CEspalierKernels

extension Tape {
  /// A series as one vector: the steps one after the other, each with all of its rows.
  ///
  /// - Parameter x: `[steps, rows, lanes]`.
  /// - Returns: `[1, steps * rows, lanes]`, the same memory.
  public func joiningSteps(_ x: Variable) -> Variable {
    precondition(x.tiles == 1, "steps of several tiles belong to different samples")
    return x.reshaped(steps: 1, rows: x.steps * x.rows)
  }

  /// Splits a series into its moving average and what remains.
  ///
  /// - Parameters:
  ///   - x: An input that needs no gradient, `[steps, rows, lanes]`.
  ///   - window: How many steps the average is taken over, an odd number; beyond the ends the first and the last step are
  ///     repeated.
  /// - Returns: Trend and remainder, each of the shape of `x`.
  /// - Source: Zeng et al., arXiv:2205.13504, section 4.
  public func decomposing(_ x: Variable, window: Int) -> (trend: Variable, remainder: Variable) {
    precondition(window > 0 && window % 2 == 1 && !x.needsGradient, "inputs are split by an odd window")
    let trend = make(steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: false)
    let rest = make(steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: false)
    let steps = x.steps / x.tiles, count = steps * x.stepCount
    for first in stride(from: 0, to: x.count, by: count) {
      esp_moving_average(
        steps, x.rows, x.lanes, window, x.values + first, trend.values + first, rest.values + first)
    }
    return (trend, rest)
  }

  /// Subtracts the last step from every step.
  ///
  /// - Parameter x: An input that needs no gradient, `[steps, rows, lanes]`.
  /// - Returns: The same shape; the last step is 0.
  public func subtractingLastStep(_ x: Variable) -> Variable {
    precondition(x.tiles == 1 && !x.needsGradient, "levels are taken from inputs")
    let output = make(steps: x.steps, rows: x.rows, lanes: x.lanes, needsGradient: false)
    esp_subtract_last(x.steps, x.rows, x.lanes, x.values, output.values)
    return output
  }

  /// Adds a sample's value of the first row in the last step of a series to all of the sample's values.
  ///
  /// - Parameters:
  ///   - series: An input that needs no gradient, `[steps, rows, lanes]`.
  ///   - x: `[1, outputs, lanes]`; it is overwritten, so nothing else may read it.
  /// - Returns: The same memory as a new variable.
  public func addingLastValue(of series: Variable, to x: Variable) -> Variable {
    precondition(series.tiles == 1 && !series.needsGradient && series.lanes == x.lanes, "levels are taken from inputs")
    let output = rename(x)
    esp_add_level(
      x.steps * x.rows, x.lanes, x.values, series.values + (series.steps - 1) * series.stepCount, output.values)
    record(LevelOperation(x: x, output: output))
    return output
  }
}

extension Tape {
  /// The sum of two values.
  ///
  /// - Parameters:
  ///   - other: Any shape.
  ///   - x: The same shape; it is overwritten, so nothing else may read it.
  /// - Returns: The memory of `x` as a new variable.
  public func adding(_ other: Variable, to x: Variable) -> Variable {
    precondition(other.count == x.count && other.lanes == x.lanes, "summands agree in shape")
    let output = rename(x)
    esp_copy(x.count, other.values, output.values, true)
    record(SumOperation(x: x, other: other, output: output))
    return output
  }
}

private struct SumOperation: Operation {
  let x: Variable
  let other: Variable
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    if let (memory, accumulate) = tape.gradientTarget(of: x) { esp_copy(x.count, gradient, memory, accumulate) }
    if let (memory, accumulate) = tape.gradientTarget(of: other) { esp_copy(x.count, gradient, memory, accumulate) }
  }
}

private struct LevelOperation: Operation {
  let x: Variable
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    if let (memory, accumulate) = tape.gradientTarget(of: x) { esp_copy(x.count, gradient, memory, accumulate) }
  }
}
