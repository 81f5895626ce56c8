import Foundation
import Testing

@testable import EspalierData

@Suite struct CalibrationPartTests {
  private func task(_ calibration: Double?, split: FixedSplit? = nil, horizon: Int = 2) -> ForecastTask {
    ForecastTask(target: "y", lookback: 3, horizon: horizon, split: split, calibration: calibration)
  }

  private func table() throws -> SeriesTable { try hourlyTable([("y", scrambled(100)), ("a", scrambled(100, 1))]) }

  @Test func `the end of validation is kept apart and nothing else changes`() throws {
    let table = try table()
    let whole = try PreparedData(table: table, task: task(nil))
    let data = try PreparedData(table: table, task: task(0.4))
    #expect(whole.calibration.isEmpty && whole.validation.map(\.origin) == Array(70..<79))
    // Of rows 70 ..< 80 the last 4; horizons lie wholly in their part.
    #expect(data.validation.map(\.origin) == Array(70..<75))
    #expect(data.calibration.map(\.origin) == Array(76..<79))
    #expect(data.train == whole.train && data.test == whole.test && data.future == whole.future)
    #expect(data.matrix == whole.matrix && data.fitted.target == whole.fitted.target)
  }

  @Test func `shares of rows are exact and a fixed split shares too`() throws {
    let data = try PreparedData(
      table: table(), task: task(0.29, split: FixedSplit(train: 10, validation: 50, test: 40), horizon: 1))
    // 0.29 * 50 is 14.5.
    #expect(data.calibration.map(\.origin) == Array(46..<60))
    let fine = try PreparedData(
      table: hourlyTable([("y", scrambled(160))]),
      task: task(0.29, split: FixedSplit(train: 20, validation: 100, test: 40), horizon: 1))
    // 0.29 * 100 is 28.999... in doubles.
    #expect(fine.calibration.count == 29)
  }

  @Test func `series of a panel share the date`() throws {
    let days = [Array(0..<40), Array(15..<40)]
    let table = try SeriesTable(
      times: days.flatMap { $0.map { Int64($0) * 86_400_000 } },
      columns: [NumericColumn(name: "y", values: scrambled(65))],
      series: [SeriesRows(id: "a", rows: 0..<40), SeriesRows(id: "b", rows: 40..<65)])
    let data = try PreparedData(table: table, task: task(0.5, horizon: 1))
    // Validation has days 28 ..< 32; the last two of them calibrate.
    #expect(
      data.validation == [28, 29].map { Window(origin: $0, series: 0) }
        + [53, 54].map { Window(origin: $0, series: 1) })
    #expect(
      data.calibration == [30, 31].map { Window(origin: $0, series: 0) }
        + [55, 56].map { Window(origin: $0, series: 1) })
  }

  @Test func `what cannot be kept is refused`() throws {
    let table = try table()
    for share in [0, 1, -0.5, 2, .nan] as [Double] {
      #expect(throws: PreparationError.self) { try PreparedData(table: table, task: task(share)) }
    }
    #expect(throws: PreparationError.emptyPart(name: "calibration", rows: 1, horizon: 2)) {
      try PreparedData(table: table, task: task(0.1))
    }
    #expect(throws: PreparationError.emptyPart(name: "validation", rows: 1, horizon: 2)) {
      try PreparedData(table: table, task: task(0.9))
    }
    var paper = task(0.5)
    paper.evaluation = .paper
    #expect(throws: PreparationError.calibrationInPaper) { try PreparedData(table: table, task: paper) }
  }

  @Test func `tasks of before are read`() throws {
    let text = try JSONEncoder().encode(task(nil))
    #expect(!String(decoding: text, as: UTF8.self).contains("calibration"))
    #expect(try JSONDecoder().decode(ForecastTask.self, from: text) == task(nil))
    let kept = try JSONEncoder().encode(task(0.25))
    #expect(try JSONDecoder().decode(ForecastTask.self, from: kept).calibration == 0.25)
  }
}
