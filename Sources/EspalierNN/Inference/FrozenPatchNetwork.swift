import EspalierTensor

/// A ``MixedPatchTST`` that no longer learns.
///
/// All layers see one matrix of tokens, `[features, tokens]`. For one series the tokens are its patches, so that vectors
/// run along patches; for lanes of samples they are patches times lanes.
final class FrozenPatchNetwork: FrozenNetwork {
  let tileLanes = 16
  let mostSingles = 4
  private let configuration: ModelConfiguration
  private let embedding: FrozenLinear
  private let blocks: [FrozenEncoderBlock]
  private let norm: FrozenNormalization
  private let head: FrozenLinear
  /// The positions with the embedding's bias, `[width, patches]`, and the same padded to tokens.
  private let position: [Float]
  private let paddedPosition: ForecastMemory

  private var width: Int { configuration.hidden }
  private var length: Int { configuration.patchLength }
  private var patches: Int { (configuration.lookback + length - 1) / length }
  /// Tokens of a single series.
  private var singleTokens: Int { Tape.paddedLanes(patches) }

  init(
    _ configuration: ModelConfiguration, position: Parameter, embedding: Linear, blocks: [FrozenEncoderBlock],
    norm: LayerNorm, head: Linear, costs: SparseCostModel
  ) {
    self.configuration = configuration
    self.embedding = FrozenLinear(weights: [embedding.weight], biases: [], costs: costs)
    self.blocks = blocks
    self.norm = FrozenNormalization(gain: norm.gain, bias: norm.bias)
    self.head = FrozenLinear(weights: [head.weight], biases: [head.bias], costs: costs)
    let (width, length) = (configuration.hidden, configuration.patchLength)
    let patches = (configuration.lookback + length - 1) / length
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
    let inputs = patches * length * configuration.features
    func floats(tokens: Int, attention: Int, series: Int) -> Int {
      let wide = blocks.reduce(inputs / patches) { max($0, $1.featuresAtOnce) }
      return tokens * (width + wide) + attention + series + 2 * (width + configuration.outputCount) * 16 + 256
    }
    return max(
      floats(
        tokens: singleTokens, attention: TokenOperations.attentionMemory(patches: patches, lanes: nil),
        series: inputs + configuration.outputCount * singleTokens),
      floats(
        tokens: patches * lanes, attention: TokenOperations.attentionMemory(patches: patches, lanes: lanes),
        series: (width + configuration.outputCount) * lanes))
  }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let tokens = singleTokens, features = configuration.features, lookback = configuration.lookback
    let inputs = length * features
    let z = scratch.take(width * tokens)
    let output = scratch.take(configuration.outputCount * tokens)
    var inner = scratch
    let grouped = inner.take(inputs * tokens)
    var from = x
    if lookback % length != 0 {
      // The last step is repeated until the last patch is full.
      let series = inner.take(patches * inputs)
      series.update(from: x, count: lookback * features)
      for step in lookback..<patches * length {
        (series + step * features).update(from: x + (lookback - 1) * features, count: features)
      }
      from = UnsafePointer(series)
    }
    TokenOperations.lanes(from: from, samples: patches, count: inputs, stride: inputs, lanes: tokens, out: grouped)
    embedding.product(lanes: tokens, grouped, out: z)
    var positions = paddedPosition.scratch
    TokenOperations.add(positions.take(width * tokens), count: width * tokens, to: z)
    runBlocks(z, lanes: nil, tokens: tokens, scratch: scratch)
    norm.apply(z, adding: nil, lanes: tokens)
    // The head is linear, so the mean over patches may come last, where there are the fewest numbers.
    head.product(lanes: tokens, z, out: output)
    for row in 0..<configuration.outputCount {
      var sum: Float = 0
      for patch in 0..<patches { sum += output[row * tokens + patch] }
      output[row] = sum / Float(patches)
    }
    return UnsafePointer(output)
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let tokens = patches * lanes, features = configuration.features
    let z = scratch.take(width * tokens)
    let mean = scratch.take(width * lanes), output = scratch.take(configuration.outputCount * lanes)
    var inner = scratch
    let grouped = inner.take(length * features * tokens)
    for step in 0..<patches * length {
      let from = x + min(step, configuration.lookback - 1) * features * lanes
      for feature in 0..<features {
        let row = step % length * features + feature
        let to = grouped + row * tokens + step / length * lanes
        for lane in stride(from: 0, to: lanes, by: 16) {
          let vector = UnsafeRawPointer(from + feature * lanes + lane).load(as: SIMD16<Float>.self)
          UnsafeMutableRawPointer(to + lane).storeBytes(of: vector, as: SIMD16<Float>.self)
        }
      }
    }
    embedding.product(lanes: tokens, grouped, out: z)
    position.withUnsafeBufferPointer {
      if let values = $0.baseAddress { TokenOperations.add(values, rows: $0.count, lanes: lanes, to: z) }
    }
    runBlocks(z, lanes: lanes, tokens: tokens, scratch: scratch)
    norm.apply(z, adding: nil, lanes: tokens)
    TokenOperations.meanOverPatches(z, rows: width, patches: patches, lanes: lanes, out: mean)
    head.product(lanes: lanes, mean, out: output)
    return UnsafePointer(output)
  }

  private func runBlocks(_ z: UnsafeMutablePointer<Float>, lanes: Int?, tokens: Int, scratch: Scratch) {
    // By index, because the array's iterator allocates in unoptimized builds.
    for index in blocks.indices {
      blocks[index].run(z, patches: patches, lanes: lanes, tokens: tokens, scratch: scratch)
    }
  }
}

