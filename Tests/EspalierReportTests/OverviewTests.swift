import EspalierStudy
import Testing

@testable import EspalierReport

@Suite struct OverviewTests {
  @Test(arguments: [(15, "LSTM 16"), (nil, "–")])
  func gridsSayFromWhichEpochOnTheySelect(first: Int?, words: String) throws {
    var records = SmallStudy.records([])
    let run = SmallStudy.run(seed: 0, mae: 1)
    records.cells = [
      StudyCell(
        setting: StudySetting(
          grid: "main", dataset: "load", evaluation: first == nil ? .paper : .strict, model: .lstm, lookback: 7,
          horizon: 1, method: "none"),
        candidate: nil, planned: 1,
        runs: [
          StudyRunRecord(
            id: 1, seed: 0, metrics: run.metrics, spread: nil, training: run.training, parameters: 4, memoryBytes: 1,
            seconds: 1, environment: 1, firstSelectedEpoch: first)
        ])
    ]
    let grids = try grids(of: records)
    #expect(grids.columns.last?.title == "selects from epoch" && grids.rows.map { $0.last?.text } == [words])
  }

  @Test func gridsSayHowManySeedsTheirSettingsHave() throws {
    var records = SmallStudy.records([(7, "none", [1, 2])])
    #expect(try grids(of: records).rows.map { $0[3].text } == ["2"])
    records.cells += SmallStudy.records([(7, "none", [1])], planned: 1, dataset: "large").cells
    #expect(try grids(of: records).rows.map { $0[3].text } == ["1 to 2"])
  }

  /// Grids share runs, and a tuned method has runs of values that were not picked.
  @Test func runsAreCountedAsTheStoreDoes() throws {
    var records = SmallStudy.records([(7, "none", [1, 2])])
    let other = SmallStudy.records([(7, "none", [1, 2])], grid: "other")
    records.grids += other.grids
    let none = other.cells[0]
    records.cells.append(
      StudyCell(
        setting: none.setting, candidate: "dropout 0.1", planned: 2, runs: none.runs, places: 6, finishedPlaces: 5))
    records.environments = [StudyEnvironment(id: 1, version: "1", simdTarget: "t", system: "s", processor: "p")]
    let sections = OverviewSections(records: records, parts: ReportPart.parts(of: records, level: 0.95))
    #expect(
      sections.summary().blocks.contains(.text("2 different runs behind 2 settings in 2 grids on 1 data set.")))
    let completeness = try #require(tables(sections.completeness()).first)
    #expect(completeness.rows.map { $0.dropFirst(4).map(\.text) } == [["2", "2", "0", "0"], ["6", "5", "1", "0"]])
    #expect(try #require(tables(sections.origin()).first).rows.map { $0.last?.text } == ["2"])
  }

  private func grids(of records: StudyRecords) throws -> ReportTable {
    let sections = OverviewSections(records: records, parts: ReportPart.parts(of: records, level: 0.95))
    return try #require(tables(sections.summary()).first { $0.title == "Grids" })
  }

  private func tables(_ section: ReportSection) -> [ReportTable] {
    section.blocks.compactMap { block in if case .table(let table) = block { table } else { nil } }
  }
}
