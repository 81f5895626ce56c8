import EspalierTensor

/// The forecasters that can be built by name.
public enum ModelKind: String, Codable, Sendable, CaseIterable {
  /// One recurrent layer with hyperbolic tangent.
  case rnn
  /// One long short-term memory layer.
  case lstm
  /// One gated recurrent unit layer.
  case gru
  /// The PatchTST of arXiv:2508.09330: channels mixed in each patch.
  case patchtst
  /// The PatchTST of its own paper, arXiv:2211.14730: every series on its own.
  case channelPatchTST = "channel-patchtst"
  /// Trend and remainder, one linear map each, arXiv:2205.13504.
  case dlinear
  /// One linear map of the look-back less its last value, arXiv:2205.13504.
  case nlinear

  /// Whether the model has attention, and so heads, layers and a feed-forward layer.
  public var hasAttention: Bool { self == .patchtst || self == .channelPatchTST }
  /// Whether the model is linear, and so has no hidden units.
  public var isLinear: Bool { self == .dlinear || self == .nlinear }
}

/// The kind of a forecaster and its sizes.
public struct ModelConfiguration: Codable, Equatable, Sendable {
  /// Which forecaster.
  public var kind: ModelKind
  /// Inputs of a time step.
  public var features: Int
  /// Time steps of history.
  public var lookback: Int
  /// Time steps to forecast.
  public var horizon: Int
  /// Units of the recurrent layer, or the width of a PatchTST; linear models have none.
  public var hidden: Int
  /// Attention heads, a divisor of `hidden`; both PatchTSTs only.
  public var heads: Int
  /// Encoder blocks; both PatchTSTs only.
  public var layers: Int
  /// Units of a block's feed-forward layer; both PatchTSTs only.
  public var feedForward: Int
  /// The sizes of every block of a PatchTST from which units were removed.
  ///
  /// Nil while all blocks are as `heads` and `feedForward` say.
  public var blocks: [BlockSize]?
  /// Nil stands for one, so that files of models with one output say no more than they ever did.
  private var outputs: Int?
  /// Inputs that are known of every forecast step; nil for none.
  public var futureCovariates: Int?
  /// Inputs that don't change within a series; nil for none.
  public var staticCovariates: Int?
  /// The patches of a ``ModelKind/channelPatchTST``; nil for the published ones, see ``patchSize``.
  public var patches: PatchSize?

  /// Describes a forecaster; the defaults are the published experiments' sizes.
  public init(
    kind: ModelKind, features: Int, lookback: Int, horizon: Int = 1, hidden: Int = 64, heads: Int = 4, layers: Int = 2,
    feedForward: Int = 256, outputsPerStep: Int = 1
  ) {
    self.kind = kind
    self.features = features
    self.lookback = lookback
    self.horizon = horizon
    self.hidden = hidden
    self.heads = heads
    self.layers = layers
    self.feedForward = feedForward
    self.outputsPerStep = outputsPerStep
  }

  /// Outputs for one step of the horizon: what the loss has, such as one a quantile; 1 where nothing is said.
  public var outputsPerStep: Int {
    get { outputs ?? 1 }
    set { outputs = newValue == 1 ? nil : newValue }
  }

  /// Rows of the head, `outputsPerStep * horizon`, output after output: row = output * horizon + step.
  public var outputCount: Int { outputsPerStep * horizon }

  /// Checks that a model of these sizes can be built.
  ///
  /// - Throws: ``ModelError`` naming the first size that cannot be used.
  public func validate() throws(ModelError) {
    let sizes = [
      ("features", features), ("lookback", lookback), ("horizon", horizon), ("hidden", hidden), ("heads", heads),
      ("layers", layers), ("feedForward", feedForward), ("outputsPerStep", outputsPerStep),
    ]
    for (name, value) in sizes where value < 1 || value > Self.largestSize {
      throw .sizeOutOfRange(name: name, value: value)
    }
    for (name, value) in [("futureCovariates", futureCovariates), ("staticCovariates", staticCovariates)] {
      if let value, value < 1 || value > Self.largestSize { throw .sizeOutOfRange(name: name, value: value) }
    }
    if kind.hasAttention && hidden % heads != 0 { throw .headsDoNotDivide(width: hidden, heads: heads) }
    if kind == .channelPatchTST { try validatePatches() }
    if let blocks { try validate(blocks) }
    guard weightCount <= Self.largestWeightCount else { throw .tooManyWeights(Int(min(weightCount, 1e18))) }
  }

