import EspalierTensor

/// The PatchTST of the published experiments: channels mixed in each patch, learned positions, mean over patches.
///
/// - Source: arXiv:2508.09330; the idea of patches is arXiv:2211.14730's.
public final class MixedPatchTST: ForecastModel {
  /// The kind and sizes.
  public let configuration: ModelConfiguration
  /// All parameters in the order of PyTorch's `named_parameters()`.
  public let parameters: [Parameter]
  private let position: Parameter
  private let embedding: Linear
  private let blocks: [EncoderBlock]
  private let norm: LayerNorm
  private let head: Linear

  /// Builds the model; the configuration is valid.
  init(_ configuration: ModelConfiguration, seed: UInt64) {
    self.configuration = configuration
    let width = configuration.hidden
    let length = configuration.patchLength
    let patches = (configuration.lookback + length - 1) / length
    var initializer = ParameterInitializer(seed: seed)
    position = initializer.normal("position", [1, patches, width])
    embedding = initializer.linear("embed", inputs: length * configuration.features, outputs: width)
    blocks = (0..<configuration.layers).map {
      EncoderBlock("blocks.\($0)", width: width, size: configuration.block($0), initializer: &initializer)
    }
    norm = initializer.layerNorm("norm", features: width)
    head = initializer.linear("head", inputs: width, outputs: configuration.outputCount)
    parameters =
      [position] + embedding.parameters + blocks.flatMap(\.parameters) + norm.parameters + head.parameters
  }

  /// All but the last layer norm's gain.
  public var prunableParameters: [Parameter] { parameters.filter { $0.name != norm.gain.name } }

  /// Computes `[1, outputsPerStep * horizon, lanes]` from `[lookback, features, lanes]`.
  public func forward(_ x: Variable, on tape: Tape) -> Variable {
    var z = embedding(tape.patches(x, length: configuration.patchLength), on: tape)
    z = tape.adding(position, to: z)
    for block in blocks { z = block.forward(z, on: tape) }
    z = norm(tape.dropout(z), on: tape)
    return head(tape.meanOverSteps(z), on: tape)
  }
}

/// A post-norm encoder block with a ReLU feed-forward layer.
private struct EncoderBlock {
  let heads: Int
  let queries: Linear
  let keys: Linear
  let values: Linear
  let projection: Linear
  let norm1: LayerNorm
  let norm2: LayerNorm
  let expansion: Linear
  let contraction: Linear

  init(_ name: String, width: Int, size: BlockSize, initializer: inout ParameterInitializer) {
    heads = size.heads
    let inner = size.heads * size.headWidth
    queries = initializer.linear("\(name).attention.q", inputs: width, outputs: inner)
    keys = initializer.linear("\(name).attention.k", inputs: width, outputs: inner)
    values = initializer.linear("\(name).attention.v", inputs: width, outputs: inner)
    projection = initializer.linear("\(name).attention.out", inputs: inner, outputs: width)
    norm1 = initializer.layerNorm("\(name).norm1", features: width)
    norm2 = initializer.layerNorm("\(name).norm2", features: width)
    expansion = initializer.linear("\(name).ff1", inputs: width, outputs: size.feedForward)
    contraction = initializer.linear("\(name).ff2", inputs: size.feedForward, outputs: width)
  }

  var parameters: [Parameter] {
    [queries, keys, values, projection].flatMap(\.parameters) + norm1.parameters + norm2.parameters
      + expansion.parameters + contraction.parameters
  }

  func forward(_ x: Variable, on tape: Tape) -> Variable {
    let attended = tape.attention(
      queries: queries(x, on: tape), keys: keys(x, on: tape), values: values(x, on: tape), heads: heads)
    let middle = norm1(x, adding: projection(attended, on: tape), on: tape)
    return norm2(middle, adding: contraction(tape.relu(expansion(middle, on: tape)), on: tape), on: tape)
  }
}

extension MixedPatchTST: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    FrozenPatchNetwork(
      configuration, position: position, embedding: embedding, blocks: blocks.map { $0.frozen(costs: costs) },
      norm: norm, head: head, costs: costs)
  }
}

extension EncoderBlock {
  fileprivate func frozen(costs: SparseCostModel) -> FrozenEncoderBlock {
    FrozenEncoderBlock(
      heads: heads, attention: [queries, keys, values], projection: projection, norm1: norm1, norm2: norm2,
      expansion: expansion, contraction: contraction, costs: costs)
  }
}
