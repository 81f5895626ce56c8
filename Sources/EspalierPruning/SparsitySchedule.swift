/// How much should be pruned when: a curve from the beginning of the pruning phase to its end.
public protocol SparsitySchedule: Sendable {
  /// The target at a moment.
  ///
  /// - Parameter progress: Fraction of the pruning phase that has passed, in 0...1.
  /// - Returns: The fraction of prunable weights that should be zero, without unit.
  func sparsity(at progress: Double) -> Double
}
