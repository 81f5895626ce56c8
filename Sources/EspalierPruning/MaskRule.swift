import EspalierTensor

/// Which weights exactly go to reach a target.
///
/// Weights that are pruned already stay so under both rules.
public enum MaskRule: String, Codable, Sendable, CaseIterable {
  /// With `n = trunc(target * total) - already pruned`: active weights strictly smaller than the n-th smallest go, so
  /// n - 1 when no two are equal; nothing when `n <= 0` or `n >= active`.
  ///
  /// - Source: arXiv:2508.09330, as its reference code behaves.
  case published
  /// Exactly `round(target * total)`, half away from zero, are pruned afterwards; ties go by position (parameter
  /// order, then row-major index), and every tensor keeps its largest weights up to a minimum.
  case exact

  /// Prunes a list of weights to a target.
  ///
  /// - Parameters:
  ///   - list: The weights that the target refers to, ranked together.
  ///   - target: The fraction that should be pruned; finite, and at most 1 for ``exact``.
  ///   - minimumPerTensor: How many weights every tensor keeps at least under ``exact``; the shortfall comes from the
  ///     next smallest of other tensors.
  ///   - isCapped: Whether a target beyond the minimum prunes as many as it leaves instead of being an error.
  /// - Returns: How many weights were pruned.
  /// - Throws: ``PruningError/tooFewWeights(wanted:available:minimumPerTensor:)``; nothing has changed then.
  @discardableResult
  public func prune(
    _ list: [RankedWeights], to target: Double, minimumPerTensor: Int = 1, isCapped: Bool = false
  ) throws(PruningError) -> Int {
    let total = list.reduce(0) { $0 + $1.parameter.count }
    let active = list.reduce(0) { $0 + $1.count }
    let count = count(to: target, total: total, active: active)
    switch self {
    case .published: return prunePublished(list, count: count, active: active)
    case .exact: return try pruneExactly(list, count: count, minimum: minimumPerTensor, isCapped: isCapped)
    }
  }

  /// Whether a target is reached without a look at any weight.
  ///
  /// Under ``published`` it is when n is 1 too, because nothing is strictly smaller than the smallest. That is the usual
  /// case: n - 1 weights went at the epoch's first update.
  ///
  /// - Parameters:
  ///   - target: The fraction that should be pruned.
  ///   - total: The weights that it refers to.
  ///   - active: How many of them are not pruned.
  /// - Returns: Whether nothing is left to go.
  func isReached(_ target: Double, total: Int, active: Int) -> Bool {
    count(to: target, total: total, active: active) <= (self == .published ? 1 : 0)
  }

  /// How many weights are still to go: the n of both rules.
  private func count(to target: Double, total: Int, active: Int) -> Int {
    let wanted = min(max(0, target * Double(total)), 2 * Double(total))
    let whole = self == .published ? wanted : wanted.rounded(.toNearestOrAwayFromZero)
    return Int(whole) - (total - active)
  }

  private func prunePublished(_ list: [RankedWeights], count: Int, active: Int) -> Int {
    guard count > 1, count < active, let cut = RankedWeights.size(atRank: count, among: list), cut.below > 0 else {
      return 0
    }
    return list.reduce(0) { $0 + $1.prune(below: cut.size) }
  }

  private func pruneExactly(
    _ list: [RankedWeights], count: Int, minimum: Int, isCapped: Bool
  ) throws(PruningError) -> Int {
    guard count > 0 else { return 0 }
    let spare = list.map { max(0, $0.count - minimum) }
    let available = spare.reduce(0, +)
    guard count <= available || isCapped else {
      throw .tooFewWeights(wanted: count, available: available, minimumPerTensor: minimum)
    }
    var left = min(count, available)
    var open = Array(list.indices)
    var pruned = 0
    // A tensor that would fall below its minimum gives what it can; the cut of the others can only rise after that,
    // so it stays at its minimum.
    while left > 0, let cut = RankedWeights.size(atRank: left, among: open.map { list[$0] }) {
      let shares = shares(of: cut, rank: left, among: open.map { list[$0] })
      let short = zip(open, shares).filter { spare[$0] < $1.below + $1.ties }.map(\.0)
      if short.isEmpty {
        for (index, share) in zip(open, shares) { pruned += list[index].prune(below: cut.size, ties: share.ties) }
        break
      }
      for index in short {
        if let own = RankedWeights.size(atRank: spare[index], among: [list[index]]) {
          pruned += list[index].prune(below: own.size, ties: spare[index] - own.below)
        }
        left -= spare[index]
      }
      open.removeAll { short.contains($0) }
    }
    return pruned
  }

  /// How many weights of every tensor a cut takes: all that are smaller, and ties in order until the rank is reached.
  private func shares(
    of cut: (size: Float, below: Int), rank: Int, among list: [RankedWeights]
  ) -> [(below: Int, ties: Int)] {
    var ties = rank - cut.below
    return list.map { weights in
      let (below, equal) = weights.count(relativeTo: cut.size)
      let taken = min(ties, equal)
      ties -= taken
      return (below, taken)
    }
  }
}
