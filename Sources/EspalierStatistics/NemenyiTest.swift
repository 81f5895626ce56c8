/// Nemenyi's test of all pairs of methods after Friedman's, and what a critical-difference diagram shows.
///
/// - Source: Nemenyi, Distribution-free multiple comparisons, Princeton 1963; Demšar, Journal of Machine Learning
///   Research 7 (2006) 1-30, section 3.2.2. As there, ties do not change the critical difference.
public struct NemenyiTest: Codable, Equatable, Sendable {
  /// The significance level for the whole family of pairs, strictly between 0 and 1.
  public let alpha: Double
  /// The average rank of each method, as in ``FriedmanTest/averageRanks``.
  public let averageRanks: [Double]
  /// The difference of average ranks from which on two methods differ at level ``alpha``.
  ///
  /// `q sqrt(k (k + 1) / (6 n))`, with `q` the studentized range's critical value for `k` methods and infinite degrees
  /// of freedom over `sqrt 2`, and `n` blocks.
  public let criticalDifference: Double
  /// The p value of each pair of methods, adjusted for all pairs; symmetric, with 1 on the diagonal.
  public let pValues: [[Double]]
  /// The methods from the lowest average rank to the highest, equal ones by position.
  public let order: [Int]
  /// The largest sets of two or more methods of which no two differ, each in the order of ``order``.
  ///
  /// These are the bars of a critical-difference diagram. A method in no group differs from every other.
  public let groups: [[Int]]

  /// Compares all pairs of a Friedman test's methods.
  ///
  /// - Parameters:
  ///   - friedman: The test whose ranks are compared. Whether it rejects is for the caller to see first.
  ///   - alpha: The probability that any pair is declared different when no method differs, strictly between 0 and 1.
  /// - Throws: ``ScoreTableError/level(_:)`` or ``ScoreTableError/notComputable``.
  public init(_ friedman: FriedmanTest, alpha: Double = 0.05) throws(ScoreTableError) {
    guard alpha > 0, alpha < 1 else { throw .level(alpha) }
    let (n, k) = (Double(friedman.blocks), Double(friedman.methods))
    guard let critical = Distribution.studentizedRangeCriticalValue(tail: alpha, groups: friedman.methods) else {
      throw .notComputable
    }
    // The deviation of an average rank's difference over sqrt 2, the unit of the studentized range.
    let unit = (k * (k + 1) / (12 * n)).squareRoot()
    let ranks = friedman.averageRanks
    self.alpha = alpha
    averageRanks = ranks
    criticalDifference = critical * unit
    order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    groups = Self.groups(order.map { ranks[$0] }, within: critical * unit).map { [order] in Array(order[$0]) }
    var matrix = [[Double]](repeating: [Double](repeating: 1, count: ranks.count), count: ranks.count)
    for first in ranks.indices {
      for second in ranks.indices where second < first {
        let value = abs(ranks[first] - ranks[second]) / unit
        guard let tail = Distribution.studentizedRangeTail(of: value, groups: ranks.count) else {
          throw .notComputable
        }
        matrix[first][second] = tail
        matrix[second][first] = tail
      }
    }
    pValues = matrix
  }

  /// Returns whether the average ranks of two methods are at least the critical difference apart.
  ///
  /// - Parameters:
  ///   - first: Position of a method; one outside the methods differs from none.
  ///   - second: Position of another method.
  /// - Returns: True when the two methods differ at level ``alpha``.
  public func differs(_ first: Int, _ second: Int) -> Bool {
    guard averageRanks.indices.contains(first), averageRanks.indices.contains(second) else { return false }
    return abs(averageRanks[first] - averageRanks[second]) >= criticalDifference
  }

  /// The longest runs of at least two sorted ranks that span less than a distance; none lies inside another.
  private static func groups(_ ranks: [Double], within distance: Double) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var end = 0
    for start in ranks.indices {
      let reached = end
      while end < ranks.count, ranks[end] - ranks[start] < distance { end += 1 }
      if end > reached, end - start >= 2 { runs.append(start..<end) }
    }
    return runs
  }
}
