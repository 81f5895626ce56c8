/// What shrinking took out of a model.
public struct ShrinkReport: Codable, Equatable, Sendable {
  /// One kind of units of one layer.
  public struct Layer: Codable, Equatable, Sendable {
    /// Where they are, such as `blocks.0.ff1`.
    public let name: String
    /// What they are, such as `units`.
    public let unit: String
    /// How many there were.
    public let before: Int
    /// How many there are.
    public let after: Int
  }

  /// The layers that can lose units, in the model's order.
  public let layers: [Layer]
  /// The model's numbers before, pruned ones included.
  public let weightsBefore: Int
  /// The model's numbers afterwards, pruned ones included.
  public let weightsAfter: Int

  /// Whether nothing could go.
  public var isUnchanged: Bool { layers.allSatisfy { $0.before == $0.after } }
}

extension ForecastModel {
  /// The same function from smaller matrices: units that nothing reads, and units that are constant, are taken out.
  ///
  /// Outputs agree up to rounding. Each rule and its reason stand at ``RecurrentForecaster``'s, ``MixedPatchTST``'s and
  /// ``ChannelPatchTST``'s extensions and in `Documentation/shrinking.md`.
  ///
  /// - Returns: A model of its own, and what went. A model of a kind that has no rules comes back as a copy.
  /// - Throws: ``ModelError`` when this model contradicts its configuration.
  public func shrunk() throws(ModelError) -> (model: any ForecastModel, report: ShrinkReport) {
    var table = WeightTable(self)
    var sizes = configuration
    var layers: [ShrinkReport.Layer] = []
    switch configuration.kind {
    case .rnn, .lstm, .gru: try RecurrentForecaster.shrink(&table, &sizes, &layers)
    case .patchtst: MixedPatchTST.shrink(&table, &sizes, &layers)
    case .channelPatchTST: ChannelPatchTST.shrink(&table, &sizes, &layers)
    case .dlinear, .nlinear: break
    }
    let model = try table.makeModel(sizes)
    let report = ShrinkReport(
      layers: layers, weightsBefore: parameterCount, weightsAfter: model.parameterCount)
    return (model, report)
  }

  /// The same function with all blocks of one size again, as PyTorch's modules are; zeros fill them up.
  ///
  /// - Returns: A model of its own.
  /// - Throws: ``ModelError`` when this model contradicts its configuration.
  public func withEqualBlocks() throws(ModelError) -> any ForecastModel {
    var table = WeightTable(self)
    var sizes = configuration
    if sizes.blocks != nil {
      switch configuration.kind {
      case .channelPatchTST: ChannelPatchTST.equalize(&table, &sizes)
      default: MixedPatchTST.equalize(&table, &sizes)
      }
    }
    return try table.makeModel(sizes)
  }
}
