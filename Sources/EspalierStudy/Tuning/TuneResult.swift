import EspalierStatistics

/// What a candidate came to in a rung.
public struct TuneScore: Codable, Equatable, Sendable {
  /// The candidate.
  public let candidate: TuneCandidate
  /// The loss of the validation part at the selected epoch, one number a seed, in the loss's own units.
  public let losses: [Double]
  /// The share of prunable weights that are gone, the mean over seeds.
  public let sparsity: Double
  /// The prunable weights that are left, the mean over seeds.
  public let active: Double
  /// Seconds of processor time, the sum over seeds.
  public let seconds: Double
  /// The mean absolute error on the test part, one number a seed, in the target's unit; nothing is chosen by it.
  public let testErrors: [Double]

  /// The mean of the losses.
  public var loss: Double { losses.reduce(0, +) / Double(losses.count) }

  /// The standard error of that mean over seeds; 0 with a single seed.
  public var standardError: Double {
    guard losses.count > 1, let deviation = try? standardDeviation(of: losses) else { return 0 }
    return deviation / Double(losses.count).squareRoot()
  }
}

/// A candidate that was left out.
public struct TuneFailure: Codable, Equatable, Sendable {
  /// The candidate.
  public let candidate: TuneCandidate
  /// The rung from which on it is missing, counted from 1.
  public let rung: Int
  /// The error's sentence.
  public let message: String
}

/// A finished search.
public struct TuneResult: Codable, Equatable, Sendable {
  /// The candidates of every rung, the best first.
  public let rungs: [[TuneScore]]
  /// Trainings that were done now; the others were in the store.
  public let trained: Int
  /// Candidates that were left out because the data can't hold their look-back or a training of theirs failed, with the
  /// sentence of the error.
  public let failures: [TuneFailure]
  /// What was done to compare look-backs, one sentence each.
  public internal(set) var notes: [String] = []

  /// The candidates of the last rung, the best first.
  public var finalists: [TuneScore] { rungs.last ?? [] }

  /// The finalists that no other one beats in both loss and target sparsity, by rising sparsity.
  public var front: [TuneScore] {
    finalists.filter { one in
      !finalists.contains { other in
        (other.loss <= one.loss && other.target >= one.target) && (other.loss < one.loss || other.target > one.target)
      }
    }.sorted { ($0.target, $0.loss) < ($1.target, $1.loss) }
  }

  /// The sparsest finalist, by its target, whose loss is within one standard error of the best one's; of equally sparse
  /// ones that with fewer weights, then that with the smaller loss.
  ///
  /// - Source: Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees" (1984), section 3.4.3.
  public var choice: TuneScore? {
    guard let best = finalists.first else { return nil }
    let limit = best.loss + best.standardError
    return finalists.filter { $0.loss <= limit }
      .min { (-$0.target, $0.active, $0.loss) < (-$1.target, $1.active, $1.loss) }
  }
}

extension TuneScore {
  // What is reached differs from it by the weights that can't be cut in two, which is no reason to prefer a model.
  fileprivate var target: Double { candidate.sparsity }
}

extension TuneResult {
  /// The candidates of a rung in the order in which they go on: the best of every target sparsity, then the second best
  /// of every one, and so on; those of one turn by loss.
  ///
  /// By loss alone the sparse ones would be gone before the last rung, and with them the front.
  ///
  /// - Parameter scores: The rung, the best first.
  /// - Returns: All of its candidates.
  static func promoted(_ scores: [TuneScore]) -> [TuneCandidate] {
    var counts: [Double: Int] = [:]
    let turns = scores.map { score in
      defer { counts[score.target, default: 0] += 1 }
      return counts[score.target, default: 0]
    }
    return scores.indices.sorted { (turns[$0], $0) < (turns[$1], $1) }.map { scores[$0].candidate }
  }
}