  private func validate(_ blocks: [BlockSize]) throws(ModelError) {
    guard kind.hasAttention, blocks.count == layers else { throw .sizeOutOfRange(name: "blocks", value: blocks.count) }
    for (index, block) in blocks.enumerated() {
      let sizes = [("heads", block.heads), ("headWidth", block.headWidth), ("feedForward", block.feedForward)]
      for (name, value) in sizes where value < 1 || value > Self.largestSize {
        throw .sizeOutOfRange(name: "blocks[\(index)].\(name)", value: value)
      }
      // Blocks only ever lose units: what is wider belongs to no model.
      let whole = [("heads", block.heads, heads), ("headWidth", block.headWidth, hidden / heads)]
      // Scores are added from block to block, so that heads of a channel's blocks stay as they are.
      for (name, value, most) in whole where value > most || (kind == .channelPatchTST && value < most) {
        throw .sizeOutOfRange(name: "blocks[\(index)].\(name)", value: value)
      }
    }
  }

  /// The sizes of an encoder block.
  ///
  /// - Parameter index: The block, counted from 0.
  /// - Returns: Its own sizes where units were removed, else those of all blocks.
  public func block(_ index: Int) -> BlockSize {
    blocks?[index] ?? BlockSize(heads: heads, headWidth: hidden / heads, feedForward: feedForward)
  }

  /// The largest extent of any size: beyond it a mistyped number would ask for all memory.
  public static let largestSize = 65_536

  /// Steps in a patch of the experiments' PatchTST: 1, 2, 3 or 4 for a look-back up to 7, 14, 30 or above.
  ///
  /// - Source: arXiv:2508.09330, section 4.
  public var patchLength: Int { lookback <= 7 ? 1 : lookback <= 14 ? 2 : lookback <= 30 ? 3 : 4 }
}

/// The sizes of one encoder block.
public struct BlockSize: Codable, Equatable, Sendable {
  /// Attention heads.
  public var heads: Int
  /// Rows of queries, keys and values in a head.
  public var headWidth: Int
  /// Units of the feed-forward layer.
  public var feedForward: Int

  /// Describes a block.
  public init(heads: Int, headWidth: Int, feedForward: Int) {
    self.heads = heads
    self.headWidth = headWidth
    self.feedForward = feedForward
  }
}

/// Why a model cannot be built or loaded.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A size is not in 1 ... 65536.
  case sizeOutOfRange(name: String, value: Int)
  /// The heads do not divide the width.
  case headsDoNotDivide(width: Int, heads: Int)
  /// The look-back holds no patch.
  case lookbackTooShort(lookback: Int, needed: Int)
  /// The sizes together ask for more weights than a model may have.
  case tooManyWeights(Int)
  /// The activations of a batch would take too much memory.
  case batchTooLarge(gibibytes: Int)
  /// A set of weights lacks a parameter of the model.
  case missingParameter(name: String)
  /// A set of weights holds something that the model has not.
  case unknownParameter(name: String)
  /// A parameter's weights have another shape than the model's.
  case shape(ShapeError)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .sizeOutOfRange(let name, let value):
      "The model's \(name) is \(value); choose a number from 1 to \(ModelConfiguration.largestSize)."
    case .headsDoNotDivide(let width, let heads):
      "A width of \(width) cannot be split into \(heads) heads; choose a number of heads that divides it."
    case .lookbackTooShort(let lookback, let needed):
      "A look-back of \(lookback) is too short for the patches; choose at least \(needed), or shorter patches."
    case .tooManyWeights(let count):
      "A model of these sizes has \(count) weights and \(Int(ModelConfiguration.largestWeightCount)) are the most; choose "
        + "smaller sizes."
    case .batchTooLarge(let gibibytes):
      "A batch of this size and look-back needs about \(gibibytes) GiB and 16 are the most; choose a smaller batch, "
        + "look-back or model."
    case .missingParameter(let name):
      "The weights lack the parameter '\(name)'; they belong to another kind or size of model."
    case .unknownParameter(let name):
      "The weights hold '\(name)', which this model has not; they belong to another kind or size of model."
    case .shape(let error):
      "\(error.description) The weights belong to another size of model."
    }
  }
}
