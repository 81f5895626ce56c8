/// Sparsity that rises fast at first and slowly at the end: `high + (low - high) * (1 - p)³`.
///
/// - Source: Zhu and Gupta, "To prune, or not to prune", arXiv:1710.01878.
public struct EarlyCubicSchedule: SparsitySchedule, Codable, Equatable, Sendable {
  /// The sparsity at the beginning of the pruning phase.
  public var low: Double
  /// The sparsity at its end.
  public var high: Double

  /// A schedule between two sparsities.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The target at a moment.
  public func sparsity(at progress: Double) -> Double {
    let rest = 1 - progress
    return high + (low - high) * rest * rest * rest
  }
}
