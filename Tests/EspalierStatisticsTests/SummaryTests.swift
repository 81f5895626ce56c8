import EspalierStatistics
import Foundation
import Testing

@Suite struct SummaryTests {
  @Test func intervalsAreSciPys() throws {
    for sample in try Reference.load().intervals {
      let summary = try Summary(of: sample.values, level: sample.level)
      #expect(close(summary.mean, sample.mean, within: 1e-14), "\(sample.name)")
      #expect(close(summary.standardDeviation, sample.sd, within: 1e-9), "\(sample.name)")
      #expect(close(summary.median, sample.median, within: 1e-15), "\(sample.name)")
      #expect(close(summary.interval?.lower, sample.lower, within: 1e-12), "\(sample.name)")
      #expect(close(summary.interval?.upper, sample.upper, within: 1e-12), "\(sample.name)")
      #expect(summary.minimum == sample.values.min() && summary.maximum == sample.values.max())
      #expect(summary.count == sample.values.count)
    }
  }

  /// NIST StRD, univariate: NumAcc1 (exact) and NumAcc4 (mean 10000000.2, deviation 0.1, certified).
  @Test func certifiedNumbersOfNIST() throws {
    let easy = try Summary(of: [10_000_001, 10_000_003, 10_000_002])
    #expect(easy.mean == 10_000_002 && easy.standardDeviation == 1)
    let hard = [10_000_000.2] + (0..<500).flatMap { _ in [10_000_000.1, 10_000_000.3] }
    #expect(close(try mean(of: hard), 10_000_000.2, within: 1e-15))
    #expect(close(try standardDeviation(of: hard), 0.1, within: 1e-7))
  }

  @Test func oneTrialHasNoSpread() throws {
    let summary = try Summary(of: [3])
    #expect(summary.mean == 3 && summary.median == 3)
    #expect(summary.standardDeviation == nil && summary.interval == nil)
  }

  @Test func equalTrialsHaveAnIntervalOfWidthZero() throws {
    let interval = try ConfidenceInterval(ofMean: [0.1, 0.1, 0.1])
    #expect(interval.lower == 0.1 && interval.upper == 0.1)
  }

  @Test func badSamplesAreRefusedWithASentence() {
    #expect(throws: SampleError.tooFew(count: 0, needed: 1)) { try Summary(of: []) }
    #expect(throws: SampleError.notFinite(position: 1)) { try Summary(of: [1, .nan]) }
    #expect(throws: SampleError.level(1)) { try Summary(of: [1, 2], level: 1) }
    #expect(throws: SampleError.tooFew(count: 1, needed: 2)) { try standardDeviation(of: [1]) }
    #expect("\(SampleError.tooFew(count: 1, needed: 2))" == "2 values are needed here but there is 1; add trials.")
  }

  @Test func intervalsOverlapWhenTheyTouch() {
    let first = ConfidenceInterval(lower: 0, upper: 1, level: 0.95)
    #expect(first.overlaps(ConfidenceInterval(lower: 1, upper: 2, level: 0.95)))
    #expect(!first.overlaps(ConfidenceInterval(lower: 1.01, upper: 2, level: 0.95)))
  }

  @Test func summariesSurviveJSON() throws {
    let summary = try Summary(of: [1, 2, 4])
    #expect(try JSONDecoder().decode(Summary.self, from: JSONEncoder().encode(summary)) == summary)
  }
}
