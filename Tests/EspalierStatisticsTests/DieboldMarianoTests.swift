import EspalierStatistics
import Foundation
import Testing

@Suite struct DieboldMarianoTests {
  @Test func numbersAreThoseOfStatsmodels() throws {
    for sample in try Comparisons.load().diebold_mariano {
      let test = try DieboldMariano(sample.a, sample.b, horizon: sample.horizon)
      #expect(close(test.meanDifferential, sample.mean, within: 1e-12), "\(sample.name)")
      #expect(close(test.uncorrectedStatistic, sample.uncorrected, within: 1e-11), "\(sample.name)")
      #expect(close(test.statistic, sample.statistic, within: 1e-11), "\(sample.name)")
      #expect(close(test.pValue, sample.p, within: 1e-11), "\(sample.name)")
      #expect(test.count == sample.a.count && test.horizon == sample.horizon)
      #expect(try JSONDecoder().decode(DieboldMariano.self, from: JSONEncoder().encode(test)) == test)
    }
  }

  /// For one step the corrected statistic is Student's t of the differentials.
  @Test func oneStepIsStudentsT() throws {
    let differentials = [0.5, -0.25, 1, 0.75, 0.1]
    let test = try DieboldMariano(differentials: differentials)
    let deviation = try standardDeviation(of: differentials)
    #expect(close(test.statistic, 0.42 / (deviation / 5.0.squareRoot()), within: 1e-14))
  }

  @Test func exchangedForecastsChangeTheSign() throws {
    let (first, second) = ([1.0, 4, 2, 8, 5, 7], [2.0, 3, 3, 6, 7, 1])
    let (forth, back) = (try DieboldMariano(first, second), try DieboldMariano(second, first))
    #expect(forth.statistic == -back.statistic && forth.pValue == back.pValue)
    #expect(close(forth.meanDifferential, 5.0 / 6, within: 1e-15))
  }

  @Test(arguments: [1e-300, 1e300])
  func theUnitDoesNotMatter(unit: Double) throws {
    let differentials = [0.5, -0.25, 1, 0.75, 0.1, 0.3]
    let test = try DieboldMariano(differentials: differentials, horizon: 2)
    let scaled = try DieboldMariano(differentials: differentials.map { $0 * unit }, horizon: 2)
    #expect(close(scaled.statistic, test.statistic, within: 1e-13))
    #expect(close(scaled.meanDifferential, test.meanDifferential * unit, within: 1e-13))
  }

  @Test func aVarianceThatIsNotPositiveIsAnError() {
    // Differences that alternate: the first autocovariance is nearly minus the variance.
    let alternating = (0..<20).map { $0 % 2 == 0 ? 1.0 : -0.9 }
    #expect(throws: DieboldMarianoError.variance(horizon: 2)) {
      try DieboldMariano(differentials: alternating, horizon: 2)
    }
    #expect(
      "\(DieboldMarianoError.variance(horizon: 2))"
        == "The variance estimate for horizon 2 is not positive; use a longer test part or a shorter horizon.")
  }

  @Test func badLossesAreRefused() {
    #expect(throws: DieboldMarianoError.sample(.unequalCounts(first: 2, second: 3))) {
      try DieboldMariano([1, 2], [1, 2, 3])
    }
    #expect(throws: DieboldMarianoError.sample(.tooFew(count: 1, needed: 2))) { try DieboldMariano([1], [2]) }
    #expect(throws: DieboldMarianoError.sample(.notFinite(position: 1))) { try DieboldMariano([1, .nan], [1, 2]) }
    #expect(throws: DieboldMarianoError.sample(.noVariation)) { try DieboldMariano([1, 2, 3], [1, 2, 3]) }
    #expect(throws: DieboldMarianoError.sample(.noVariation)) {
      try DieboldMariano(differentials: [0.1, 0.1, 0.1, 0.1])
    }
    for horizon in [Int.min, 0, 3, Int.max] {
      #expect(throws: DieboldMarianoError.horizon(horizon, count: 3)) {
        try DieboldMariano([1, 2, 3], [3, 1, 2], horizon: horizon)
      }
    }
  }
}
