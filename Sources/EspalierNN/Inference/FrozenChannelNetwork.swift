import EspalierTensor

/// A ``ChannelPatchTST`` that no longer learns.
///
/// All layers see one matrix of tokens, `[features, tokens]`. For one series the tokens are its patches, so that vectors run
/// along patches; for lanes of samples they are patches times lanes. That matrix, row by row, already is what the flatten
/// head reads.
final class FrozenChannelNetwork: FrozenNetwork {
  let tileLanes = 16
  let mostSingles = 4
  private let configuration: ModelConfiguration
  private let embedding: FrozenLinear
  private let blocks: [FrozenChannelBlock]
  private let head: FrozenLinear
  /// The positions with the embedding's bias, `[width, patches]`, and the same padded to tokens.
  private let position: [Float]
  private let paddedPosition: ForecastMemory

  private var width: Int { configuration.hidden }
  private var patches: Int { configuration.channelPatches }
  /// Inputs of a patch.
  private var inputs: Int { configuration.patchSize.length * configuration.features }
  /// Tokens of a single series.
  private var singleTokens: Int { Tape.paddedLanes(patches) }
  /// Floats of the flattened series that the head reads.
  private var flatCount: Int { FrozenLinear.paddedInputs(width * patches) }

  init(
    _ configuration: ModelConfiguration, position: Parameter, embedding: Linear, blocks: [FrozenChannelBlock],
    head: Linear, costs: SparseCostModel
  ) {
    self.configuration = configuration
    self.embedding = FrozenLinear(weights: [embedding.weight], biases: [], costs: costs)
    self.blocks = blocks
    self.head = FrozenLinear(weights: [head.weight], biases: [head.bias], forSingleVectors: true, costs: costs)
    let (width, patches) = (configuration.hidden, configuration.channelPatches)
    let tokens = Tape.paddedLanes(patches)
    let values = position.tensor.values, bias = embedding.bias.tensor.values
    self.position = (0..<width * patches).map { values[$0 % patches * width + $0 / patches] + bias[$0 / patches] }
    paddedPosition = ForecastMemory(count: width * tokens)
    var scratch = paddedPosition.scratch
    let padded = scratch.take(width * tokens)
    for row in 0..<width {
      for patch in 0..<patches { padded[row * tokens + patch] = self.position[row * patches + patch] }
    }
  }

  func memory(lanes: Int) -> Int {
    func floats(tokens: Int, lanes: Int?) -> Int {
      let inner = blocks.reduce(inputs) { max($0, $1.featuresAtOnce) }
      let attention = TokenOperations.residualAttentionMemory(
        patches: patches, width: width, heads: configuration.heads, blocks: blocks.count, lanes: lanes)
      return tokens * (width + inner + 3 * width * blocks.count) + attention + 16 * (8 + 4 * blocks.count)
    }
    let series = 16 * ((inputs * patches + 15) / 16)
    return max(
      floats(tokens: singleTokens, lanes: nil) + series + flatCount + FrozenLinear.paddedOutputs(head.outputs),
      floats(tokens: patches * lanes, lanes: lanes) + head.outputs * lanes)
  }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let tokens = singleTokens, features = configuration.features, size = configuration.patchSize
    let z = scratch.take(width * tokens)
    let output = scratch.take(FrozenLinear.paddedOutputs(head.outputs)), flat = scratch.take(flatCount)
    var inner = scratch
    let series = inner.take(patches * inputs), grouped = inner.take(inputs * tokens)
    for patch in 0..<patches {
      for step in 0..<size.length {
        let from = x + min(patch * size.stride + step, configuration.lookback - 1) * features
        (series + patch * inputs + step * features).update(from: from, count: features)
      }
    }
    TokenOperations.lanes(
      from: series, samples: patches, count: inputs, stride: inputs, lanes: tokens, out: grouped)
    embedding.product(lanes: tokens, grouped, out: z)
    var positions = paddedPosition.scratch
    TokenOperations.add(positions.take(width * tokens), count: width * tokens, to: z)
    runBlocks(z, lanes: nil, tokens: tokens, scratch: scratch)
    for row in 0..<width { (flat + row * patches).update(from: z + row * tokens, count: patches) }
    (flat + width * patches).update(repeating: 0, count: flatCount - width * patches)
    head.vectorProduct(flat, out: output)
    return UnsafePointer(output)
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let tokens = patches * lanes, features = configuration.features, size = configuration.patchSize
    let z = scratch.take(width * tokens), output = scratch.take(head.outputs * lanes)
    var inner = scratch
    let grouped = inner.take(inputs * tokens)
    for step in 0..<size.length {
      for feature in 0..<features {
        var to = grouped + (step * features + feature) * tokens
        for patch in 0..<patches {
          let row = min(patch * size.stride + step, configuration.lookback - 1) * features + feature
          to.update(from: x + row * lanes, count: lanes)
          to += lanes
        }
      }
    }
    embedding.product(lanes: tokens, grouped, out: z)
    position.withUnsafeBufferPointer {
      if let values = $0.baseAddress { TokenOperations.add(values, rows: $0.count, lanes: lanes, to: z) }
    }
    runBlocks(z, lanes: lanes, tokens: tokens, scratch: scratch)
    head.product(lanes: lanes, z, out: output)
    return UnsafePointer(output)
  }

  private func runBlocks(_ z: UnsafeMutablePointer<Float>, lanes: Int?, tokens: Int, scratch: Scratch) {
    var scratch = scratch
    let heads = configuration.heads
    let memory = scratch.take(
      TokenOperations.residualAttentionMemory(
        patches: patches, width: width, heads: heads, blocks: blocks.count, lanes: lanes))
    // Queries, keys and values of all blocks, one block after the other: scores add up from block to block.
    let attention = scratch.take(blocks.count * 3 * width * tokens)
    // By index, because the array's iterator allocates in unoptimized builds.
    for index in blocks.indices {
      blocks[index].run(
        z, tokens: tokens, qkv: attention + index * 3 * width * tokens, scratch: scratch
      ) { [patches, width] out in
        TokenOperations.residualAttention(
          attention, blocks: index + 1, width: width, heads: heads, patches: patches, lanes: lanes, out: out,
          memory: memory)
      }
    }
  }
}

