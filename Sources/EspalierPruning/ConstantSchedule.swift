/// The same sparsity from the end of the warm-up on.
public struct ConstantSchedule: SparsitySchedule, Codable, Equatable, Sendable {
  /// The sparsity throughout.
  public var sparsity: Double

  /// A schedule that never changes.
  public init(sparsity: Double) {
    self.sparsity = sparsity
  }

  /// The target at a moment.
  public func sparsity(at progress: Double) -> Double { sparsity }
}
