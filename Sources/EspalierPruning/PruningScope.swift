import EspalierTensor

/// What a target sparsity refers to.
public enum PruningScope: String, Codable, Sendable, CaseIterable {
  /// All prunable weights together: they are ranked in one list, and layers end up with different sparsities.
  case global
  /// Every tensor on its own: all reach the same sparsity.
  case perTensor = "per-tensor"

  /// The lists that are ranked and counted together.
  func groups(of weights: [RankedWeights]) -> [[RankedWeights]] {
    switch self {
    case .global: [weights]
    case .perTensor: weights.map { [$0] }
    }
  }
}
