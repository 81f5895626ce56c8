internal import CEspalierKernels

/// The active weights of one parameter in a list that is ranked by size, smallest first.
///
/// A list ranks several parameters together without copying or sorting them. Size is the magnitude of the weight, or
/// of a score given for it. Pruned weights are not in the list.
public struct RankedWeights {
  /// The parameter whose weights are ranked.
  public let parameter: Parameter
  private let keys: AlignedBuffer<Float>

  /// Ranks weights by their own magnitudes, read in place.
  public init(_ parameter: Parameter) {
    self.parameter = parameter
    keys = parameter.valueBuffer
  }

  /// Ranks weights by the magnitudes of scores.
  ///
  /// - Parameters:
  ///   - parameter: The parameter whose weights are ranked.
  ///   - scores: One number a weight in row-major order. NaN ranks above everything.
  /// - Throws: ``ShapeError`` when there are more or fewer scores than weights.
  public init(_ parameter: Parameter, scores: [Float]) throws(ShapeError) {
    guard scores.count == parameter.count else {
      throw ShapeError(operation: "Scores of \(parameter.name)", expected: parameter.shape, actual: [scores.count])
    }
    self.parameter = parameter
    keys = AlignedBuffer(count: parameter.storedCount)
    if let sparse = parameter.sparse {
      let target = keys.pointer
      sparse.layout.forEachSurvivor { target[$0] = scores[$1] }
    } else {
      _ = keys.span.update(from: scores)
    }
  }

  /// The number of active weights.
  public var count: Int { parameter.activeCount }

  /// The size at a rank of several lists taken together, and how many active weights are strictly smaller.
  ///
  /// - Parameters:
  ///   - rank: 1 for the smallest; at most the number of active weights in all lists.
  ///   - lists: What is ranked, in any order.
  /// - Returns: The size, and the number of weights below it, which is less than `rank`; nil when no such rank exists.
  public static func size(atRank rank: Int, among lists: [RankedWeights]) -> (size: Float, below: Int)? {
    guard rank >= 1, rank <= lists.reduce(0, { $0 + $1.count }) else { return nil }
    let parts = lists.map(\.part)
    var below = 0
    let size = withExtendedLifetime(lists) { esp_kth_magnitude(parts.count, parts, rank, &below) }
    return (size, below)
  }

  /// The number of active weights strictly smaller than a size, and the number exactly as large.
  public func count(relativeTo size: Float) -> (below: Int, equal: Int) {
    var equal = 0
    var part = part
    let below = withExtendedLifetime(self) { esp_count_below(&part, size, &equal) }
    return (below, equal)
  }

  /// Prunes the active weights strictly smaller than a size, and the first few that are exactly as large.
  ///
  /// The pruned weights and their running averages become 0. The parameter gets a mask only if something is pruned.
  ///
  /// - Parameters:
  ///   - size: The smallest size to keep.
  ///   - ties: How many weights of exactly that size go too, the first ones in row-major order.
  /// - Returns: How many weights were pruned.
  @discardableResult
  public func prune(below size: Float, ties: Int = 0) -> Int {
    let (below, equal) = count(relativeTo: size)
    let ties = min(max(0, ties), equal)
    guard below + ties > 0 else { return 0 }
    let mask = parameter.makeMask()
    var active = parameter.activeCount
    if below > 0 { active = esp_prune_below(parameter.storedCount, keys.pointer, size, mask.pointer) }
    if ties > 0 { active -= esp_prune_equal(parameter.storedCount, keys.pointer, size, ties, mask.pointer) }
    parameter.maskDidChange(active: active)
    return below + ties
  }

  private var part: esp_weights {
    esp_weights(
      value: UnsafePointer(keys.pointer), mask: parameter.maskBuffer.map { UnsafePointer($0.pointer) },
      count: parameter.storedCount)
  }
}
