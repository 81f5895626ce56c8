import Testing

@testable import EspalierData

@Suite struct PanelTests {
  /// Three series over the same 40 days: the whole of them, the last 25, and 4 rows in the middle.
  private func panel() throws -> SeriesTable {
    let days = [Array(0..<40), Array(15..<40), Array(20..<24)]
    var series: [SeriesRows] = []
    var start = 0
    for (index, rows) in days.enumerated() {
      series.append(SeriesRows(id: "s\(index)", rows: start..<start + rows.count))
      start += rows.count
    }
    return try SeriesTable(
      times: days.flatMap { $0.map { Int64($0) * 86_400_000 } },
      columns: [
        NumericColumn(name: "y", values: scrambled(69)), NumericColumn(name: "a", values: scrambled(69, 3)),
      ], series: series)
  }

  @Test func `parts are cut on shared dates and short series are skipped and counted`() throws {
    let data = try PreparedData(table: panel(), task: ForecastTask(target: "y", lookback: 4))
    #expect(data.notes == ["1 of 3 series have fewer than 5 rows and were skipped."])
    // Of 40 dates 28 train and 4 validate; the second series has days 15... in rows 40...
    #expect(
      data.train == (4..<28).map { Window(origin: $0, series: 0) } + (44..<53).map { Window(origin: $0, series: 1) })
    #expect(
      data.validation == (28..<32).map { Window(origin: $0, series: 0) }
        + (53..<57).map { Window(origin: $0, series: 1) })
    #expect(
      data.test == (32..<40).map { Window(origin: $0, series: 0) } + (57..<65).map { Window(origin: $0, series: 1) })
    #expect(data.seriesNames == ["s0", "s1", "s2"])
    #expect(data.future.map(\.origin) == [40, 65, 69])
  }

  @Test func `validation windows can be asked to have a longer history`() throws {
    var task = ForecastTask(target: "y", lookback: 4)
    let usual = try PreparedData(table: panel(), task: task)
    // The second series begins in row 40.
    for (history, first) in [(3, 53), (14, 54), (16, 56), (17, 57)] {
      task.validationHistory = history
      let data = try PreparedData(table: panel(), task: task)
      #expect(
        data.validation == (28..<32).map { Window(origin: $0, series: 0) }
          + (first..<57).map { Window(origin: $0, series: 1) })
      #expect(data.train == usual.train && data.test == usual.test && data.future == usual.future)
    }
    task.validationHistory = 0
    #expect(throws: PreparationError.notPositive(name: "history of validation windows", value: 0)) {
      try PreparedData(table: panel(), task: task)
    }
  }

  @Test func `no value of another series reaches a window`() throws {
    let data = try PreparedData(table: panel(), task: ForecastTask(target: "y", lookback: 4, season: 30))
    let first = try #require(data.train.first { $0.series == 1 })
    #expect(first.origin == 44)
    #expect(data.naiveSeasonal(first, step: 0) == data.naiveLastValue(first, step: 0))
    #expect(data.truth(Window(origin: 40, series: 0), step: 0).isNaN)
  }

  @Test func `the paper's evaluation cuts every series by its own windows`() throws {
    let data = try PreparedData(table: panel(), task: ForecastTask(target: "y", lookback: 4, evaluation: .paper))
    #expect(data.train.count { $0.series == 0 } == 28)
    #expect(data.test.count { $0.series == 0 } == 8)
    #expect(data.train.count { $0.series == 1 } == 16)
    #expect(data.test.count { $0.series == 1 } == 5)
  }

  @Test func `a fixed split is refused`() throws {
    let task = ForecastTask(target: "y", lookback: 4, split: FixedSplit(train: 10, validation: 5, test: 5))
    let table = try panel()
    #expect(throws: PreparationError.splitOfPanel) { try PreparedData(table: table, task: task) }
  }
}
