/// Nothing until a moment, then everything at once: 0 while `p < moment`, `sparsity` from there on.
///
/// With the default moment, the end of the pruning phase, the rest of the training is fine-tuning.
public struct OneShotSchedule: SparsitySchedule, Codable, Equatable, Sendable {
  /// The sparsity from the moment on.
  public var sparsity: Double
  /// The progress at which everything is pruned, in 0...1.
  public var moment: Double

  /// A schedule with one cut.
  public init(sparsity: Double, moment: Double = 1) {
    self.sparsity = sparsity
    self.moment = moment
  }

  /// The target at a moment.
  public func sparsity(at progress: Double) -> Double {
    progress >= moment ? sparsity : 0
  }
}
