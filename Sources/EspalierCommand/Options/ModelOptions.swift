import Espalier

/// Options that say which model is built and how large it is.
enum ModelOptions {
  private static let published = ModelConfiguration(kind: .lstm, features: 1, lookback: 1)
  private static let largest = ModelConfiguration.largestSize

  static let model = Option("model", .choice(ModelKind.self), default: .lstm, help: "The forecaster")
  static let hidden = Option(
    "hidden", .int("units", from: 1, to: largest), default: published.hidden,
    help: "Units of the recurrent layer, or the width of the PatchTST")
  static let heads = Option(
    "heads", .int("number", from: 1, to: largest), default: published.heads, help: "Attention heads, patchtst only")
  static let layers = Option(
    "layers", .int("number", from: 1, to: largest), default: published.layers, help: "Encoder blocks, patchtst only")
  static let feedForward = Option(
    "feed-forward", .int("units", from: 1, to: largest), default: published.feedForward,
    help: "Units of a block's feed-forward layer, patchtst only")

  /// All but the kind, of which a comparison takes several.
  static let common = [hidden.parameter, heads.parameter, layers.parameter, feedForward.parameter]
  static let section = Command.Section("Model", [model.parameter] + common)

  /// The sizes of a model; inputs, look-back and horizon come with the data.
  ///
  /// - Throws: `UsageError` when a size is given that none of the models has.
  static func sizes(_ context: Context, kinds: [ModelKind]) throws(UsageError) -> ModelConfiguration {
    let given = context.arguments
    if !kinds.contains(.patchtst) {
      for option in [heads, layers, feedForward] where given.isGiven(option) {
        throw .conflict(
          "\(option.parameter.label) has no effect on \(kinds.map(\.rawValue).joined(separator: ", ")); "
            + "leave it out or choose patchtst.")
      }
    }
    return ModelConfiguration(
      kind: kinds.first ?? .lstm, features: 1, lookback: 1, hidden: context[hidden], heads: context[heads],
      layers: context[layers], feedForward: context[feedForward])
  }
}
