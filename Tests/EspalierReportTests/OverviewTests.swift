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
    let section = OverviewSections(records: records, parts: ReportPart.parts(of: records, level: 0.95)).summary()
    let tables = section.blocks.compactMap { block in if case .table(let table) = block { table } else { nil } }
    let grids = try #require(tables.first { $0.title == "Grids" })
    #expect(grids.columns.last?.title == "selects from epoch" && grids.rows.map { $0.last?.text } == [words])
  }
}
