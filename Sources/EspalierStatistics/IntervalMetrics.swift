/// How well intervals cover truths, and how wide they are for it.
public struct IntervalMetrics: Codable, Equatable, Sendable {
  /// Number of scored truths, at least 1.
  public let count: Int
  /// Scored intervals with an infinite end, which count for ``coverage`` and for nothing else.
  public let infiniteCount: Int
  /// The share of the truths that lie in their interval, 0 to 1.
  public let coverage: Double
  /// Mean width of the finite intervals, in the target's unit; `nil` when all are infinite.
  public let meanWidth: Double?
  /// Mean interval score of the finite intervals, in the target's unit; `nil` when all are infinite.
  ///
  /// - Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437, equation 43.
  public let meanScore: Double?

  /// Scores intervals.
  ///
  /// - Parameters:
  ///   - intervals: One a truth.
  ///   - truths: In the target's unit; NaN marks a missing one, which is not scored.
  ///   - level: The coverage that the intervals are meant to have, strictly between 0 and 1.
  /// - Throws: ``IntervalError`` when the level is out of range, counts differ, a number is NaN or a truth infinite, or
  ///   no truth is there.
  public init(_ intervals: [PredictionInterval], truths: [Double], level: Double) throws(IntervalError) {
    guard level > 0, level < 1 else { throw .level(level) }
    guard intervals.count == truths.count else {
      throw .counts(name: "intervals", count: intervals.count, truths: truths.count)
    }
    var (scored, infinite, covered) = (0, 0, 0)
    var (width, score) = (0.0, 0.0)
    for (position, (interval, truth)) in zip(intervals, truths).enumerated() where !truth.isNaN {
      if truth.isInfinite { throw .notFinite(name: "truths", position: position) }
      if interval.lower.isNaN || interval.upper.isNaN { throw .notFinite(name: "intervals", position: position) }
      scored += 1
      covered += interval.contains(truth) ? 1 : 0
      if interval.isFinite {
        width += interval.width
        score += interval.score(truth: truth, level: level)
      } else {
        infinite += 1
      }
    }
    guard scored > 0 else { throw .nothingToScore }
    let finite = Double(scored - infinite)
    count = scored
    infiniteCount = infinite
    coverage = Double(covered) / Double(scored)
    meanWidth = finite > 0 ? width / finite : nil
    meanScore = finite > 0 ? score / finite : nil
  }
}
