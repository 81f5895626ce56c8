import Foundation
import Testing

@testable import EspalierData

@Suite struct FittedPreparationTests {
  private func table(_ count: Int) throws -> SeriesTable {
    try hourlyTable([("y", scrambled(count)), ("a", scrambled(count, 1)), ("b", scrambled(count, 2))])
  }

  @Test(arguments: Evaluation.allCases)
  func `survives JSON and prepares new data as the old`(evaluation: Evaluation) throws {
    let task = ForecastTask(target: "y", lookback: 4, horizon: 2, evaluation: evaluation, calendar: true)
    let trained = try PreparedData(table: table(100), task: task, drifting: ["a"])
    let text = try JSONEncoder().encode(trained.fitted)
    let fitted = try JSONDecoder().decode(FittedPreparation.self, from: text)
    #expect(fitted == trained.fitted)
    let applied = try fitted.windows(of: table(100))
    #expect(applied.train.isEmpty && applied.validation.isEmpty)
    #expect(applied.test.count == 100 - 5)
    let windows = trained.train + trained.test
    #expect(applied.batch(windows) == trained.batch(windows))
    let future = try #require(applied.future.first)
    let (inputs, targets) = applied.batch([future])
    #expect(inputs.allSatisfy { $0.isFinite })
    #expect(targets == [0, 0])
    #expect(applied.forecastInTargetUnits(normalised: 0, window: future, step: 1).isFinite)
    #expect(applied.time(future, step: 1) == 101 * 3_600_000)
  }

  @Test func `as many rows as the look-back are enough to forecast`() throws {
    let fitted = try PreparedData(table: table(100), task: ForecastTask(target: "y", lookback: 4, horizon: 2)).fitted
    let applied = try fitted.windows(of: table(4))
    #expect(applied.test.isEmpty)
    #expect(applied.future == [Window(origin: 4, series: 0)])
    let short = try table(3)
    let error = #expect(throws: PreparationError.tooShort(longest: 3, lookback: 4, horizon: 0)) {
      try fitted.windows(of: short)
    }
    #expect(error?.description == "The longest series has 3 rows where a look-back of 4 needs 4: give more rows.")
    #expect(PreparationError.tooShort(longest: 1, lookback: 4, horizon: 2).description.contains("has 1 row where"))
  }

  @Test func `a target that is known every other row only still makes a model file`() throws {
    let values = scrambled(100).enumerated().map { $0 % 2 == 0 ? $1 : .nan }
    let data = try PreparedData(table: hourlyTable([("y", values)]), task: ForecastTask(target: "y", lookback: 4))
    #expect(data.fitted.seasonalScale == nil)
    #expect(data.seasonalScale.isNaN)
    #expect(throws: Never.self) { try JSONEncoder().encode(data.fitted) }
  }

  @Test func `a lying model file is an error`() throws {
    let fitted = try PreparedData(table: table(100), task: ForecastTask(target: "y", lookback: 4)).fitted
    let text = try #require(String(data: JSONEncoder().encode(fitted), encoding: .utf8))
    for (from, to) in [("\"lookback\":4", "\"lookback\":-4"), ("\"lookback\":4", "\"lookback\":9000000000000000000")] {
      let lie = try JSONDecoder().decode(
        FittedPreparation.self, from: Data(text.replacingOccurrences(of: from, with: to).utf8))
      let data = try table(50)
      #expect(throws: PreparationError.self) { try lie.windows(of: data) }
    }
    let scale = try #require(text.firstRange(of: /"scale":[0-9.]+/))
    let flat = try JSONDecoder().decode(
      FittedPreparation.self, from: Data(text.replacingCharacters(in: scale, with: "\"scale\":0").utf8))
    let data = try table(50)
    #expect(throws: PreparationError.self) { try flat.windows(of: data) }
  }

  @Test func `missing columns and other steps are refused`() throws {
    let fitted = try PreparedData(table: table(100), task: ForecastTask(target: "y", lookback: 4)).fitted
    let narrow = try table(50).selecting(["y", "b"])
    #expect(throws: PreparationError.unknownColumn(name: "a", nearest: "y")) { try fitted.windows(of: narrow) }
    let daily = try SeriesTable(times: (0..<50).map { $0 * 86_400_000 }, columns: table(50).columns)
    let (hour, day) = (TimeGrid.every(milliseconds: 3_600_000), TimeGrid.every(milliseconds: 86_400_000))
    #expect(throws: PreparationError.otherGrid(expected: hour, actual: day)) {
      try fitted.windows(of: daily)
    }
  }

  @Test func `the paper's evaluation forecasts without the target's column`() throws {
    let task = ForecastTask(target: "y", lookback: 4, evaluation: .paper)
    let fitted = try PreparedData(table: table(100), task: task).fitted
    let applied = try fitted.windows(of: table(50).selecting(["a", "b"]))
    #expect(applied.test.isEmpty)
    let future = try #require(applied.future.first)
    #expect(applied.batch([future]).inputs.allSatisfy { $0.isFinite })
    #expect(applied.forecastInTargetUnits(normalised: 1, window: future, step: 0).isFinite)
    #expect(applied.naiveLastValue(future, step: 0).isNaN)
  }
}
