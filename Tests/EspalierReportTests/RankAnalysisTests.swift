import EspalierStudy
import Testing

@testable import EspalierReport

@Suite struct RankAnalysisTests {
  private func part(_ records: StudyRecords) throws -> ReportPart {
    try #require(ReportPart.parts(of: records, level: 0.95).first)
  }

  /// Method a is best in each of three blocks, whatever single seeds say.
  private static let records = SmallStudy.records([
    (1, "a", [1, 9]), (1, "b", [6, 6]), (1, "c", [7, 7]), (7, "a", [1, 1]), (7, "b", [3, 3]), (7, "c", [2, 2]),
    (30, "a", [1, 1]), (30, "b", [2, 2]), (30, "c", [4, 4]),
  ])

  @Test func blocksAreMeansOverSeeds() throws {
    let analysis = RankAnalysis(of: try part(Self.records), metric: .mae, alpha: 0.05)
    #expect(analysis.scores == [[5, 6, 7], [1, 3, 2], [1, 2, 4]])
    #expect(analysis.leftOut == 0)
    #expect(analysis.friedman?.averageRanks == [1, 7.0 / 3, 8.0 / 3])
  }

  /// 2 (a - b) / (a + b) is -2/11, -1 and -2/3; the smallest p value of three pairs is 1/4, times 3 by Holm.
  @Test func pairsOfMethods() throws {
    let pair = try #require(RankAnalysis(of: try part(Self.records), metric: .mae, alpha: 0.05).pairs().first)
    #expect((pair.first, pair.second) == ("a", "b"))
    #expect((pair.wins, pair.ties, pair.losses) == (3, 0, 0))
    #expect(abs(pair.medianDifference + 2.0 / 3) < 1e-15)
    #expect(pair.test.pValue == 0.25 && pair.adjusted == 0.75 && pair.test.rankBiserial == -1)
  }

  @Test func incompleteBlocksAreLeftOut() throws {
    let records = SmallStudy.records([
      (1, "a", [1, 1]), (1, "b", [2, 2]), (7, "a", [1, 1]), (7, "b", [2]), (30, "a", []), (30, "b", [2, 2]),
      (60, "a", [1, 1]), (60, "b", [3, 3]),
    ])
    let analysis = RankAnalysis(of: try part(records), metric: .mae, alpha: 0.05)
    #expect(analysis.scores == [[1, 2], [1, 3]] && analysis.leftOut == 2)
    let blocks = RankTables(part: try part(records), alpha: 0.05).blocks()
    guard case .paragraph(let phrases) = blocks[0] else {
      Issue.record("No introduction: \(blocks[0])")
      return
    }
    #expect(phrases.contains(.strong("2 blocks are left out ")))
  }

  @Test func oneBlockIsNoTest() throws {
    let part = try part(SmallStudy.records([(1, "a", [1, 1]), (1, "b", [2, 2])]))
    let analysis = RankAnalysis(of: part, metric: .mae, alpha: 0.05)
    #expect(analysis.friedman == nil && analysis.pairs().isEmpty)
    #expect(CriticalDifferenceChart(part: part, analysis: analysis).chart() == nil)
  }

  @Test(arguments: [(1.0, 2.0, -2.0 / 3), (2.0, 1.0, 2.0 / 3), (0.0, 0.0, 0.0), (0.0, 3.0, -2.0)])
  func relativeDifference(first: Double, second: Double, difference: Double) {
    #expect(abs(RankAnalysis.relativeDifference(first, second) - difference) < 1e-15)
  }
}
