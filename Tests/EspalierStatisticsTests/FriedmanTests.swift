import EspalierStatistics
import Foundation
import Testing

@Suite struct FriedmanTests {
  /// Ranks of four methods on 14 data sets, Demšar 2006, table 6.
  private static let demsar: [[Double]] = [
    [4, 3, 2, 1], [1, 2, 3, 4], [4, 1, 2, 3], [4, 1, 3, 2], [4, 2, 3, 1], [1, 2.5, 4, 2.5], [3, 2, 4, 1],
    [2.5, 2.5, 4, 1], [4, 3, 2, 1], [2.5, 2.5, 2.5, 2.5], [4, 2.5, 1, 2.5], [3, 2, 4, 1], [4, 1, 2, 3], [3, 1, 4, 2],
  ]

  @Test func publishedExample() throws {
    let test = try FriedmanTest(scores: Self.demsar)
    for (rank, published) in zip(test.averageRanks, [3.143, 2.000, 2.893, 1.964]) {
      #expect(abs(rank - published) < 0.0005)
    }
    // The paper leaves ties uncorrected: 9.28, and from it 3.69.
    let uncorrected = test.chiSquare * test.tieFactor
    #expect(abs(uncorrected - 9.28) < 0.01)
    #expect(abs(13 * uncorrected / (14 * 3 - uncorrected) - 3.69) < 0.01)
    #expect(abs(test.tieFactor - (1 - 78.0 / 840)) < 1e-15)
    #expect(test.blocks == 14 && test.methods == 4)
  }

  @Test func publishedCriticalDifferences() throws {
    let friedman = try FriedmanTest(scores: Self.demsar)
    let strict = try NemenyiTest(friedman)
    #expect(abs(strict.criticalDifference - 1.25) < 0.005)
    #expect(strict.groups == [[3, 1, 2, 0]])
    let lenient = try NemenyiTest(friedman, alpha: 0.1)
    #expect(abs(lenient.criticalDifference - 1.12) < 0.005)
    // "At p = 0.10 ... C4.5+m+cf is significantly better than C4.5", and so is C4.5+m by 1.143.
    #expect(lenient.groups == [[3, 1, 2], [2, 0]])
    #expect(lenient.differs(0, 3) && lenient.differs(0, 1) && !lenient.differs(1, 2) && !lenient.differs(0, 9))
  }

  /// Demšar 2006, table 5: critical values of the Nemenyi test for 2 to 10 methods.
  @Test(arguments: [
    (0.05, [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164]),
    (0.10, [1.645, 2.052, 2.291, 2.459, 2.589, 2.693, 2.780, 2.855, 2.920]),
  ])
  func publishedTable(alpha: Double, values: [Double]) throws {
    for (methods, published) in zip(2..., values) {
      let scores = (0..<5).map { block in (0..<methods).map { Double(($0 * 7 + block * 3) % 11) } }
      let test = try NemenyiTest(try FriedmanTest(scores: scores), alpha: alpha)
      let k = Double(methods)
      let value = test.criticalDifference / (k * (k + 1) / 30).squareRoot()
      // The table's last digit was rounded from tables of four digits.
      #expect(abs(value - published) < 0.0011, "\(methods): \(value)")
    }
  }

  @Test func numbersAreSciPys() throws {
    for sample in try Comparisons.load().friedman {
      let test = try FriedmanTest(scores: sample.scores)
      #expect(test.averageRanks == sample.average_ranks, "\(sample.name)")
      #expect(close(test.chiSquare, sample.chi_square, within: 1e-11), "\(sample.name)")
      #expect(close(test.chiSquarePValue, sample.p, within: 1e-11), "\(sample.name)")
      #expect(close(test.imanDavenport, sample.iman_davenport, within: 1e-11), "\(sample.name)")
      #expect(close(test.imanDavenportPValue, sample.iman_davenport_p, within: 1e-11), "\(sample.name)")
      #expect(close(test.kendallW, sample.kendall_w, within: 1e-11), "\(sample.name)")
      let nemenyi = try NemenyiTest(test)
      #expect(close(nemenyi.criticalDifference, sample.critical_difference, within: 1e-9), "\(sample.name)")
      for (row, expected) in zip(nemenyi.pValues, sample.pairs) {
        #expect(zip(row, expected).allSatisfy { near($0, $1, within: 1e-10) }, "\(sample.name)")
      }
    }
  }

