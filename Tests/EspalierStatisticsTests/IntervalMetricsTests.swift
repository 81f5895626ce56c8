import EspalierStatistics
import Testing

@Suite struct IntervalMetricsTests {
  @Test func scoresAreTheReferences() throws {
    for one in try IntervalNumbers.load().scores {
      let intervals = zip(one.lower, one.upper).map { PredictionInterval(lower: $0, upper: $1) }
      let metrics = try IntervalMetrics(intervals, truths: one.truths, level: one.level)
      #expect(metrics.count == one.truths.count && metrics.infiniteCount == 0)
      #expect(close(metrics.coverage, one.coverage, within: 1e-14))
      #expect(close(metrics.meanWidth, one.width, within: 1e-13))
      #expect(close(metrics.meanScore, one.score, within: 1e-13))
    }
  }

  @Test func quantilesAreTheReferences() throws {
    for one in try IntervalNumbers.load().quantiles {
      let metrics = try QuantileMetrics(one.quantiles, truths: one.truths, levels: one.levels)
      #expect(zip(metrics.pinball, one.pinball).allSatisfy { close($0, $1, within: 1e-13) })
      #expect(metrics.coverage == one.coverage)
      #expect(close(metrics.crps, one.crps, within: 1e-13))
      // Of levels (i - 0.5) / n the score is twice the mean pinball loss.
      if one.levels.count == 10 {
        #expect(close(metrics.crps, 2 * one.pinball.reduce(0, +) / 10, within: 1e-13))
      }
    }
  }

  @Test func byHand() throws {
    let interval = PredictionInterval(lower: 2, upper: 6)
    #expect(interval.score(truth: 3, level: 0.9) == 4)
    #expect(close(interval.score(truth: 1, level: 0.9), 4 + 20, within: 1e-14))
    #expect(close(interval.score(truth: 9, level: 0.5), 4 + 12, within: 1e-14))
    #expect(interval.contains(2) && interval.contains(6) && !interval.contains(6.5) && !interval.contains(.nan))
    #expect(pinballLoss(quantile: 1, truth: 3, level: 0.75) == 1.5)
    #expect(pinballLoss(quantile: 3, truth: 1, level: 0.75) == 0.5)
    #expect(interval.shifted(by: 1) == PredictionInterval(lower: 3, upper: 7))
    #expect(PredictionInterval(lower: 6, upper: 2) == PredictionInterval(lower: 4, upper: 4))
  }

  /// An infinite interval covers, and neither makes the mean width infinite nor disappears from sight.
  @Test func infiniteIntervalsAreCounted() throws {
    let intervals = [
      PredictionInterval(lower: -.infinity, upper: .infinity), PredictionInterval(lower: 0, upper: .infinity),
      PredictionInterval(lower: 0, upper: 1), PredictionInterval(lower: 0, upper: 1),
    ]
    let metrics = try IntervalMetrics(intervals, truths: [5, -1, 0.5, .nan], level: 0.5)
    #expect(metrics.count == 3 && metrics.infiniteCount == 2)
    #expect(close(metrics.coverage, 2.0 / 3, within: 1e-15))
    #expect(metrics.meanWidth == 1 && metrics.meanScore == 1)
    let none = try IntervalMetrics(Array(intervals[..<2]), truths: [5, 1], level: 0.5)
    #expect(none.meanWidth == nil && none.meanScore == nil && none.coverage == 1)
    #expect(intervals[0].width == .infinity && intervals[0].score(truth: 1, level: 0.9) == .infinity)
  }

  @Test func badInputIsRefused() {
    let one = [PredictionInterval(lower: 0, upper: 1)]
    for level in [0, 1, -1, .nan] as [Double] {
      #expect(throws: IntervalError.self) { try IntervalMetrics(one, truths: [0], level: level) }
    }
    #expect(throws: IntervalError.counts(name: "intervals", count: 1, truths: 2)) {
      try IntervalMetrics(one, truths: [0, 1], level: 0.5)
    }
    #expect(throws: IntervalError.nothingToScore) { try IntervalMetrics(one, truths: [.nan], level: 0.5) }
    #expect(throws: IntervalError.notFinite(name: "truths", position: 0)) {
      try IntervalMetrics(one, truths: [.infinity], level: 0.5)
    }
    #expect(throws: IntervalError.notFinite(name: "intervals", position: 0)) {
      try IntervalMetrics([PredictionInterval(lower: .nan, upper: 1)], truths: [1], level: 0.5)
    }
    #expect(throws: IntervalError.levels([0.5, 0.5])) {
      try QuantileMetrics([1, 2], truths: [1], levels: [0.5, 0.5])
    }
    #expect(throws: IntervalError.levels([])) { try QuantileMetrics([], truths: [], levels: []) }
    #expect(throws: IntervalError.counts(name: "quantiles", count: 1, truths: 1)) {
      try QuantileMetrics([1], truths: [1], levels: [0.1, 0.5])
    }
    #expect(throws: IntervalError.notFinite(name: "quantiles", position: 1)) {
      try QuantileMetrics([1, .infinity], truths: [1], levels: [0.1, 0.5])
    }
  }
}
