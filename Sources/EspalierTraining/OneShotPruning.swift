import EspalierNN
import EspalierPruning
import EspalierTensor

/// Pruning a finished model at once, without training it afterwards: the simplest thing to compare with.
public struct OneShotPruning: Codable, Equatable, Sendable {
  /// The fraction of prunable weights that are 0 afterwards, in 0...1.
  public var sparsity: Double
  /// What the sparsity refers to.
  public var scope: PruningScope
  /// Which weights matter least.
  public var importance: ImportanceKind
  /// Drives random importance.
  public var seed: UInt64

  /// Describes what to prune.
  public init(
    sparsity: Double, scope: PruningScope = .global, importance: ImportanceKind = .magnitude, seed: UInt64 = 42
  ) {
    self.sparsity = sparsity
    self.scope = scope
    self.importance = importance
    self.seed = seed
  }

  /// Prunes a model in place under the exact rule; weights that are pruned already stay so and count.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - includingGains: Whether the gains of normalizations may go.
  /// - Returns: How sparse it is then.
  /// - Throws: `PruningError` when the sparsity is out of range or would leave a tensor nothing.
  @discardableResult
  public func apply(
    to model: any ForecastModel, includingGains: Bool = false
  ) throws(PruningError) -> SparsityReport {
    let configuration = PruningConfiguration(
      schedule: .oneShot(OneShotSchedule(sparsity: sparsity)), timing: PruningTiming(warmup: 0, end: 0), scope: scope,
      rule: .exact, importance: importance, prunesGains: includingGains)
    let pruner = try Pruner(model.prunableParameters, configuration: configuration, epochs: 1, seed: seed)
    try pruner.update(to: sparsity)
    return pruner.report
  }
}

extension ForecastModel {
  /// Takes every prunable weight that is 0 for pruned, where a file does not say more.
  func maskZeros(includingGains: Bool) {
    for parameter in Pruner.prunable(prunableParameters, includingGains: includingGains)
    where !parameter.isMasked && parameter.tensor.values.contains(0) {
      parameter.updateMask { mask, values in
        for index in mask.indices where values[index] == 0 { mask[index] = 0 }
      }
    }
  }
}
