internal import CEspalierKernels

extension Tape {
  /// Multi-head attention of every patch to all patches of the same sample, with dropout on the probabilities.
  ///
  /// - Parameters:
  ///   - queries: `[patches, width, lanes]`; a head is `width / heads` consecutive rows.
  ///   - keys: The same shape.
  ///   - values: The same shape.
  ///   - heads: A divisor of the width.
  /// - Returns: `[patches, width, lanes]`, before the output projection.
  /// - Source: Vaswani et al., arXiv:1706.03762, equation 1.
  public func attention(queries: Variable, keys: Variable, values: Variable, heads: Int) -> Variable {
    precondition(heads > 0 && queries.rows % heads == 0, "the number of heads divides the width")
    precondition(queries.tiles == 1, "tiles have attention of their own")
    let shape = esp_attention_shape(
      patches: queries.steps, width: queries.rows, heads: heads, lanes: queries.lanes)
    let rows = heads * queries.steps * queries.steps
    let probabilities: UnsafeMutablePointer<Float> = allocate(rows * queries.lanes)
    let mask = drawMask(rows: rows, lanes: queries.lanes)
    let output = make(steps: queries.steps, rows: queries.rows, lanes: queries.lanes, needsGradient: true)
    esp_attention(
      shape, queries.values, keys.values, values.values, mask.bits, mask.scale, probabilities, output.values,
      scratch(esp_attention_scratch(shape)))
    record(
      AttentionOperation(
        queries: queries, keys: keys, values: values, heads: heads, probabilities: probabilities, mask: mask,
        output: output))
    return output
  }
}

private struct AttentionOperation: Operation {
  let queries: Variable
  let keys: Variable
  let values: Variable
  let heads: Int
  let probabilities: UnsafeMutablePointer<Float>
  let mask: DropoutMask
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let shape = esp_attention_shape(
      patches: queries.steps, width: queries.rows, heads: heads, lanes: queries.lanes)
    // The kernel overwrites, so an input that others read too gets its share by way of a copy.
    let query = Share(of: queries, on: tape)
    let key = Share(of: keys, on: tape)
    let value = Share(of: values, on: tape)
    esp_attention_backward(
      shape, queries.values, keys.values, values.values, mask.bits, mask.scale, probabilities, gradient, query.memory,
      key.memory, value.memory, tape.scratch(esp_attention_scratch(shape)))
    query.finish()
    key.finish()
    value.finish()
  }
}

/// Memory for a gradient that a kernel overwrites: the input's own, or a copy that is added to it afterwards.
struct Share {
  let memory: UnsafeMutablePointer<Float>
  private let total: UnsafeMutablePointer<Float>?
  private let count: Int

  init(of variable: Variable, on tape: Tape) {
    count = variable.count
    let target = tape.gradientTarget(of: variable)
    if let target, !target.accumulate {
      memory = target.memory
      total = nil
    } else {
      memory = tape.allocate(count)
      total = target?.memory
    }
  }

  /// Adds the copy, if there was one.
  func finish() {
    if let total { esp_copy(count, memory, total, true) }
  }
}
