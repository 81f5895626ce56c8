import EspalierNN
import EspalierStatistics

/// The ranks of a part's methods over blocks, and what tests say about them.
///
/// A block is a data set with a model and a look-back; its scores are means over seeds, so that seeds, which are no
/// independent settings, are never blocks. Only blocks count in which every method has every planned run.
struct RankAnalysis: Sendable {
  /// A pair of methods over the blocks.
  struct Pair: Sendable {
    let first: String
    let second: String
    /// Blocks in which the first method has the smaller error, none has, the second has.
    let wins: Int
    let ties: Int
    let losses: Int
    /// The median over blocks of `2 (a - b) / (a + b)`, negative where the first is better.
    let medianDifference: Double
    let test: WilcoxonSignedRank
    /// The p value after Holm's correction for all pairs.
    let adjusted: Double
  }

  /// Whose blocks these are: `all`, a data set or a model.
  let subject: String
  /// The score that is ranked.
  let metric: ReportMetric
  /// The methods.
  let methods: [String]
  /// Blocks times methods.
  let scores: [[Double]]
  /// Blocks that do not count because a run of a method is missing.
  let leftOut: Int
  /// The test of whether methods differ; nil with fewer than two blocks or methods.
  let friedman: FriedmanTest?
  /// The comparison of all pairs by ranks.
  let nemenyi: NemenyiTest?

  /// Ranks the methods of a part.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - metric: A score of which less is better.
  ///   - alpha: The significance level of the critical difference.
  ///   - dataset: The only data set that counts; nil for all.
  ///   - model: The only model that counts; nil for all.
  init(of part: ReportPart, metric: ReportMetric, alpha: Double, dataset: String? = nil, model: ModelKind? = nil) {
    subject = dataset ?? model?.title ?? "all"
    self.metric = metric
    methods = part.methods
    var complete: [[Double]] = []
    var missing = 0
    for data in part.datasets where dataset == nil || data.name == dataset {
      for kind in part.models where model == nil || kind == model {
        for lookback in part.lookbacks {
          let cells = part.methods.map { part.cell(data.name, kind, lookback, $0) }
          // A combination that the study does not have is no block.
          guard cells.contains(where: { $0 != nil }) else { continue }
          let means = cells.compactMap { cell -> Double? in
            guard let cell, cell.runs.count >= cell.planned else { return nil }
            return part.summary(cell, metric)?.mean
          }
          if means.count == cells.count { complete.append(means) } else { missing += 1 }
        }
      }
    }
    scores = complete
    leftOut = missing
    friedman = try? FriedmanTest(scores: complete)
    nemenyi = friedman.flatMap { try? NemenyiTest($0, alpha: alpha) }
  }

  /// All pairs of methods, compared over the blocks; none with fewer than two blocks.
  func pairs() -> [Pair] {
    guard scores.count >= 2 else { return [] }
    var pairs: [(Int, Int, [Double], WilcoxonSignedRank)] = []
    for first in methods.indices {
      for second in methods.indices.dropFirst(first + 1) {
        let differences = scores.map { Self.relativeDifference($0[first], $0[second]) }
        let zeros = [Double](repeating: 0, count: differences.count)
        guard let test = try? WilcoxonSignedRank(differences, zeros) else { continue }
        pairs.append((first, second, differences, test))
      }
    }
    let adjusted = (try? HolmCorrection.adjust(pairs.map(\.3.pValue))) ?? []
    return zip(pairs, adjusted).map { pair, adjusted in
      let (first, second, differences, test) = pair
      return Pair(
        first: methods[first], second: methods[second], wins: differences.count { $0 < 0 },
        ties: differences.count { $0 == 0 }, losses: differences.count { $0 > 0 },
        medianDifference: (try? Summary(of: differences).median) ?? .nan, test: test, adjusted: adjusted)
    }
  }

  /// The difference of two errors in shares of their mean, so that blocks of different units can be ranked together.
  ///
  /// It orders pairs as the logarithm of their ratio does, but is also defined when an error is 0.
  static func relativeDifference(_ first: Double, _ second: Double) -> Double {
    let sum = first + second
    return sum > 0 ? 2 * (first - second) / sum : 0
  }
}
