internal import CEspalierKernels

/// A batch normalization that no longer changes: an affine map of every feature.
package final class FrozenAffine {
  private let factor: AlignedBuffer<Float>
  private let offset: AlignedBuffer<Float>

  /// Folds running statistics into gain and bias, all `[features]`.
  package init(gain: Parameter, bias: Parameter, statistics: RunningStatistics) {
    factor = AlignedBuffer(count: gain.count)
    offset = AlignedBuffer(count: gain.count)
    let (gains, biases) = (gain.tensor.values, bias.tensor.values)
    let (means, variances) = (statistics.mean.tensor.values, statistics.variance.tensor.values)
    for feature in gains.indices {
      let rate = Double(gains[feature]) / (Double(variances[feature]) + 1e-5).squareRoot()
      factor.pointer[feature] = Float(rate)
      offset.pointer[feature] = Float(Double(biases[feature]) - Double(means[feature]) * rate)
    }
  }

  /// x = normalized(x + residual), `[features, lanes]`, in place.
  package func apply(_ x: UnsafeMutablePointer<Float>, adding residual: UnsafePointer<Float>, lanes: Int) {
    esp_affine_sum(1, factor.count, lanes, x, residual, nil, 1, factor.pointer, offset.pointer, x)
  }
}

extension TokenOperations {
  /// x = gelu(x).
  package static func gelu(_ x: UnsafeMutablePointer<Float>, features: Int, tokens: Int) {
    esp_gelu(features, tokens, nil, 1, x, x)
  }

  /// Splits `[steps, features, lanes]` into its moving average and the rest.
  package static func decompose(
    _ x: UnsafePointer<Float>, steps: Int, features: Int, lanes: Int, window: Int, trend: UnsafeMutablePointer<Float>,
    remainder: UnsafeMutablePointer<Float>
  ) {
    esp_moving_average(steps, features, lanes, window, x, trend, remainder)
  }

  /// Subtracts the last step of `[steps, features, lanes]` from every step.
  package static func subtractLast(
    _ x: UnsafePointer<Float>, steps: Int, features: Int, lanes: Int, out: UnsafeMutablePointer<Float>
  ) {
    esp_subtract_last(steps, features, lanes, x, out)
  }

  /// x[row][lane] += level[lane].
  package static func addLevel(
    _ level: UnsafePointer<Float>, rows: Int, lanes: Int, to x: UnsafeMutablePointer<Float>
  ) {
    esp_add_level(rows, lanes, x, level, x)
  }

  /// Floats of memory that residual attention takes, kept from block to block.
  package static func residualAttentionMemory(
    patches: Int, width: Int, heads: Int, blocks: Int, lanes: Int?
  ) -> Int {
    let tokens = (patches + 15) / 16 * 16
    guard let lanes else { return (heads + 1) * tokens * tokens }
    let shape = tokenShape(patches: patches, width: width, heads: heads, lanes: lanes)
    return Scratch.size(esp_residual_attention_scratch(shape, blocks, false))
  }

  /// Attention of every patch to all patches of its sample, whose scores add those of the blocks before.
  ///
  /// - Parameters:
  ///   - qkv: Queries, keys and values one above the other, `[3 * width, tokens]`, for each block up to this one.
  ///   - blocks: How many blocks there are so far; called for 1, 2 and so on with the same memory.
  ///   - width: Features of a token.
  ///   - heads: A divisor of the width.
  ///   - patches: Patches of a series.
  ///   - lanes: Samples side by side, a multiple of 16; nil for one series whose patches are the tokens.
  ///   - out: `[width, tokens]`, before the output projection.
  ///   - memory: ``residualAttentionMemory(patches:width:heads:blocks:lanes:)`` floats.
  package static func residualAttention(
    _ qkv: UnsafePointer<Float>, blocks: Int, width: Int, heads: Int, patches: Int, lanes: Int?,
    out: UnsafeMutablePointer<Float>, memory: UnsafeMutablePointer<Float>
  ) {
    guard let lanes else {
      singleAttention(
        qkv, blocks: blocks, width: width, heads: heads, patches: patches, out: out, memory: memory)
      return
    }
    let shape = tokenShape(patches: patches, width: width, heads: heads, lanes: lanes)
    let block = width * patches * lanes
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>?.self, capacity: 2 * blocks) { pointers in
      for index in 0..<blocks {
        pointers[index] = qkv + 3 * index * block
        pointers[blocks + index] = qkv + (3 * index + 1) * block
      }
      guard let first = pointers.baseAddress else { return }
      let values = qkv + (3 * blocks - 1) * block
      esp_residual_attention(shape, blocks, first, first + blocks, values, nil, out, memory)
    }
  }

  /// The same for one series: the patches are lanes, and the sums of scores stay in the memory from block to block.
  private static func singleAttention(
    _ qkv: UnsafePointer<Float>, blocks: Int, width: Int, heads: Int, patches: Int, out: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>
  ) {
    let tokens = (patches + 15) / 16 * 16, depth = width / heads, square = tokens * tokens
    let scale = 1 / Float(depth).squareRoot()
    let own = qkv + 3 * (blocks - 1) * width * tokens, probabilities = memory + heads * square
    for head in 0..<heads {
      let queries = own + head * depth * tokens
      let keys = queries + width * tokens, values = queries + 2 * width * tokens
      let scores = memory + head * square
      // scores[key][query] is a product of the keys, read column by column, with the queries.
      esp_product_transposed(depth, tokens, 1, tokens, keys, queries, scores, square, blocks > 1)
      probabilities.update(from: scores, count: patches * tokens)
      esp_softmax_rows(patches, tokens, scale, probabilities)
      (probabilities + patches * tokens).update(repeating: 0, count: (tokens - patches) * tokens)
      esp_product(depth, tokens, 1, tokens, values, nil, probabilities, square, out + head * depth * tokens, false)
    }
  }

  /// `[width, patches, lanes]` as the kernel of attention reads it.
  private static func tokenShape(patches: Int, width: Int, heads: Int, lanes: Int) -> esp_lane_attention {
    esp_lane_attention(
      tiles: 1, patches: patches, heads: heads, depth: width / heads, lanes: lanes,
      tile_stride: width * patches * lanes, patch_stride: lanes, row_stride: patches * lanes)
  }
}