  @Test func groupsAgreeWithPValues() throws {
    for sample in try Comparisons.load().friedman {
      let test = try NemenyiTest(try FriedmanTest(scores: sample.scores))
      for first in test.averageRanks.indices {
        for second in test.averageRanks.indices where first != second {
          let together = test.groups.contains { $0.contains(first) && $0.contains(second) }
          #expect(together == (test.pValues[first][second] > 0.05))
          #expect(together != test.differs(first, second))
        }
      }
      for group in test.groups {
        #expect(group.count >= 2)
        #expect(!test.groups.contains { $0 != group && Set($0).isSuperset(of: group) })
      }
    }
  }

  @Test func blocksThatRankAlikeHaveAnExactProbability() throws {
    let test = try FriedmanTest(scores: [[1, 2, 3], [10, 20, 30], [0.1, 0.2, 0.3]])
    #expect(test.kendallW == 1 && test.chiSquare == 6 && test.imanDavenport == nil)
    #expect(close(test.imanDavenportPValue, 1.0 / 36, within: 1e-15))
    let tied = try FriedmanTest(scores: [[1, 1, 3], [5, 5, 8]])
    #expect(close(tied.kendallW, 1, within: 1e-15) && tied.imanDavenport == nil)
    // Of three places for the odd one, the second block has that of the first.
    #expect(close(tied.imanDavenportPValue, 1.0 / 3, within: 1e-15))
  }

  @Test func methodsThatAlwaysTieDoNotDiffer() throws {
    let test = try FriedmanTest(scores: [[1, 1, 1], [2, 2, 2]])
    #expect(test.chiSquare == 0 && test.chiSquarePValue == 1 && test.imanDavenportPValue == 1 && test.kendallW == 0)
    #expect(test.averageRanks == [2, 2, 2] && test.tieFactor == 0)
    #expect(try NemenyiTest(test).groups == [[0, 1, 2]])
  }

  @Test func badTablesAreRefusedWithASentence() throws {
    #expect(throws: ScoreTableError.tooFewRows(count: 0)) { try FriedmanTest(scores: []) }
    #expect(throws: ScoreTableError.tooFewRows(count: 1)) { try FriedmanTest(scores: [[1, 2]]) }
    #expect(throws: ScoreTableError.tooFewColumns(count: 1)) { try FriedmanTest(scores: [[1], [2]]) }
    #expect(throws: ScoreTableError.tooFewColumns(count: 0)) { try FriedmanTest(scores: [[], []]) }
    #expect(throws: ScoreTableError.unevenRow(row: 1, count: 3, expected: 2)) {
      try FriedmanTest(scores: [[1, 2], [1, 2, 3]])
    }
    #expect(throws: ScoreTableError.notFinite(row: 1, column: 0)) { try FriedmanTest(scores: [[1, 2], [.nan, 2]]) }
    let test = try FriedmanTest(scores: [[1, 2], [2, 1]])
    for alpha in [0, 1, -1, Double.nan] {
      #expect(throws: ScoreTableError.self) { try NemenyiTest(test, alpha: alpha) }
    }
    #expect(
      "\(ScoreTableError.unevenRow(row: 1, count: 3, expected: 2))"
        == "Row 1 has 3 scores where row 0 has 2; give every method a score in every row.")
  }

  @Test func resultsSurviveJSON() throws {
    let test = try FriedmanTest(scores: Self.demsar)
    #expect(try JSONDecoder().decode(FriedmanTest.self, from: JSONEncoder().encode(test)) == test)
    let nemenyi = try NemenyiTest(test)
    #expect(try JSONDecoder().decode(NemenyiTest.self, from: JSONEncoder().encode(nemenyi)) == nemenyi)
  }
}
