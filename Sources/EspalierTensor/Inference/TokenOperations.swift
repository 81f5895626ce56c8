internal import CEspalierKernels

/// A layer normalization that no longer changes.
package final class FrozenNormalization {
  private let gain: AlignedBuffer<Float>
  private let bias: AlignedBuffer<Float>

  /// Copies the parameters, both `[features]`.
  package init(gain: Parameter, bias: Parameter) {
    self.gain = AlignedBuffer(count: gain.count)
    self.bias = AlignedBuffer(count: bias.count)
    _ = self.gain.span.update(from: gain.tensor.values)
    _ = self.bias.span.update(from: bias.tensor.values)
  }

  /// x = normalized(x + residual), `[features, lanes]`, in place.
  package func apply(_ x: UnsafeMutablePointer<Float>, adding residual: UnsafePointer<Float>?, lanes: Int) {
    esp_normalize_sum(gain.count, lanes, x, residual, gain.pointer, bias.pointer, x)
  }
}

/// What an encoder does to tokens, `[features, tokens]`: the tokens are the patches of one series, padded to a multiple of
/// 16, or patches times lanes.
package enum TokenOperations {
  /// x = max(x, 0).
  package static func relu(_ x: UnsafeMutablePointer<Float>, features: Int, tokens: Int) {
    esp_relu(features, tokens, nil, 1, x, x)
  }

  /// x[row][lane] += values[row].
  package static func add(_ values: UnsafePointer<Float>, rows: Int, lanes: Int, to x: UnsafeMutablePointer<Float>) {
    esp_add_rows(rows, lanes, x, values, x)
  }

  /// x += values over `count` floats, a multiple of 16.
  package static func add(_ values: UnsafePointer<Float>, count: Int, to x: UnsafeMutablePointer<Float>) {
    esp_copy(count, values, x, true)
  }

  /// out[row][lane] = the mean over patches of `[rows, patches, lanes]`.
  package static func meanOverPatches(
    _ x: UnsafePointer<Float>, rows: Int, patches: Int, lanes: Int, out: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows { esp_mean_steps(patches, 1, lanes, x + row * patches * lanes, out + row * lanes) }
  }

  /// Samples one after the other become lanes: `[samples, count]` with `stride` floats from one to the next becomes
  /// `[count, lanes]`, 0 in the padding.
  package static func lanes(
    from x: UnsafePointer<Float>, samples: Int, count: Int, stride: Int, lanes: Int, out: UnsafeMutablePointer<Float>
  ) {
    esp_lanes_from_samples(samples, count, x, stride, lanes, out)
  }

  /// Floats of memory that attention takes.
  package static func attentionMemory(patches: Int, lanes: Int?) -> Int {
    let tokens = (patches + 15) / 16 * 16
    return lanes == nil ? tokens * tokens : patches * patches * 16
  }

  /// Attention of every patch to all patches of its sample.
  ///
  /// - Parameters:
  ///   - qkv: Queries, keys and values one above the other, `[3 * width, tokens]`.
  ///   - width: Features of a token.
  ///   - heads: A divisor of the width.
  ///   - patches: Patches of a series.
  ///   - lanes: Samples side by side, a multiple of 16; nil for one series whose patches are the tokens.
  ///   - out: `[width, tokens]`, before the output projection.
  ///   - memory: ``attentionMemory(patches:lanes:)`` floats.
  package static func attention(
    _ qkv: UnsafePointer<Float>, width: Int, heads: Int, patches: Int, lanes: Int?, out: UnsafeMutablePointer<Float>,
    memory: UnsafeMutablePointer<Float>
  ) {
    if let lanes {
      let shape = esp_attention_shape(patches: patches, width: width, heads: heads, lanes: lanes)
      let block = width * patches * lanes
      esp_token_attention(shape, qkv, qkv + block, qkv + 2 * block, out, memory)
      return
    }
    // The patches are lanes: scores[key][query] is a product of the keys, read column by column, with the queries.
    let tokens = (patches + 15) / 16 * 16, depth = width / heads
    let scale = 1 / Float(depth).squareRoot()
    for head in 0..<heads {
      let queries = qkv + head * depth * tokens
      let keys = queries + width * tokens, values = queries + 2 * width * tokens
      esp_product_transposed(depth, tokens, 1, tokens, keys, queries, memory, tokens * tokens, false)
      esp_softmax_rows(patches, tokens, scale, memory)
      (memory + patches * tokens).update(repeating: 0, count: (tokens - patches) * tokens)
      esp_product(
        depth, tokens, 1, tokens, values, nil, memory, tokens * tokens, out + head * depth * tokens, false)
    }
  }
}
