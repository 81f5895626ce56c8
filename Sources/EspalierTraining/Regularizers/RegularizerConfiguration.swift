import EspalierNN
import EspalierPruning

/// The regularizers that can be chosen by name.
public enum RegularizerKind: String, Codable, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// Dropout while training.
  case dropout
  /// Dropout in evaluation too.
  case monteCarloDropout = "mc-dropout"
  /// Pruning while training.
  case synapticPruning = "synaptic-pruning"
}

/// A regularizer and its settings.
public struct RegularizerConfiguration: Codable, Equatable, Sendable {
  /// Which one.
  public var kind: RegularizerKind
  /// The rate of both kinds of dropout, in 0 ..< 1.
  public var dropoutRate: Double
  /// What decides about pruning; nil for the other kinds.
  public var pruning: PruningConfiguration?

  /// The published dropout rate.
  public static let publishedDropoutRate = 0.3

  /// Describes a regularizer; pruning without a configuration has the preset `default`.
  public init(
    kind: RegularizerKind, dropoutRate: Double = RegularizerConfiguration.publishedDropoutRate,
    pruning: PruningConfiguration? = nil
  ) {
    self.kind = kind
    self.dropoutRate = dropoutRate
    self.pruning = kind == .synapticPruning ? pruning ?? .default : nil
  }

  /// Checks the settings.
  ///
  /// - Throws: ``TrainingError/dropoutOutOfRange(_:)`` or a `PruningError`.
  public func validate() throws {
    guard dropoutRate >= 0, dropoutRate < 1 else { throw TrainingError.dropoutOutOfRange(dropoutRate) }
    try pruning?.validate()
  }

  /// Makes the regularizer of one training.
  public func makeRegularizer() -> any Regularizer {
    switch kind {
    case .none: NoRegularizer()
    case .dropout: Dropout(rate: dropoutRate)
    case .monteCarloDropout: MonteCarloDropout(rate: dropoutRate)
    case .synapticPruning: SynapticPruning(pruning ?? .default)
    }
  }
}
