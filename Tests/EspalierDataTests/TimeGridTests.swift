import Testing

@testable import EspalierData

@Suite struct TimeGridTests {
  private func table(_ dates: [String], _ values: [Double]? = nil) throws -> SeriesTable {
    try SeriesTable(
      times: dates.map { try #require(TimeStamp.parse($0)) },
      columns: [NumericColumn(name: "y", values: values ?? scrambled(dates.count))])
  }

  /// Days from 2024-01-01, a Monday.
  private func days(_ range: some Sequence<Int>) -> [String] {
    range.map { TimeStamp.text(1_704_067_200_000 + Int64($0) * 86_400_000) }
  }

  @Test(arguments: [
    (["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 02:00"], TimeGrid.every(milliseconds: 3_600_000), "1 h"),
    (["2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08"], .every(milliseconds: 86_400_000), "1 d"),
    (["2024-01-03", "2024-01-04", "2024-01-05", "2024-01-08"], .businessDays, "1 business day"),
    (["2024-01-02", "2024-01-03", "2024-01-04"], .every(milliseconds: 86_400_000), "1 d"),
    (["2024-01-01", "2024-01-08", "2024-01-15"], .every(milliseconds: 7 * 86_400_000), "7 d"),
    (["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01"], .months(1), "1 month"),
    (["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"], .months(1), "1 month"),
    (["2023-12-31", "2024-03-31", "2024-06-30", "2024-09-30"], .months(3), "3 months"),
    (["2021-01-01", "2022-01-01", "2023-01-01", "2024-01-01", "2025-01-01"], .months(12), "1 year"),
    (["2024-01-01", "2024-01-29", "2024-02-26", "2024-03-25"], .every(milliseconds: 28 * 86_400_000), "28 d"),
  ])
  func `grids are inferred`(dates: [String], grid: TimeGrid, text: String) throws {
    let table = try table(dates)
    #expect(table.inferredGrid == grid)
    #expect(grid.description == text)
    #expect(try table.onGrid(nil) == table)
  }

  @Test func `steps and times are inverse`() throws {
    let start = try #require(TimeStamp.parse("2024-01-31 06:00"))
    for grid in [TimeGrid.every(milliseconds: 900_000), .businessDays, .months(1), .months(3), .months(12)] {
      for monthDay in [nil, 31] {
        for steps in 0..<400 {
          let time = grid.time(steps, after: start, monthDay: monthDay)
          #expect(grid.steps(from: start, to: time, monthDay: monthDay) == steps)
          #expect(grid.steps(from: start, to: time + 1, monthDay: monthDay) == nil)
        }
      }
    }
    let friday = try #require(TimeStamp.parse("2024-01-05"))
    #expect(TimeStamp.text(TimeGrid.businessDays.time(1, after: friday)) == "2024-01-08")
    #expect(TimeStamp.text(TimeGrid.businessDays.time(6, after: friday)) == "2024-01-15")
    #expect(TimeStamp.text(TimeGrid.months(1).time(1, after: start)) == "2024-02-29 06:00:00")
    #expect(TimeStamp.text(TimeGrid.months(1).time(13, after: start, monthDay: 31)) == "2025-02-28 06:00:00")
    #expect(TimeGrid.every(milliseconds: .max).time(3, after: start) == .max)
    #expect(TimeGrid.months(.max).time(3, after: start) == .max)
  }

  @Test func `missing rows are an error without a rule and inserted with one`() throws {
    let table = try table(days([0, 1, 2, 5, 6, 7, 8, 9]), [1, 2, 3, 9, 5, .nan, 7, 8])
    let grid = TimeGrid.every(milliseconds: 86_400_000)
    #expect(
      throws: GridError.gap(series: "", after: table.times[2], before: table.times[3], grid: grid, missing: 2)
    ) { try table.onGrid(nil) }
    #expect(try table.onGrid(FillRule.none).times == table.times)
    #expect(try table.onGrid(FillRule.none).notes.count == 1)
    let filled = try table.onGrid(.forward)
    #expect(filled.times.map(TimeStamp.text) == days(0..<10))
    #expect(filled.notes == ["2 rows were missing on the grid of 1 d and inserted (forward)."])
    let unknown = try filled.column("y").values.enumerated().filter { $0.element.isNaN }.map(\.offset)
    #expect(unknown == [3, 4, 7])
    let y = try table.column("y").values
    for (rule, expected) in [(FillRule.zero, [0, 0]), (.linear, [5, 7]), (.forward, [Double.nan, .nan])] {
      let filled = try table.onGrid(rule)
      let values = try #require(filled.inserted).filling(try filled.column("y").values, series: filled.series)
      #expect(values[3...4].elementsEqual(expected) { $0 == $1 || ($0.isNaN && $1.isNaN) })
      #expect(values[5] == y[3] && values[7].isNaN)
    }
  }

  @Test func `holidays need no rule where they are few`() throws {
    let weekdays = (0..<140).filter { $0 % 7 < 5 }
    let closed = [3, 45, 46, 100]
    let open = try table(days(weekdays.filter { !closed.contains($0) }))
    #expect(open.inferredGrid == .businessDays)
    #expect(try open.onGrid(nil).notes == ["4 of 100 business days have no row and count as holidays."])
    #expect(try open.onGrid(nil).times == open.times)
    #expect(try open.onGrid(.forward).rowCount == 100)
    let half = try table(days(weekdays.filter { $0 % 4 != 1 }))
    #expect(throws: GridError.self) { try half.onGrid(nil) }
    let long = try table(days(weekdays.filter { !(30..<47).contains($0) }))
    #expect(throws: GridError.self) { try long.onGrid(nil) }
  }

