import Testing

@testable import EspalierData

/// What a forecast begins from is known, or a note or an error says that it is not.
@Suite struct UnknownTargetTests {
  private let lookback = 5

  /// Series of daily rows of which a rule says where the target is missing.
  private func panel(
    _ ids: [String] = ["a", "b", "c"], rows: Int = 40, without: (String, Int) -> Bool = { _, _ in false }
  ) throws -> SeriesTable {
    var y: [Double] = []
    for (seed, id) in ids.enumerated() {
      y += scrambled(rows, seed).enumerated().map { without(id, $0) ? .nan : $1 }
    }
    return try SeriesTable(
      times: ids.flatMap { _ in (0..<rows).map { Int64($0) * 86_400_000 } },
      columns: [NumericColumn(name: "y", values: y), NumericColumn(name: "price", values: scrambled(y.count, 9))],
      series: ids.enumerated().map { SeriesRows(id: $1, rows: $0 * rows..<($0 + 1) * rows) })
  }

  private func fitted(_ change: (inout ForecastTask) -> Void = { _ in }) throws -> FittedPreparation {
    var task = ForecastTask(target: "y", lookback: lookback, horizon: 2)
    change(&task)
    return try PreparedData(table: panel(), task: task).trainedPreparation
  }

  @Test func `a series without any known target is skipped and counted`() throws {
    let table = try panel { id, _ in id == "b" }
    let note = "1 of 3 series have no known \"y\" and were skipped."
    let data = try fitted().windows(of: table)
    #expect(data.future.map(\.series) == [0, 2])
    #expect(data.notes == [note] && data.futureNotes.isEmpty)
    let trained = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: lookback))
    #expect(trained.notes == [note] && trained.future.map(\.series) == [0, 2])
    let empty = try panel { _, _ in true }
    let error = try #require(throws: PreparationError.noKnownTarget("y")) { try fitted().windows(of: empty) }
    #expect(error.description.hasPrefix("No series of these data has a known value of \"y\", from which"))
  }

  @Test func `a series that ends in unknown targets is counted`() throws {
    let data = try fitted().windows(of: panel { id, row in id == "b" && row >= 30 || id == "c" && row == 39 })
    #expect(data.future.map(\.origin) == [40, 80, 120] && data.notes.isEmpty)
    #expect(
      data.futureNotes == [
        "2 of 3 series end in rows without a known \"y\" (at most 10 rows, in series \"b\"): its last value stands in for "
          + "them, and forecasts begin behind them."
      ])
    let single = try panel([""]) { _, row in row >= 38 }
    #expect(
      try fitted().windows(of: single).futureNotes == [
        "The last 2 rows have no known \"y\": its last value stands in, and the forecast begins behind."
      ])
    #expect(try fitted().windows(of: panel()).futureNotes.isEmpty)
  }

  @Test func `with known columns a past that is too short is counted`() throws {
    let known = try fitted { $0.known = ["price"] }
    let data = try known.windows(of: panel { id, row in row >= (id == "b" ? 3 : 38) })
    #expect(data.future.map(\.series) == [0, 2])
    #expect(
      data.futureNotes == [
        "1 of 3 series have fewer than 5 rows up to their last known \"y\", where a forecast begins, and were skipped."
      ])
    let none = try known.windows(of: panel { _, row in row >= 3 })
    #expect(throws: PreparationError.noFuture(target: "y", lookback: 5)) { try none.checkFuture(of: none.future) }
  }

  @Test func `series that were not trained on are named where scalers are shared`() throws {
    let fitted = try fitted()
    #expect(fitted.trainedSeries == ["a", "b", "c"])
    #expect(
      try fitted.windows(of: panel(["a", "zz", "c"])).notes == [
        "1 of 3 series was not trained on (\"zz\"): the model knows only what others are like."
      ])
    #expect(
      try fitted.windows(of: panel(["p", "q", "r", "s"])).notes[0].hasPrefix(
        "4 of 4 series were not trained on (\"p\", \"q\", \"r\", ...): "))
    #expect(try fitted.windows(of: panel([""])).notes.isEmpty)
    var older = fitted
    older.trainedSeries = nil
    #expect(try older.windows(of: panel(["zz"])).notes.isEmpty)
    #expect(try self.fitted { $0.scaling = .perSeries }.trainedSeries == nil)
    // A warm start has been trained on both.
    let warm = try PreparedData(table: panel(["zz", "a"]), preparation: fitted).trainedPreparation
    #expect(warm.trainedSeries == ["a", "b", "c", "zz"])
    #expect(try PreparedData(table: panel(["zz"]), preparation: older).trainedPreparation.trainedSeries == nil)
  }

  @Test(arguments: [1e160, 1e300, 1e-170])
  func `values that can't be scaled are not called constant`(scale: Double) throws {
    let y = scrambled(60).map { $0 * scale }
    let table = try hourlyTable([("y", scrambled(60)), ("a", y)])
    #expect(throws: PreparationError.extremeTarget("a")) {
      try PreparedData(table: table, task: ForecastTask(target: "a", lookback: 4))
    }
    let data = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 4))
    #expect(data.notes.contains { $0.hasPrefix("Feature \"a\" has values too large, or too close to each other") })
  }
}
