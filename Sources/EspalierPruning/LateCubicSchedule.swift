import Foundation

/// Sparsity that rises slowly at first and fast at the end: `low + (high - low) * p³`.
///
/// - Source: arXiv:2508.09330; its opposite, fast first, is ``EarlyCubicSchedule``.
public struct LateCubicSchedule: SparsitySchedule, Codable, Equatable, Sendable {
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
  ///
  /// The third power comes from `pow`, as in the reference code: `p * p * p` differs from it in the last bit, which
  /// moves the truncated number of weights by one in rare cases.
  public func sparsity(at progress: Double) -> Double {
    progress >= 1 ? high : low + (high - low) * pow(progress, 3)
  }
}