/// An encoder block that no longer learns: queries, keys and values are one product.
final class FrozenEncoderBlock {
  private let heads: Int
  private let attention: FrozenLinear
  private let projection: FrozenLinear
  private let norm1: FrozenNormalization
  private let norm2: FrozenNormalization
  private let expansion: FrozenLinear
  private let contraction: FrozenLinear

  init(
    heads: Int, attention: [Linear], projection: Linear, norm1: LayerNorm, norm2: LayerNorm, expansion: Linear,
    contraction: Linear, costs: SparseCostModel
  ) {
    self.heads = heads
    self.attention = FrozenLinear(weights: attention.map(\.weight), biases: attention.map(\.bias), costs: costs)
    self.projection = FrozenLinear(weights: [projection.weight], biases: [projection.bias], costs: costs)
    self.norm1 = FrozenNormalization(gain: norm1.gain, bias: norm1.bias)
    self.norm2 = FrozenNormalization(gain: norm2.gain, bias: norm2.bias)
    self.expansion = FrozenLinear(weights: [expansion.weight], biases: [expansion.bias], costs: costs)
    self.contraction = FrozenLinear(weights: [contraction.weight], biases: [contraction.bias], costs: costs)
  }

  /// Features of a token of queries, of keys and of values: less than the width where a head became narrower.
  private var attended: Int { projection.inputs }
  /// Features of queries, keys and values, whose room the projection takes afterwards.
  private var mixed: Int { max(3 * attended, projection.outputs) }

  /// Features of a token that ``run(_:patches:lanes:tokens:scratch:)`` holds beside `z` at most.
  var featuresAtOnce: Int { max(mixed + attended, expansion.outputs + projection.outputs) }

  /// Changes `z`, `[width, tokens]`, in place.
  func run(_ z: UnsafeMutablePointer<Float>, patches: Int, lanes: Int?, tokens: Int, scratch: Scratch) {
    let width = projection.outputs
    var scratch = scratch
    let memory = scratch.take(TokenOperations.attentionMemory(patches: patches, lanes: lanes))
    var inner = scratch
    let qkv = inner.take(mixed * tokens), result = inner.take(attended * tokens)
    attention.product(lanes: tokens, z, out: qkv)
    TokenOperations.attention(
      qkv, width: attended, heads: heads, patches: patches, lanes: lanes, out: result, memory: memory)
    projection.product(lanes: tokens, result, out: qkv)
    norm1.apply(z, adding: qkv, lanes: tokens)
    inner = scratch
    let wide = inner.take(expansion.outputs * tokens), added = inner.take(width * tokens)
    expansion.product(lanes: tokens, z, out: wide)
    TokenOperations.relu(wide, features: expansion.outputs, tokens: tokens)
    contraction.product(lanes: tokens, wide, out: added)
    norm2.apply(z, adding: added, lanes: tokens)
  }
}
