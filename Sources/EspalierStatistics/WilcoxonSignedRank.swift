/// Wilcoxon's signed-rank test of whether paired values differ, two-sided.
///
/// Pairs are settings that two methods were both tried on, each with a mean over seeds. Differences count as equal, or
/// as zero, when their doubles are; values that should tie must be rounded before.
///
/// - Source: Wilcoxon, doi:10.2307/3001968; for zeros Pratt, doi:10.1080/01621459.1959.10501526, and Cureton,
///   doi:10.1080/01621459.1967.10500917.
public struct WilcoxonSignedRank: Codable, Equatable, Sendable {
  /// What happens to pairs without a difference.
  public enum Zeros: String, Codable, Sendable {
    /// Wilcoxon's way: they are left out before ranks are given.
    case wilcoxon
    /// Pratt's way: they take the lowest ranks, which are then left out of both sums.
    case pratt
  }

  /// Where the p value comes from.
  public enum NullDistribution: String, Codable, Sendable {
    /// Counted over all signs of the ranks that are there, tied or not.
    case exact
    /// The normal approximation, with ties corrected for.
    case normal
  }

  /// Up to this many differences that are not zero the null distribution is exact, unless asked for otherwise.
  public static let exactCount = 50
  /// The largest number of differences that are not zero for which the exact distribution can be asked for.
  public static let largestExactCount = 1000

  /// Number of pairs.
  public let pairs: Int
  /// Number of pairs without a difference.
  public let zeros: Int
  /// The rank sum of pairs whose first value is larger.
  public let positiveRankSum: Double
  /// The rank sum of pairs whose first value is smaller.
  public let negativeRankSum: Double
  /// Where ``pValue`` comes from.
  public let distribution: NullDistribution
  /// The standardized positive rank sum, corrected for continuity when asked for; `nil` for the exact distribution.
  public let z: Double?
  /// The two-sided probability of rank sums at least as unequal when differences are symmetric around 0.
  public let pValue: Double

  /// The smaller of the two rank sums.
  public var statistic: Double { min(positiveRankSum, negativeRankSum) }

  /// The matched-pairs rank-biserial correlation, the effect size: 1 when every first value is larger, -1 when every
  /// one is smaller, 0 when nothing differs.
  ///
  /// - Source: Kerby, doi:10.2466/11.IT.3.1.
  public var rankBiserial: Double {
    let total = positiveRankSum + negativeRankSum
    return total > 0 ? (positiveRankSum - negativeRankSum) / total : 0
  }

  /// Tests the differences of paired values.
  ///
  /// - Parameters:
  ///   - first: At least one finite number, such as one method's errors.
  ///   - second: As many, in the same order and unit.
  ///   - zeros: What happens to pairs without a difference. When all are, the p value is 1.
  ///   - distribution: Where the p value comes from; `nil` is exact for up to ``exactCount`` differences that are not
  ///     zero, and normal for more.
  ///   - continuityCorrection: Whether half a rank is taken from the distance to the mean in the normal approximation.
  /// - Throws: ``SampleError`` when counts differ, there is no pair, a number or difference is not finite, or the exact
  ///   distribution is asked for with more than ``largestExactCount`` differences.
  public init(
    _ first: [Double], _ second: [Double], zeros: Zeros = .wilcoxon, distribution: NullDistribution? = nil,
    continuityCorrection: Bool = true
  ) throws(SampleError) {
    let differences = try pairedDifferences(first, second, needed: 1)
    let ranks = SignedRanks(of: differences, zeros: zeros)
    let count = ranks.positive.count + ranks.negative.count
    let distribution = distribution ?? (count <= Self.exactCount ? .exact : .normal)
    if distribution == .exact, count > Self.largestExactCount {
      throw .tooManyForExact(count: count, limit: Self.largestExactCount)
    }
    pairs = differences.count
    self.zeros = ranks.zeros
    positiveRankSum = ranks.positive.reduce(0, +)
    negativeRankSum = ranks.negative.reduce(0, +)
    self.distribution = distribution
    switch distribution {
    case .exact:
      z = nil
      pValue = ranks.exactPValue
    case .normal:
      let score = ranks.normalScore(continuityCorrection: continuityCorrection)
      z = score
      pValue = min(1, 2 * (Distribution.normalProbability(of: -abs(score)) ?? 0))
    }
  }
}

/// Returns the differences of two paired samples.
///
/// - Throws: ``SampleError`` when counts differ, there are too few pairs, or a difference is not finite.
func pairedDifferences(_ first: [Double], _ second: [Double], needed: Int) throws(SampleError) -> [Double] {
  guard first.count == second.count else { throw .unequalCounts(first: first.count, second: second.count) }
  guard first.count >= needed else { throw .tooFew(count: first.count, needed: needed) }
  let differences = zip(first, second).map { $0 - $1 }
  if let position = differences.firstIndex(where: { !$0.isFinite }) { throw .notFinite(position: position) }
  return differences
}
