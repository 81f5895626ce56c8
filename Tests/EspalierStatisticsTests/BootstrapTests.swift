import EspalierStatistics
import Foundation
import Testing

@Suite struct BootstrapTests {
  @Test func intervalsAreSciPysOnTheSameResamples() throws {
    let statistics: [String: ([Double]) -> Double] = ["mean": average, "median": median]
    for sample in try Comparisons.load().bootstrap {
      let statistic = try #require(statistics[sample.name])
      for method in [BootstrapMethod.percentile, .bca] {
        var replay = ReplayGenerator()
        for position in sample.positions { replay.append(position: position, of: sample.values.count) }
        let interval = try ConfidenceInterval(
          bootstrapping: sample.values, method: method, level: sample.level, resamples: sample.resamples,
          using: &replay, statistic: statistic)
        let expected = method == .bca ? sample.bca : sample.percentile
        #expect(close(interval.lower, expected[0], within: 1e-12), "\(sample.name) \(method)")
        #expect(close(interval.upper, expected[1], within: 1e-12), "\(sample.name) \(method)")
        #expect(replay.isUsedUp)
      }
    }
  }

  @Test func theMeanIsTheDefault() throws {
    let values = [3.0, 1, 4, 1, 5, 9, 2, 6]
    var (first, second) = (SplitMix(seed: 4), SplitMix(seed: 4))
    let interval = try ConfidenceInterval(bootstrapping: values, using: &first)
    #expect(try ConfidenceInterval(bootstrapping: values, using: &second, statistic: average) == interval)
    #expect(interval.lower < 3.875 && 3.875 < interval.upper && interval.level == 0.95)
  }

  /// Of many samples of 30 from a skewed distribution with mean 1, the interval covers it about as often as stated.
  @Test(arguments: [BootstrapMethod.percentile, .bca])
  func coverage(method: BootstrapMethod) throws {
    var generator = SplitMix(seed: 11)
    var covered = 0
    for _ in 0..<1000 {
      let values = (0..<30).map { _ in -log(1 - Double.random(in: 0..<1, using: &generator)) }
      let interval = try ConfidenceInterval(
        bootstrapping: values, method: method, level: 0.9, resamples: 400, using: &generator)
      if interval.lower <= 1, 1 <= interval.upper { covered += 1 }
    }
    // Both are known to fall short by two or three hundredths for 30 skewed values.
    #expect((850...920).contains(covered), "\(covered)")
  }

  @Test func equalValuesHaveAnIntervalOfWidthZero() throws {
    var generator = SplitMix(seed: 1)
    let interval = try ConfidenceInterval(bootstrapping: [2, 2, 2], using: &generator)
    #expect(interval.lower == 2 && interval.upper == 2)
  }

  @Test func badArgumentsAreRefused() {
    var generator = SplitMix(seed: 1)
    #expect(throws: SampleError.tooFew(count: 1, needed: 2)) {
      try ConfidenceInterval(bootstrapping: [1], using: &generator)
    }
    #expect(throws: SampleError.notFinite(position: 1)) {
      try ConfidenceInterval(bootstrapping: [1, .infinity], using: &generator)
    }
    #expect(throws: SampleError.level(1)) {
      try ConfidenceInterval(bootstrapping: [1, 2], level: 1, using: &generator)
    }
    #expect(throws: SampleError.resamples(99)) {
      try ConfidenceInterval(bootstrapping: [1, 2], resamples: 99, using: &generator)
    }
    #expect(throws: SampleError.resamples(.max)) {
      try ConfidenceInterval(bootstrapping: [1, 2], resamples: .max, using: &generator)
    }
    #expect(throws: SampleError.statisticNotFinite) {
      try ConfidenceInterval(bootstrapping: [1, 2], using: &generator) { 1 / ($0[0] - $0[1]) }
    }
    // Resamples of twelve values nearly never hold all of them.
    #expect(throws: SampleError.oneSidedBootstrap) {
      let values = (1...12).map(Double.init)
      return try ConfidenceInterval(bootstrapping: values, resamples: 100, using: &generator) {
        Double(Set($0).count)
      }
    }
    #expect("\(SampleError.resamples(7))" == "The number of resamples must be 100 to 10000000, not 7.")
  }

  private func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  private func median(_ values: [Double]) -> Double {
    let ordered = values.sorted()
    let middle = ordered.count / 2
    return ordered.count % 2 == 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2
  }
}
