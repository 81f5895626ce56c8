/// Sparsity that rises evenly: `low + (high - low) * p`.
public struct LinearSchedule: SparsitySchedule, Codable, Equatable, Sendable {
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
    progress >= 1 ? high : low + (high - low) * progress
  }
}
