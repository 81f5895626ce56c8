import EspalierData
import EspalierStudy
import Testing

@testable import EspalierReport

@Suite struct ErrorTablesTests {
  private func part(_ records: StudyRecords) throws -> ReportPart {
    try #require(ReportPart.parts(of: records, level: 0.95).first)
  }

  private func table(_ records: StudyRecords, _ metric: ReportMetric = .mae) throws -> ReportTable {
    let part = try part(records)
    return ErrorTables(part: part).table(part.datasets[0], metric)
  }

  /// The interval of 1 and 3 with one degree of freedom is 2 ± 12.7062 * sqrt 2 / sqrt 2.
  @Test func meansAndIntervals() throws {
    let table = try table(
      SmallStudy.records([
        (7, "none", [1, 3]), (7, "pruning", [1.5, 1.5]), (30, "none", [5, 5]), (30, "pruning", []),
      ]))
    #expect(
      table.columns.map(\.title)
        == ["model", "look-back", "none", "pruning", "last value", "seasonal naive"])
    #expect(
      table.rows.map { $0.map { $0.text + $0.marks } } == [
        ["LSTM", "7", "2.000 ± 12.706", "1.500 ± 0.000*", "3.000", "4.000"],
        ["LSTM", "30", "5.000 ± 0.000*†", "–", "3.000", "4.000"],
      ])
    #expect(table.title == "MAE [kW] on load, main, strict evaluation")
    #expect(
      table.sources.map(\.query) == [.results, .naive])
  }

  @Test func whatIsMissingIsSaid() throws {
    let table = try table(SmallStudy.records([(7, "none", [1])], planned: 10, naive: nil))
    #expect(table.rows.map { $0.map { $0.text + $0.marks } } == [["LSTM", "7", "1.000 (1/10)*", "–", "–"]])
  }

  @Test func aScoreThatSomeRunsLackHasNoMean() throws {
    let table = try table(SmallStudy.records([(7, "none", [1, 3])]), .mase)
    #expect(table.rows[0].map(\.text) == ["LSTM", "7", "–", "–", "–"])
  }

  @Test func theLargestShareExplainedIsBest() throws {
    let table = try table(SmallStudy.records([(7, "a", [1, 1]), (7, "b", [8, 8])]), .r2)
    #expect(table.rows[0].map { $0.text + $0.marks }[2...3] == ["0.9000 ± 0.0000*", "0.2000 ± 0.0000†"])
  }

  @Test func paperEvaluationIsSaidAtEveryTable() throws {
    let records = SmallStudy.records([(7, "a", [1, 1]), (7, "b", [2, 2])], evaluation: .paper)
    let part = try part(records)
    #expect(ErrorTables(part: part).table(part.datasets[0], .mae).notes.first == .strong("Paper evaluation: "))
    #expect(DifferenceTable(part: part).table()?.notes.first == .strong("Paper evaluation: "))
    #expect(try self.part(SmallStudy.records([(7, "a", [1])])).warning.isEmpty)
  }

  /// Against b: 1 / 2 - 1 and 3 / 4 - 1; look-back 30 of c has no run.
  @Test func differencesAreMeansOfRatios() throws {
    let records = SmallStudy.records([
      (7, "a", [1, 1]), (7, "b", [2, 2]), (7, "c", [4, 4]), (30, "a", [3, 3]), (30, "b", [4, 4]), (30, "c", []),
    ])
    let table = try #require(DifferenceTable(part: part(records)).table())
    // Against the naive forecasts' 3 and 4: the means of 1 / 3 - 1 and 3 / 3 - 1, and of 1 / 4 - 1 and 3 / 4 - 1.
    #expect(table.rows.map { $0.map(\.text) } == [["load", "LSTM", "-37.5", "-75.0", "-33.3", "-50.0"]])
  }

  /// On the second data set: 3 / 2 - 1, and 3 / 3 - 1 and 3 / 4 - 1 against the naive forecasts.
  @Test func differencesHaveMeansOverDataSets() throws {
    var records = SmallStudy.records([(7, "a", [1, 1]), (7, "b", [2, 2])])
    let other = SmallStudy.records([(7, "a", [3, 3]), (7, "b", [2, 2])], dataset: "wind")
    records.datasets += other.datasets
    records.cells += other.cells
    records.naive += other.naive
    let table = try #require(DifferenceTable(part: part(records)).table())
    #expect(
      table.rows.map { $0.map(\.text) } == [
        ["load", "LSTM", "-50.0", "-66.7", "-75.0"], ["wind", "LSTM", "50.0", "0.0", "-25.0"],
        ["mean", "LSTM", "0.0", "-33.3", "-50.0"],
      ])
  }

  @Test func synapticPruningIsComparedWithTheOthers() throws {
    let records = SmallStudy.records([(7, "none", [2, 2]), (7, "synaptic-pruning", [1, 1])])
    let table = try #require(DifferenceTable(part: part(records)).table())
    #expect(
      table.columns.map(\.title).dropFirst(2) == [
        "against none [%]", "against last value [%]", "against seasonal naive [%]",
      ])
    #expect(table.rows.map { $0.map(\.text) } == [["load", "LSTM", "-50.0", "-66.7", "-75.0"]])
  }
}
