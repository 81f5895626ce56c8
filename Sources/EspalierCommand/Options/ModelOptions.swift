import Espalier

/// Options that say which model is built and how large it is.
enum ModelOptions {
  private static let published = ModelConfiguration(kind: .lstm, features: 1, lookback: 1)
  private static let largest = ModelConfiguration.largestSize

  static let model = Option("model", .choice(ModelKind.self), default: .lstm, help: "The forecaster")
  static let hidden = Option(
    "hidden", .int("units", from: 1, to: largest), default: published.hidden,
    help: "Units of the recurrent layer, or the width of a PatchTST")
  static let heads = Option(
    "heads", .int("number", from: 1, to: largest), default: published.heads, help: "Attention heads of a PatchTST")
  static let layers = Option(
    "layers", .int("number", from: 1, to: largest), default: published.layers, help: "Encoder blocks of a PatchTST")
  static let feedForward = Option(
    "feed-forward", .int("units", from: 1, to: largest), default: published.feedForward,
    help: "Units of a PatchTST block's feed-forward layer")
  static let patchLength = Option(
    "patch-length", .int("steps", from: 1, to: largest), default: PatchSize.published.length,
    help: "Steps in a patch, channel-patchtst only")
  static let patchStride = Option(
    "patch-stride", .int("steps", from: 1, to: largest), default: PatchSize.published.stride,
    help: "Steps from the beginning of a patch to that of the next, channel-patchtst only")

  /// All but the kind, of which a comparison takes several.
  static let common = [
    hidden.parameter, heads.parameter, layers.parameter, feedForward.parameter, patchLength.parameter,
    patchStride.parameter,
  ]
  static let section = Command.Section("Model", [model.parameter] + common)

  /// The sizes of a model; inputs, look-back and horizon come with the data.
  ///
  /// - Throws: `UsageError` when a size is given that none of the models has.
  static func sizes(_ context: Context, kinds: [ModelKind]) throws(UsageError) -> ModelConfiguration {
    try refuse([hidden], context, of: kinds, unless: { !$0.isLinear }, instead: "a model with hidden units")
    return try sizes(context, kinds: kinds, hidden: context[hidden])
  }

  /// The sizes of a model for a command that has no ``hidden``; nil takes the published width.
  ///
  /// - Throws: As ``sizes(_:kinds:)``.
  static func sizes(
    _ context: Context, kinds: [ModelKind], hidden width: Int?
  ) throws(UsageError) -> ModelConfiguration {
    try refuse([heads, layers, feedForward], context, of: kinds, unless: \.hasAttention, instead: "patchtst")
    try refuse(
      [patchLength, patchStride], context, of: kinds, unless: { $0 == .channelPatchTST }, instead: "channel-patchtst")
    var sizes = ModelConfiguration(
      kind: kinds.first ?? .lstm, features: 1, lookback: 1, hidden: width ?? published.hidden, heads: context[heads],
      layers: context[layers], feedForward: context[feedForward])
    let patches = PatchSize(length: context[patchLength], stride: context[patchStride])
    if patches != .published { sizes.patches = patches }
    return sizes
  }

  /// Refuses options that none of the models has.
  private static func refuse(
    _ options: [Option<Int>], _ context: Context, of kinds: [ModelKind], unless hasOption: (ModelKind) -> Bool,
    instead: String
  ) throws(UsageError) {
    guard !kinds.contains(where: hasOption) else { return }
    for option in options where context.arguments.isGiven(option) {
      throw .conflict(
        "\(option.parameter.label) has no effect on \(kinds.map(\.rawValue).joined(separator: ", ")); "
          + "leave it out or choose \(instead).")
    }
  }
}
