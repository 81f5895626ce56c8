import EspalierTensor

/// The PatchTST of its own paper: one series at a time through weights that all series share.
///
/// Overlapping patches, learned positions, post-norm blocks with batch normalization, GELU and residual attention, and one
/// flatten head. A lane is one channel of one sample. The paper's instance normalization is that of the windows
/// (`WindowNormalization.meanAndDeviation`), not the model's. Further inputs of a series stand in the same patches beside the
/// target; with the target alone it is the paper's model.
///
/// - Source: Nie et al., arXiv:2211.14730, and its code where the paper leaves things open.
public final class ChannelPatchTST: ForecastModel {
  /// The kind and sizes.
  public let configuration: ModelConfiguration
  /// All parameters in the order of PyTorch's `named_parameters()`.
  public let parameters: [Parameter]
  /// The running statistics of the batch normalizations.
  public let buffers: [ModelBuffer]
  private let position: Parameter
  private let embedding: Linear
  private let blocks: [ChannelBlock]
  private let head: Linear

  /// Builds the model; the configuration is valid.
  init(_ configuration: ModelConfiguration, seed: UInt64) {
    self.configuration = configuration
    let width = configuration.hidden
    let patches = configuration.channelPatches
    var initializer = ParameterInitializer(seed: seed)
    position = initializer.uniform("position", [patches, width], bound: 0.02)
    embedding = initializer.linear(
      "embed", inputs: configuration.patchSize.length * configuration.features, outputs: width)
    blocks = (0..<configuration.layers).map {
      ChannelBlock("blocks.\($0)", width: width, size: configuration.block($0), initializer: &initializer)
    }
    head = initializer.linear("head", inputs: width * patches, outputs: configuration.outputCount)
    parameters = [position] + embedding.parameters + blocks.flatMap(\.parameters) + head.parameters
    buffers = blocks.flatMap(\.buffers)
  }

  /// All matrices: embedding, attention, feed-forward layers and head.
  ///
  /// Normalizations, positions and biases never: there is no published run of this model to follow, so a preset that prunes
  /// gains finds none here.
  public var prunableParameters: [Parameter] { parameters.filter { $0.role == .matrix } }

  /// Computes `[1, horizon, lanes]` from `[lookback, features, lanes]`.
  public func forward(_ x: Variable, on tape: Tape) -> Variable {
    let patches = tape.patches(x, length: configuration.patchSize.length, stride: configuration.patchSize.stride)
    var z = tape.dropout(tape.adding(position, to: embedding(patches, on: tape)))
    var scores: AttentionScores?
    for block in blocks { z = block.forward(z, scores: &scores, on: tape) }
    return tape.joiningTiles(head(tape.flatteningSteps(z), on: tape), lanes: x.lanes)
  }
}

/// A post-norm encoder block with batch normalization, GELU and attention that adds the scores of the block before.
private struct ChannelBlock {
  let heads: Int
  let queries: Linear
  let keys: Linear
  let values: Linear
  let projection: Linear
  let norm1: BatchNorm
  let norm2: BatchNorm
  let expansion: Linear
  let contraction: Linear

  init(_ name: String, width: Int, size: BlockSize, initializer: inout ParameterInitializer) {
    heads = size.heads
    queries = initializer.linear("\(name).attention.q", inputs: width, outputs: width)
    keys = initializer.linear("\(name).attention.k", inputs: width, outputs: width)
    values = initializer.linear("\(name).attention.v", inputs: width, outputs: width)
    projection = initializer.linear("\(name).attention.out", inputs: width, outputs: width)
    norm1 = initializer.batchNorm("\(name).norm1", features: width)
    norm2 = initializer.batchNorm("\(name).norm2", features: width)
    expansion = initializer.linear("\(name).ff1", inputs: width, outputs: size.feedForward)
    contraction = initializer.linear("\(name).ff2", inputs: size.feedForward, outputs: width)
  }

  var parameters: [Parameter] {
    [queries, keys, values, projection].flatMap(\.parameters) + norm1.parameters + norm2.parameters
      + expansion.parameters + contraction.parameters
  }

  var buffers: [ModelBuffer] { norm1.statistics.buffers + norm2.statistics.buffers }

  func forward(_ x: Variable, scores: inout AttentionScores?, on tape: Tape) -> Variable {
    let projected = tape.projections(
      x, queries: (queries.weight, queries.bias), keys: (keys.weight, keys.bias), values: (values.weight, values.bias))
    let (attended, sums) = tape.residualAttention(
      queries: projected.queries, keys: projected.keys, values: projected.values, heads: heads, adding: scores)
    scores = sums
    let middle = norm1(x, adding: projection(attended, on: tape), on: tape)
    let wide = tape.feedForward(
      middle, expansion: (expansion.weight, expansion.bias), contraction: (contraction.weight, contraction.bias))
    return norm2(middle, adding: wide, on: tape)
  }

  func frozen(costs: SparseCostModel) -> FrozenChannelBlock {
    FrozenChannelBlock(
      attention: [queries, keys, values], projection: projection, norm1: norm1, norm2: norm2,
      expansion: expansion, contraction: contraction, costs: costs)
  }
}

extension ChannelPatchTST: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    FrozenChannelNetwork(
      configuration, position: position, embedding: embedding, blocks: blocks.map { $0.frozen(costs: costs) },
      head: head, costs: costs)
  }
}
