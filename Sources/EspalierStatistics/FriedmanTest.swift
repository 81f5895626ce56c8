/// Friedman's test of whether methods differ, from their ranks within blocks.
///
/// A block is one setting that every method was tried on, such as a data set with a model and a look-back; its score is
/// a mean over seeds. Seeds are no blocks, because they are not independent settings.
///
/// - Source: Friedman, doi:10.1080/01621459.1937.10503522; Iman and Davenport, doi:10.1080/03610928008827904; use in
///   the comparison of methods after Demšar, Journal of Machine Learning Research 7 (2006) 1-30.
public struct FriedmanTest: Codable, Equatable, Sendable {
  /// Number of blocks, at least 2.
  public let blocks: Int
  /// Number of methods, at least 2.
  public let methods: Int
  /// The mean rank of each method over blocks, 1 for one that is always best; ties share their mean rank.
  public let averageRanks: [Double]
  /// The factor by which ties shrink the ranks' variance, 1 without ties and 0 when every block is one tie.
  ///
  /// `1 - sum (t³ - t) / (n k (k² - 1))`, over the groups of `t` tied methods in all `n` blocks of `k` methods.
  public let tieFactor: Double
  /// Friedman's statistic, corrected for ties; 0 when every block is one tie.
  public let chiSquare: Double
  /// The probability of such a statistic or a larger one when methods do not differ, by the chi-squared approximation
  /// with ``methods`` - 1 degrees of freedom.
  public let chiSquarePValue: Double
  /// Iman and Davenport's statistic; `nil` when all blocks rank alike, where it is infinite.
  public let imanDavenport: Double?
  /// The probability of such a statistic or a larger one when methods do not differ.
  ///
  /// By the F distribution with `k - 1` and `(k - 1)(n - 1)` degrees of freedom, which is less conservative than
  /// ``chiSquarePValue``. Where all `n` blocks rank alike it is the exact probability of that,
  /// `(product of t! / k!)^(n - 1)`, with `t` the sizes of the groups of ties in a block.
  public let imanDavenportPValue: Double
  /// Kendall's coefficient of concordance, the effect size: 0 when blocks do not agree at all, 1 when they rank alike.
  ///
  /// - Source: Kendall and Babington Smith, doi:10.1214/aoms/1177732186.
  public let kendallW: Double

  /// Tests scores of methods over blocks.
  ///
  /// - Parameter scores: Blocks times methods, in any unit, lower is better; negate scores where higher is better.
  ///   Units may differ from block to block, because only ranks within blocks count.
  /// - Throws: ``ScoreTableError`` when there are fewer than two blocks or methods, rows are uneven or a score is not
  ///   finite.
  public init(scores: [[Double]]) throws(ScoreTableError) {
    let table = try ScoreTable(scores)
    let ranked = table.rows.map { Ranks(of: $0) }
    let (n, k) = (Double(ranked.count), Double(table.columnCount))
    blocks = ranked.count
    methods = table.columnCount
    let rankSums = (0..<table.columnCount).map { method in ranked.reduce(0) { $0 + $1.values[method] } }
    averageRanks = rankSums.map { $0 / n }
    tieFactor = 1 - ranked.reduce(0) { $0 + $1.tieTerm } / (n * k * (k * k - 1))
    let alike = ranked.allSatisfy { $0.values == ranked[0].values }
    if tieFactor <= 0 {
      (chiSquare, chiSquarePValue, imanDavenport, imanDavenportPValue, kendallW) = (0, 1, 0, 1, 0)
      return
    }
    // From the mean rank, not from squares of sums: exactly 0 for equal ranks, and free of cancellation.
    let spread = averageRanks.reduce(0) { $0 + ($1 - (k + 1) / 2) * ($1 - (k + 1) / 2) }
    let concordance = alike ? 1 : min(1, 12 * spread / (k * (k * k - 1)) / tieFactor)
    kendallW = concordance
    chiSquare = n * (k - 1) * concordance
    let tail = Distribution.chiSquaredTail(of: chiSquare, degrees: k - 1)
    if alike {
      imanDavenport = nil
      imanDavenportPValue = Self.probabilityOfRankingAlike(ranked[0].values, blocks: ranked.count)
    } else {
      let statistic = (n - 1) * concordance / (1 - concordance)
      imanDavenport = statistic
      let tail = Distribution.fTail(of: statistic, numerator: k - 1, denominator: (k - 1) * (n - 1))
      guard let tail else { throw .notComputable }
      imanDavenportPValue = tail
    }
    guard let tail else { throw .notComputable }
    chiSquarePValue = tail
  }

  /// The probability that all blocks have these ranks when each order of them is equally likely.
  private static func probabilityOfRankingAlike(_ ranks: [Double], blocks: Int) -> Double {
    var sizes: [Double: Int] = [:]
    var single = 1.0
    for (position, rank) in ranks.enumerated() {
      // One factor at a time, so that no factorial overflows.
      sizes[rank, default: 0] += 1
      single *= Double(sizes[rank, default: 1]) / Double(position + 1)
    }
    return (1..<blocks).reduce(1) { product, _ in product * single }
  }
}
