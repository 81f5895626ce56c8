import EspalierStatistics
import Foundation
import Testing

@Suite struct WilcoxonTests {
  private static let allZeros: [WilcoxonSignedRank.Zeros] = [.wilcoxon, .pratt]

  @Test func numbersAreSciPys() throws {
    for sample in try Comparisons.load().wilcoxon {
      for zeros in Self.allZeros {
        let expected = zeros == .pratt ? sample.pratt : sample.wilcoxon
        let plain = try WilcoxonSignedRank(
          sample.x, sample.y, zeros: zeros, distribution: .normal, continuityCorrection: false)
        #expect(plain.statistic == expected.statistic, "\(sample.name) \(zeros)")
        #expect(close(plain.pValue, expected.normal, within: 1e-12), "\(sample.name) \(zeros)")
        #expect(close(plain.z.map(abs), expected.z, within: 1e-12), "\(sample.name) \(zeros)")
        let corrected = try WilcoxonSignedRank(sample.x, sample.y, zeros: zeros, distribution: .normal)
        #expect(close(corrected.pValue, expected.corrected, within: 1e-12), "\(sample.name) \(zeros)")
        let exact = try WilcoxonSignedRank(sample.x, sample.y, zeros: zeros, distribution: .exact)
        if let pValue = expected.exact {
          #expect(close(exact.pValue, pValue, within: 1e-11), "\(sample.name) \(zeros) \(exact.pValue)")
        } else {
          #expect(near(exact.pValue, expected.corrected, within: 0.005), "\(sample.name) \(zeros)")
        }
      }
    }
  }

  /// Hollander and Wolfe, depression scores of nine patients: T = 40 and a one-sided p value of 0.0195.
  @Test func publishedExample() throws {
    let before = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    let after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    let test = try WilcoxonSignedRank(before, after)
    #expect(test.positiveRankSum == 40 && test.negativeRankSum == 5 && test.statistic == 5)
    #expect(test.distribution == .exact && test.z == nil)
    #expect(test.pValue == 2 * 10.0 / 512)
    #expect(close(test.rankBiserial, 35.0 / 45, within: 1e-15))
  }

  /// C4.5 with and without tuning, Demšar 2006, table 2, in thousandths.
  ///
  /// The paper gives half of the ranks of the two zeros, 1.5 each, to either sum: 93 and 12.
  @Test func publishedExampleWithZeros() throws {
    let differences: [Double] = [5, -8, 17, 33, 6, -5, 7, 0, 63, 0, 22, 47, 9, 21]
    let none = [Double](repeating: 0, count: 14)
    let pratt = try WilcoxonSignedRank(differences, none, zeros: .pratt)
    #expect(pratt.positiveRankSum == 93 - 1.5 && pratt.negativeRankSum == 12 - 1.5)
    #expect(pratt.zeros == 2 && pratt.pairs == 14 && pratt.pValue < 0.05)
    let wilcoxon = try WilcoxonSignedRank(differences, none)
    #expect(wilcoxon.positiveRankSum == 71.5 && wilcoxon.negativeRankSum == 6.5)
  }

  /// Every sign of the ranks, tried one by one.
  @Test(arguments: [
    [1.0, 2, 3, -4], [1, 1, -2, 2, 2, 3], [0, -1, 1, 3, 3, 5, 0], [7], [-1, -1, -1, -1, -1, -1, -1, 2],
  ])
  func exactValuesAreThoseOfAllSigns(differences: [Double]) throws {
    for zeros in Self.allZeros {
      let test = try WilcoxonSignedRank(
        differences, [Double](repeating: 0, count: differences.count), zeros: zeros, distribution: .exact)
      let kept = zeros == .pratt ? differences : differences.filter { $0 != 0 }
      let ranks = kept.map { value in
        (kept.filter { abs($0) < abs(value) }.count + 1 + kept.filter { abs($0) <= abs(value) }.count)
      }
      let doubled = zip(kept, ranks).filter { $0.0 != 0 }.map(\.1)
      let extreme = (0..<(1 << doubled.count)).filter { signs in
        let sum = doubled.indices.reduce(0) { $0 + (signs >> $1 & 1 == 1 ? doubled[$1] : 0) }
        return Double(sum) <= 2 * test.statistic
      }
      #expect(test.pValue == min(1, 2 * Double(extreme.count) / Double(1 << doubled.count)))
    }
  }

