import Foundation
import Testing

@testable import EspalierData

/// Whole numbers where dates are expected, as `unique_id,ds,y` with `ds` 1, 2, 3 has them.
@Suite struct RowNumberTests {
  /// Two series of 40 rows each, numbered by a rule.
  private func lines(_ header: String = "unique_id,ds,y", _ number: (Int) -> String = { "\($0 + 1)" }) -> [String] {
    [header] + ["a", "b"].flatMap { id in (0..<40).map { "\(id),\(number($0)),\(($0 * $0) % 17)" } }
  }

  private func text(_ lines: some Sequence<String>) -> String { lines.joined(separator: "\n") }

  @Test(arguments: ["ds", "DS", "Date", "time", "timestamp", "DateTime"])
  func `a column that is called so numbers the rows and is no input`(name: String) throws {
    let table = try read(text(lines("unique_id,\(name),y")))
    #expect(table.isNumbered && !table.hasDates && table.columnNames == ["y"])
    #expect(table.times == Array(1...40) + Array(1...40) && table.inferredGrid == nil)
    #expect(table.notes == ["Column \"\(name)\" holds whole numbers and no dates: they number the rows."])
    #expect(try table.onGrid(nil) == table)
    let data = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 3, horizon: 2))
    #expect(data.inputNames == ["y"])
    #expect((0..<2).map { data.time(data.future[1], step: $0) } == [41, 42])
    #expect(throws: PreparationError.calendarWithoutDates) {
      try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 3, horizon: 2, calendar: true))
    }
  }

  @Test func `rows are put in order, and keys are looked at`() throws {
    let all = lines()
    let sorted = try read(text(all))
    let shuffled = try read(text([all[0]] + all.dropFirst().reversed()))
    #expect(try shuffled.column("y").values[..<40] == sorted.column("y").values[..<40])
    #expect(shuffled.notes.contains("Rows were not in time order and were sorted."))
    #expect(
      try readError(text(all + ["a,10,99"]))
        == "FILE has two different rows for \"ds\" 10 of series \"a\": remove one, ask to keep the first of them, or exclude "
        + "that column where it does not number the rows.")
    #expect(
      try readError(text(all + ["a,,99"]))
        == "Row 81 (line 82) of FILE holds \"\" in the column \"ds\", whose whole numbers number the rows: correct it, name "
        + "the column of dates, or exclude this one.")
    var options = ReadOptions()
    options.fill = .forward
    let gap = Array(all[..<10]) + all[30...]
    let filled = try read(text(gap), options)
    #expect(filled.times == sorted.times && filled.isNumbered)
    let error = try #require(throws: GridError.self) { try read(text(gap)).onGrid(nil) }
    #expect(
      error.description.hasPrefix(
        "Row numbers come every 1, and 20 are missing, first between 9 and 30 of series \"a\": add them"))
    let between = try #require(throws: GridError.self) {
      try read(text(lines { $0 == 20 ? "39.0" : "\(2 * $0)" })).onGrid(nil)
    }
    #expect(between.description.hasPrefix("The row of 39 of series \"a\" does not lie 2 or a multiple of it behind"))
  }

  @Test func `seconds since 1970 go on in seconds, and a model knows their distance`() throws {
    let seconds = try read(text(lines { "\(1_700_000_000 + 3600 * $0)" }))
    let task = ForecastTask(target: "y", lookback: 3, horizon: 2)
    let data = try PreparedData(table: seconds, task: task)
    #expect(data.fitted.grid == .numbers(step: 3600) && data.fitted.step == nil)
    let again = try JSONDecoder().decode(FittedPreparation.self, from: JSONEncoder().encode(data.fitted))
    let applied = try again.windows(of: seconds)
    #expect(applied.time(applied.future[0], step: 1) == 1_700_000_000 + 3600 * 41)
    let halves = try read(text(lines { "\(1_700_000_000 + 1800 * $0)" }))
    #expect(throws: PreparationError.otherGrid(expected: .numbers(step: 3600), actual: .numbers(step: 1800))) {
      try again.windows(of: halves)
    }
    let unnumbered = try read(text(lines("unique_id,at,y")))
    #expect(throws: PreparationError.otherTimes(expected: .numbers, actual: .order)) {
      try again.windows(of: unnumbered)
    }
  }

  @Test func `eight digits that are days are dates`() throws {
    func days(_ count: Int) -> [String] {
      (0..<count).map { TimeStamp.text(1_704_067_200_000 + Int64($0) * 86_400_000).replacing("-", with: "") }
    }
    let table = try read("ds,y\n" + text(days(40).enumerated().map { "\($1),\($0)" }))
    #expect(table.hasDates && TimeStamp.text(table.times[39]) == "2024-02-09")
    #expect(table.notes == ["Column \"ds\" was read as dates of eight digits: year, month, day."])
    #expect(try read("when,y\n" + text(days(40).map { "\($0),1" })).columnNames == ["when", "y"])
    #expect(try read("when,y\n" + text(days(40).map { "\($0),1" }), ReadOptions(dateColumn: "when")).hasDates)
    let number = try read("ds,y\n" + text(days(40).map { "\($0),1" } + ["20240999,1"]))
    #expect(number.isNumbered)
  }

  @Test func `what the caller says goes before a name`() throws {
    let named = try read(text(lines("unique_id,step,y")), ReadOptions(dateColumn: "step"))
    #expect(named.isNumbered && named.columnNames == ["y"])
    for options in [ReadOptions(columns: ["y", "ds"]), ReadOptions(required: ["y", "ds"])] {
      let kept = try read(text(lines()), options)
      #expect(!kept.isNumbered && Set(kept.columnNames) == ["y", "ds"])
    }
    let excluded = try read(text(lines()), ReadOptions(excluded: ["ds"]))
    #expect(!excluded.isNumbered && excluded.columnNames == ["y"])
    let dated = try read(text(["ds,when,y"] + (1...9).map { "\($0),2024-01-0\($0),1" }))
    #expect(dated.hasDates && dated.columnNames == ["ds", "y"])
    let fraction = try read(text(lines { "\($0).5" }))
    #expect(fraction.columnNames == ["ds", "y"])
    #expect(fraction.notes[0] == "Column \"ds\" holds neither dates nor whole numbers and is an input like others.")
  }

  /// What was excluded in training is not in the model's file.
  @Test func `a model of rows in the file's order reads them so`() throws {
    let task = ForecastTask(target: "y", lookback: 3, horizon: 2)
    let fitted = try PreparedData(table: read(text(lines()), ReadOptions(excluded: ["ds"])), task: task).fitted
    try withTemporaryFile(Array(text(lines()).utf8)) { (path: String) throws -> Void in
      let loaded = try DataSource(kind: .file, place: path).load(for: fitted)
      #expect(!loaded.table.isNumbered)
      #expect(try fitted.windows(of: loaded.table).future.count == 2)
    }
  }

  @Test func `numbered rows of the future follow by their numbers`() throws {
    let past = try read("ds,y,price\n" + text((1...20).map { "\($0),1,2" }))
    let joined = try past.appending(read("ds,price\n20,5\n21,6\n22,7", ReadOptions(columns: ["price"])))
    #expect(joined.times == Array(1...22) && joined.isNumbered)
    #expect(try joined.column("price").values.suffix(3) == [2, 6, 7])
    let unnumbered = try SeriesTable(times: [0], columns: [NumericColumn(name: "price", values: [1])], hasDates: false)
    #expect(throws: FutureRowsFault.numbers(expected: true)) { try past.appending(unnumbered) }
  }

  @Test(arguments: [
    ("12", 12), ("-3", -3), ("+4", 4), ("12.0", 12), ("12.", 12), ("4000000000000000000", 4_000_000_000_000_000_000),
    ("4000000000000000001", nil), ("99999999999999999999", nil), ("1.5", nil), ("1e3", nil), ("", nil), ("-", nil),
    (".0", nil),
  ])
  func `whole numbers are recognized`(text: String, number: Int64?) {
    let bytes = Array(text.utf8)
    let whole = bytes.withUnsafeBufferPointer { buffer -> Int64? in
      guard let base = buffer.baseAddress else { return nil }
      return NumberParsing.whole(Field(start: base, end: base + buffer.count), decimal: 0x2E)
    }
    #expect(whole == number)
  }
}
