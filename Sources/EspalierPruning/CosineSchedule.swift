import Foundation

/// Sparsity that rises slowly, then fast, then slowly again: `low + (high - low) * (1 - cos(π p)) / 2`.
public struct CosineSchedule: SparsitySchedule, Codable, Equatable, Sendable {
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
    progress >= 1 ? high : low + (high - low) * (1 - cos(.pi * progress)) / 2
  }
}
