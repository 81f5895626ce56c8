import Foundation

/// Every update takes the same share of what is left: `1 - (1 - low) * ((1 - high) / (1 - low))^p`.
///
/// What remains falls geometrically, so `high` must be below 1.
public struct ExponentialSchedule: SparsitySchedule, Codable, Equatable, Sendable {
  /// The sparsity at the beginning of the pruning phase.
  public var low: Double
  /// The sparsity at its end, below 1.
  public var high: Double

  /// A schedule between two sparsities.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  /// The target at a moment.
  public func sparsity(at progress: Double) -> Double {
    progress >= 1 ? high : 1 - (1 - low) * pow((1 - high) / (1 - low), progress)
  }
}
