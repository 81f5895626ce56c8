/// The ranks of differences without their signs, parted by sign, and the null distributions of their sums.
struct SignedRanks {
  /// Ranks of positive differences.
  let positive: [Double]
  /// Ranks of negative differences.
  let negative: [Double]
  /// Number of differences that are zero; they have no rank here.
  let zeros: Int

  /// - Parameters:
  ///   - differences: Finite numbers.
  ///   - zeros: Whether zeros take ranks before they are left out.
  init(of differences: [Double], zeros: WilcoxonSignedRank.Zeros) {
    let kept = zeros == .pratt ? differences : differences.filter { $0 != 0 }
    let ranks = Ranks(of: kept.map(abs)).values
    positive = zip(kept, ranks).filter { $0.0 > 0 }.map(\.1)
    negative = zip(kept, ranks).filter { $0.0 < 0 }.map(\.1)
    self.zeros = differences.filter { $0 == 0 }.count
  }

  /// Twice the share of all signs that give a sum of at most the smaller of the two sums, and at most 1.
  ///
  /// Sums are counted over doubled ranks, which are whole also for ties, so that ties need no approximation: the
  /// distribution is that of the ranks which are there. The work grows with the cube of the number of ranks.
  var exactPValue: Double {
    let doubled = (positive + negative).map { Int(2 * $0) }
    let smaller = Int(2 * min(positive.reduce(0, +), negative.reduce(0, +)))
    // share[s]: of all signs of the ranks so far, the share whose positive doubled ranks sum to s; larger sums are
    // not needed. A sum is at most half of the total, so that it is not large.
    var share = [Double](repeating: 0, count: smaller + 1)
    share[0] = 1
    for rank in doubled {
      for sum in stride(from: smaller, through: 0, by: -1) {
        share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2
      }
    }
    return min(1, 2 * share.reduce(0, +))
  }

  /// Returns the positive sum's distance from its mean over its deviation.
  ///
  /// Mean and variance are those of the ranks which are there, `sum r / 2` and `sum r² / 4`. For Wilcoxon's zeros this
  /// is the usual tie correction, for Pratt's it is Cureton's.
  ///
  /// - Parameter continuityCorrection: Whether the distance shrinks by half a rank, at most to 0.
  /// - Returns: A standard score with the sign of the distance, 0 when there is no rank.
  func normalScore(continuityCorrection: Bool) -> Double {
    let ranks = positive + negative
    let variance = ranks.reduce(0) { $0 + $1 * $1 } / 4
    guard variance > 0 else { return 0 }
    let distance = (positive.reduce(0, +) - negative.reduce(0, +)) / 2
    let shrunk = continuityCorrection ? max(0, abs(distance) - 0.5) : abs(distance)
    return (distance < 0 ? -shrunk : shrunk) / variance.squareRoot()
  }
}
