internal import CEspalierKernels

/// The scores of an encoder block before the softmax, as the queries and keys of it and of all blocks before it.
///
/// Belongs to the tape that computed it, and is valid until the tape is reset.
public struct AttentionScores: BitwiseCopyable {
  /// How many blocks' scores are added.
  fileprivate let blocks: Int
  fileprivate let heads: Int
  /// The queries of every block.
  fileprivate let queries: UnsafeMutablePointer<Variable>
  /// The keys of every block.
  fileprivate let keys: UnsafeMutablePointer<Variable>
}

extension Tape {
  /// Multi-head attention whose scores add those of the blocks before, without dropout.
  ///
  /// - Parameters:
  ///   - queries: `[patches, width, lanes]`, in any number of tiles; a head is `width / heads` consecutive rows.
  ///   - keys: The same shape.
  ///   - values: The same shape.
  ///   - heads: A divisor of the width, the same in all blocks.
  ///   - before: The scores that the block before returned; nil in the first one.
  /// - Returns: `[patches, width, lanes]`, before the output projection, and the scores for the block that follows.
  /// - Source: He, Ravula, Kanagal and Ainslie, arXiv:2012.11747; so is the attention of arXiv:2211.14730's own code.
  public func residualAttention(
    queries: Variable, keys: Variable, values: Variable, heads: Int, adding before: AttentionScores? = nil
  ) -> (output: Variable, scores: AttentionScores) {
    precondition(heads > 0 && queries.rows % heads == 0, "the number of heads divides the width")
    precondition(before.map { $0.heads == heads && $0.queries[0].count == queries.count } ?? true, "blocks are alike")
    let scores = append(queries: queries, keys: keys, heads: heads, to: before)
    let shape = Self.shape(queries, heads: heads)
    let output = make(
      steps: queries.steps, rows: queries.rows, lanes: queries.lanes, tiles: queries.tiles, needsGradient: true)
    let logSums: UnsafeMutablePointer<Float>? = isRecording ? allocate(queries.steps * heads * queries.lanes) : nil
    let pointers = AttentionPointers(scores, on: self)
    esp_residual_attention(
      shape, scores.blocks, pointers.queries, pointers.keys, values.values, logSums, output.values,
      scratch(esp_residual_attention_scratch(shape, scores.blocks, false)))
    if let logSums {
      record(
        ResidualAttentionOperation(
          scores: scores, pointers: pointers, values: values, logSums: logSums, output: output))
    }
    return (output, scores)
  }

  private func append(
    queries: Variable, keys: Variable, heads: Int, to before: AttentionScores?
  ) -> AttentionScores {
    let count = before?.blocks ?? 0
    let scores = AttentionScores(
      blocks: count + 1, heads: heads, queries: allocate(count + 1, as: Variable.self),
      keys: allocate(count + 1, as: Variable.self))
    for block in 0..<count {
      scores.queries[block] = before!.queries[block]
      scores.keys[block] = before!.keys[block]
    }
    scores.queries[count] = queries
    scores.keys[count] = keys
    return scores
  }

  fileprivate static func shape(_ x: Variable, heads: Int) -> esp_lane_attention {
    let patches = x.steps / x.tiles
    return esp_lane_attention(
      tiles: x.tiles, patches: patches, heads: heads, depth: x.rows / heads, lanes: x.lanes,
      tile_stride: patches * x.stepCount, patch_stride: x.stepCount, row_stride: x.lanes)
  }
}

/// The blocks' queries and keys as the kernel reads them.
private struct AttentionPointers: BitwiseCopyable {
  let queries: UnsafeMutablePointer<UnsafePointer<Float>?>
  let keys: UnsafeMutablePointer<UnsafePointer<Float>?>

  init(_ scores: AttentionScores, on tape: Tape) {
    queries = tape.allocate(scores.blocks, as: UnsafePointer<Float>?.self)
    keys = tape.allocate(scores.blocks, as: UnsafePointer<Float>?.self)
    for block in 0..<scores.blocks {
      queries[block] = UnsafePointer(scores.queries[block].values)
      keys[block] = UnsafePointer(scores.keys[block].values)
    }
  }
}

private struct ResidualAttentionOperation: Operation {
  let scores: AttentionScores
  let pointers: AttentionPointers
  let values: Variable
  let logSums: UnsafeMutablePointer<Float>
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let shape = Tape.shape(output, heads: scores.heads), blocks = scores.blocks
    let query = targets(scores.queries, on: tape), key = targets(scores.keys, on: tape)
    let value = tape.gradientTarget(of: values) ?? (tape.allocate(values.count), false)
    let into = esp_attention_gradients(
      q: query.memory, k: key.memory, v: value.memory, adds_q: query.adds, adds_k: key.adds, adds_v: value.accumulate)
    esp_residual_attention_backward(
      shape, blocks, pointers.queries, pointers.keys, values.values, logSums, gradient, into,
      tape.scratch(esp_residual_attention_scratch(shape, blocks, true)))
  }

  /// Where the gradients of every block's queries or keys go; what nobody needs goes into memory of its own.
  private func targets(_ variables: UnsafeMutablePointer<Variable>, on tape: Tape) -> (
    memory: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, adds: UnsafeMutablePointer<Bool>
  ) {
    let memory = tape.allocate(scores.blocks, as: UnsafeMutablePointer<Float>?.self)
    let adds = tape.allocate(scores.blocks, as: Bool.self)
    for block in 0..<scores.blocks {
      let target = tape.gradientTarget(of: variables[block]) ?? (tape.allocate(variables[block].count), false)
      memory[block] = target.memory
      adds[block] = target.accumulate
    }
    return (memory, adds)
  }
}