  @Test func theRuleForTheExactDistribution() throws {
    let values = (1...51).map { Double($0) * ($0 % 3 == 0 ? -1 : 1) }
    let none = [Double](repeating: 0, count: 51)
    #expect(try WilcoxonSignedRank(values, none).distribution == .normal)
    #expect(try WilcoxonSignedRank(Array(values.prefix(50)), Array(none.prefix(50))).distribution == .exact)
    // Zeros do not count.
    #expect(try WilcoxonSignedRank(Array(values.prefix(50)) + [0], none).distribution == .exact)
  }

  @Test func pairsWithoutDifferenceTellNothing() throws {
    for zeros in Self.allZeros {
      let test = try WilcoxonSignedRank([1, 2], [1, 2], zeros: zeros)
      #expect(test.pValue == 1 && test.statistic == 0 && test.rankBiserial == 0 && test.zeros == 2)
      #expect(try WilcoxonSignedRank([1, 2], [1, 2], zeros: zeros, distribution: .normal).pValue == 1)
    }
  }

  @Test func exchangedSamplesGiveTheSamePValue() throws {
    for sample in try Comparisons.load().wilcoxon {
      let (forth, back) = (try WilcoxonSignedRank(sample.x, sample.y), try WilcoxonSignedRank(sample.y, sample.x))
      #expect(forth.pValue == back.pValue && forth.rankBiserial == -back.rankBiserial)
    }
  }

  @Test func manyPairsCanBeCounted() throws {
    let values = (1...1000).map { Double($0) * ($0 % 15 < 7 ? -1 : 1) }
    let none = [Double](repeating: 0, count: 1000)
    let exact = try WilcoxonSignedRank(values, none, distribution: .exact)
    #expect(close(exact.pValue, try WilcoxonSignedRank(values, none).pValue, within: 0.01))
    #expect(throws: SampleError.tooManyForExact(count: 1001, limit: 1000)) {
      try WilcoxonSignedRank(values + [5], none + [0], distribution: .exact)
    }
  }

  @Test func badPairsAreRefused() {
    #expect(throws: SampleError.unequalCounts(first: 2, second: 1)) { try WilcoxonSignedRank([1, 2], [1]) }
    #expect(throws: SampleError.tooFew(count: 0, needed: 1)) { try WilcoxonSignedRank([], []) }
    #expect(throws: SampleError.notFinite(position: 1)) { try WilcoxonSignedRank([1, .nan], [1, 2]) }
    #expect(throws: SampleError.notFinite(position: 0)) { try WilcoxonSignedRank([1e308], [-1e308]) }
    #expect(
      "\(SampleError.unequalCounts(first: 2, second: 1))"
        == "Paired samples need the same number of values, not 2 and 1; leave out what has no partner.")
  }

  @Test func resultsSurviveJSON() throws {
    let test = try WilcoxonSignedRank([1, 2, 3, 0], [0, 3, 1, 0], zeros: .pratt, distribution: .normal)
    #expect(try JSONDecoder().decode(WilcoxonSignedRank.self, from: JSONEncoder().encode(test)) == test)
  }
}

@Suite struct HolmTests {
  @Test func valuesAreThoseOfStatsmodels() throws {
    for family in try Comparisons.load().holm {
      let adjusted = try HolmCorrection.adjust(family.p)
      #expect(zip(adjusted, family.adjusted).allSatisfy { near($0, $1, within: 1e-15) }, "\(family.p)")
      #expect(adjusted.count == family.p.count)
    }
  }

  @Test func familiesWithoutTestsAndBadValues() throws {
    #expect(try HolmCorrection.adjust([]) == [])
    for value in [-0.1, 1.1, Double.nan] {
      #expect(throws: SampleError.self) { try HolmCorrection.adjust([0.5, value]) }
    }
    #expect("\(SampleError.pValue(1.5, position: 2))" == "The p value at position 2 must lie in 0...1, not at 1.5.")
  }
}
