/// The pinball loss of a quantile, in the target's unit, lower is better.
///
/// - Parameters:
///   - quantile: The forecast quantile, in the target's unit.
///   - truth: What came to pass, in the target's unit.
///   - level: The quantile's level, in 0...1.
/// - Returns: `level * (truth - quantile)` above the quantile, `(1 - level) * (quantile - truth)` below.
/// - Source: Koenker and Bassett 1978, doi:10.2307/1913643.
public func pinballLoss(quantile: Double, truth: Double, level: Double) -> Double {
  max(level * (truth - quantile), (level - 1) * (truth - quantile))
}

/// How good forecast quantiles are.
public struct QuantileMetrics: Codable, Equatable, Sendable {
  /// Number of scored truths, at least 1.
  public let count: Int
  /// The levels of the quantiles, ascending.
  public let levels: [Double]
  /// The mean pinball loss of each level, in the target's unit.
  public let pinball: [Double]
  /// The share of the truths at or below each quantile, 0 to 1: what its level should be.
  public let coverage: [Double]
  /// The continuous ranked probability score that the quantiles come to, in the target's unit.
  ///
  /// Twice the integral of the pinball loss over the levels, each quantile standing for the levels that are nearer to
  /// it than to its neighbours. For levels `(i - 0.5) / n` that is twice the mean pinball loss.
  ///
  /// - Source: Gneiting and Ranjan 2011, doi:10.1198/jbes.2010.08110, equation 17.
  public let crps: Double

  /// Scores quantiles.
  ///
  /// - Parameters:
  ///   - quantiles: `truths * levels` values in the target's unit; those of one truth stand together, ascending.
  ///   - truths: In the target's unit; NaN marks a missing one, which is not scored.
  ///   - levels: Strictly ascending within 0 and 1.
  /// - Throws: ``IntervalError`` when levels are out of order or range, counts differ, a number is not finite, or no
  ///   truth is there.
  public init(_ quantiles: [Double], truths: [Double], levels: [Double]) throws(IntervalError) {
    let ascend = zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 }
    guard !levels.isEmpty, ascend, levels.allSatisfy({ $0 > 0 && $0 < 1 }) else { throw .levels(levels) }
    guard quantiles.count == truths.count * levels.count else {
      throw .counts(name: "quantiles", count: quantiles.count, truths: truths.count)
    }
    var scored = 0
    var losses = [Double](repeating: 0, count: levels.count)
    var below = [Int](repeating: 0, count: levels.count)
    for (position, truth) in truths.enumerated() where !truth.isNaN {
      if truth.isInfinite { throw .notFinite(name: "truths", position: position) }
      scored += 1
      for (index, level) in levels.enumerated() {
        let quantile = quantiles[position * levels.count + index]
        guard quantile.isFinite else { throw .notFinite(name: "quantiles", position: position * levels.count + index) }
        losses[index] += pinballLoss(quantile: quantile, truth: truth, level: level)
        below[index] += truth <= quantile ? 1 : 0
      }
    }
    guard scored > 0 else { throw .nothingToScore }
    count = scored
    self.levels = levels
    let means = losses.map { $0 / Double(scored) }
    pinball = means
    coverage = below.map { Double($0) / Double(scored) }
    // The borders between the levels that quantiles stand for.
    let borders = [0] + zip(levels, levels.dropFirst()).map { ($0 + $1) / 2 } + [1]
    crps = 2 * means.indices.reduce(0) { $0 + means[$1] * (borders[$1 + 1] - borders[$1]) }
  }
}