/// An encoder block that no longer learns: queries, keys and values are one product, batch normalizations affine maps.
final class FrozenChannelBlock {
  private let attention: FrozenLinear
  private let projection: FrozenLinear
  private let norm1: FrozenAffine
  private let norm2: FrozenAffine
  private let expansion: FrozenLinear
  private let contraction: FrozenLinear

  init(
    attention: [Linear], projection: Linear, norm1: BatchNorm, norm2: BatchNorm, expansion: Linear,
    contraction: Linear, costs: SparseCostModel
  ) {
    self.attention = FrozenLinear(weights: attention.map(\.weight), biases: attention.map(\.bias), costs: costs)
    self.projection = FrozenLinear(weights: [projection.weight], biases: [projection.bias], costs: costs)
    self.norm1 = FrozenAffine(gain: norm1.gain, bias: norm1.bias, statistics: norm1.statistics)
    self.norm2 = FrozenAffine(gain: norm2.gain, bias: norm2.bias, statistics: norm2.statistics)
    self.expansion = FrozenLinear(weights: [expansion.weight], biases: [expansion.bias], costs: costs)
    self.contraction = FrozenLinear(weights: [contraction.weight], biases: [contraction.bias], costs: costs)
  }

  /// Features of a token that ``run(_:tokens:qkv:scratch:attend:)`` takes from the scratch at most.
  var featuresAtOnce: Int { max(2 * projection.outputs, expansion.outputs + contraction.outputs) }

  /// Changes `z`, `[width, tokens]`, in place.
  ///
  /// - Parameters:
  ///   - z: The tokens.
  ///   - tokens: How many there are.
  ///   - qkv: Receives queries, keys and values, `[3 * width, tokens]`.
  ///   - scratch: Room for ``featuresAtOnce``.
  ///   - attend: Writes what attention makes of `qkv`, `[width, tokens]`.
  func run(
    _ z: UnsafeMutablePointer<Float>, tokens: Int, qkv: UnsafeMutablePointer<Float>, scratch: Scratch,
    attend: (UnsafeMutablePointer<Float>) -> Void
  ) {
    let width = projection.outputs
    var inner = scratch
    let result = inner.take(width * tokens), projected = inner.take(width * tokens)
    attention.product(lanes: tokens, z, out: qkv)
    attend(result)
    projection.product(lanes: tokens, result, out: projected)
    norm1.apply(z, adding: projected, lanes: tokens)
    inner = scratch
    let wide = inner.take(expansion.outputs * tokens), added = inner.take(width * tokens)
    expansion.product(lanes: tokens, z, out: wide)
    TokenOperations.gelu(wide, features: expansion.outputs, tokens: tokens)
    contraction.product(lanes: tokens, wide, out: added)
    norm2.apply(z, adding: added, lanes: tokens)
  }
}