  @Test func `rows off the grid and absurd gaps are refused in a sentence`() throws {
    let off = try table(["2024-01-01 00:00", "2024-01-01 01:00", "2024-01-01 02:00", "2024-01-01 03:30"])
    for rule in [nil, FillRule.forward] {
      let error = #expect(throws: GridError.self) { try off.onGrid(rule) }
      #expect(error?.description.hasPrefix("The row of 2024-01-01 03:30:00 does not lie 1 h") == true)
    }
    #expect(throws: Never.self) { try off.onGrid(FillRule.none) }
    let far = try table(["2024-01-01 00:00:00", "2024-01-01 00:00:01", "2024-01-01 00:00:02", "2099-01-01 00:00:00"])
    let error = #expect(throws: GridError.self) { try far.onGrid(.zero) }
    #expect(error?.description.contains("rows are missing on a grid of 1 s where there are 4") == true)
  }

  @Test func `a file says so and names itself, and models go on along the grid`() throws {
    let lines = days((0..<200).filter { $0 % 7 < 5 && $0 != 60 && $0 != 61 }).enumerated().map { "\($1),\($0 % 9)" }
    let text = (["date,y"] + lines).joined(separator: "\n")
    let data = try PreparedData(table: read(text), task: ForecastTask(target: "y", lookback: 4, horizon: 3))
    let future = try #require(data.future.first)
    // The last row is a Thursday.
    #expect((0..<3).map { TimeStamp.text(data.time(future, step: $0)) } == days([200, 203, 204]))
    let gap = (["date,y"] + days([0, 1, 2, 4, 5]).map { "\($0),1" }).joined(separator: "\n")
    try withTemporaryFile(Array(gap.utf8)) { (path: String) throws -> Void in
      var source = DataSource(kind: .file, place: path)
      source.target = "y"
      let error = #expect(throws: ReadError.self) { try source.load() }
      #expect(error?.description.hasPrefix("\(path): Rows come every 1 d, and one is missing, first between ") == true)
      source.reading.fill = .zero
      #expect(try source.load().table.rowCount == 6)
      source.reading.fill = FillRule.none
      #expect(try source.load().table.rowCount == 5)
    }
  }

  @Test(arguments: Evaluation.allCases, [FillRule.forward, .linear, .zero])
  func `inserted targets are never scored and inputs never look ahead`(evaluation: Evaluation, rule: FillRule) throws {
    let gaps: Set = [20, 21, 50, 70, 71, 72, 85]
    func data(_ values: [Double]) throws -> PreparedData {
      let rows = (0..<100).filter { !gaps.contains($0) }
      let table = try table(days(rows), rows.map { values[$0] })
      let full = try SeriesTable(
        times: table.times, columns: table.columns + [NumericColumn(name: "a", values: rows.map { values[$0] * 3 })])
      var task = ForecastTask(target: "y", features: ["a"], lookback: 4, horizon: 2, evaluation: evaluation)
      task.split = nil
      return try PreparedData(table: full.onGrid(rule), task: task)
    }
    let values = scrambled(100)
    let original = try data(values)
    let windows = original.train + original.test
    #expect(!windows.isEmpty)
    for window in windows {
      #expect(gaps.isDisjoint(with: Int(window.origin)..<Int(window.origin) + 2))
    }
    // In the paper's evaluation scalers see the whole file, so only the strict one can be compared.
    guard evaluation == .strict else { return }
    for origin in 70..<98 {
      let changed = try data(values.enumerated().map { $0 >= origin ? $1 + 5 : $1 })
      for window in changed.test + changed.validation where Int(window.origin) <= origin {
        #expect(original.batch([window]).inputs == changed.batch([window]).inputs, "\(origin) \(window)")
        #expect(original.windowMap(window) == changed.windowMap(window))
      }
    }
  }

  /// Fifty months that end in a February, and what the next three are called.
  @Test(arguments: [
    (31, "2023-02-28", ["2023-03-31", "2023-04-30", "2023-05-31"]),
    (30, "2023-02-28", ["2023-03-30", "2023-04-30", "2023-05-30"]),
    (29, "2023-02-28", ["2023-03-29", "2023-04-29", "2023-05-29"]),
    (28, "2023-02-28", ["2023-03-28", "2023-04-28", "2023-05-28"]),
    (15, "2023-02-15", ["2023-03-15", "2023-04-15", "2023-05-15"]),
  ])
  func `months keep to their day behind a short one`(day: Int, last: String, next: [String]) throws {
    let grid = TimeGrid.months(1)
    let first = try #require(TimeStamp.parse("2019-01-\(day)"))
    let dates = (0..<50).map { TimeStamp.text(grid.time($0, after: first, monthDay: day)) }
    #expect(dates.last == last)
    // The file may begin in a February, too.
    for dates in [dates, Array(dates[1...])] {
      let table = try table(dates)
      #expect(try table.onGrid(nil) == table)
      let data = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 4, horizon: 3))
      let future = try #require(data.future.first)
      #expect((0..<3).map { TimeStamp.text(data.time(future, step: $0)) } == next)
    }
    let gap = try table(dates.filter { $0 != dates[10] })
    #expect(try gap.onGrid(.forward).times.map(TimeStamp.text) == dates)
  }

  @Test func `history ends before a window and leaves missing values out`() throws {
    let table = try table(days(0..<60), (0..<60).map { $0 == 57 ? .nan : Double($0 % 11) })
    let data = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 4, horizon: 3))
    let future = try #require(data.future.first)
    let history = data.history(before: future, rows: 3)
    #expect(history.map(\.time) == Array(table.times[57...]))
    #expect(history[0].value.isNaN && history[1].value == 3 && history[2].value == 4)
    #expect(data.history(before: future, rows: 1000).count == 60 && data.history(before: future, rows: -1).isEmpty)
  }
}
