import Testing

@testable import EspalierData

@Suite struct FoldTests {
  /// Two series of ten and six rows, whose values tell series and row.
  private func panel() throws -> SeriesTable {
    let times = (0..<10).map(Int64.init) + (4..<10).map(Int64.init)
    return try SeriesTable(
      times: times,
      columns: [
        NumericColumn(name: "y", values: (0..<16).map { $0 < 10 ? Double($0) : Double(100 + $0) }),
        NumericColumn(name: "plan", values: (0..<16).map { Double($0) / 2 }),
        NumericColumn(name: "x", values: (0..<16).map { -Double($0 * $0) }),
      ], series: [SeriesRows(id: "a", rows: 0..<10), SeriesRows(id: "b", rows: 10..<16)], hasDates: false)
  }

  private let rows = [
    FoldRows(start: 1, validation: 5, origin: 7, end: 9), FoldRows(start: 10, validation: 12, origin: 14, end: 16),
  ]

  @Test func nothingIsSeenFromTheOriginOnButWhatIsKnown() throws {
    let fold = Fold(rows, of: try panel(), known: ["plan"])
    #expect(fold.table.series.map(\.id) == ["a", "b"] && fold.table.series.map(\.rows) == [0..<8, 8..<14])
    #expect(
      fold.parts == [
        SeriesParts(train: 0..<4, validation: 4..<6, test: 6..<8),
        SeriesParts(train: 8..<10, validation: 10..<12, test: 12..<14),
      ])
    let y = try fold.table.column("y").values, x = try fold.table.column("x").values
    #expect(Array(y[0..<6]) == [1, 2, 3, 4, 5, 6] && Array(y[8..<12]) == [110, 111, 112, 113])
    for row in [6, 7, 12, 13] { #expect(y[row].isNaN && x[row].isNaN) }
    #expect(Array(try fold.table.column("plan").values[6..<8]) == [3.5, 4])
    #expect(fold.table.times == [1, 2, 3, 4, 5, 6, 7, 8, 4, 5, 6, 7, 8, 9])
  }

  @Test func aSeriesMayBeLeftOut() throws {
    let fold = Fold([nil, rows[1]], of: try panel(), known: [])
    #expect(fold.table.series.map(\.id) == ["b"] && fold.table.rowCount == 6)
    let data = try PreparedData(
      fold: [nil, rows[1]], of: try panel(), task: ForecastTask(target: "y", lookback: 1, horizon: 1), drifting: [])
    #expect(data.seriesNames == ["b"])
    #expect(data.test == [Window(origin: 4, series: 0)])
    #expect(data.train == [Window(origin: 1, series: 0)])
    #expect(data.validation == [Window(origin: 2, series: 0), Window(origin: 3, series: 0)])
  }

  /// Scalers see the training rows alone, and a later fold takes what was fitted as it is.
  @Test func preparationsAreFittedToTheTrainingRows() throws {
    let table = try panel()
    var task = ForecastTask(target: "y", features: [], lookback: 2, horizon: 2)
    let first = try PreparedData(fold: [rows[0], nil], of: table, task: task, drifting: [])
    #expect(first.fitted.target.mean == 2.5)
    let later = FoldRows(start: 1, validation: 6, origin: 8, end: 10)
    let next = try PreparedData(fold: [later, rows[1]], of: table, applying: first.fitted)
    #expect(next.fitted == first.fitted && next.test.count == 2)
    // With a scaler a series, the one that was not fitted has no window.
    task.scaling = .perSeries
    let own = try PreparedData(fold: [rows[0], nil], of: table, task: task, drifting: [])
    #expect(try PreparedData(fold: [later, rows[1]], of: table, applying: own.fitted).test.count == 1)
    #expect(throws: PreparationError.emptyPart(name: "train", rows: 2, horizon: 2)) {
      try PreparedData(fold: [nil, rows[1]], of: table, task: task, drifting: [])
    }
  }

  /// A fold's scores have scales of their own, so that its notes say nothing about that of the training rows.
  @Test func notesAreSilentOnScales() throws {
    let task = ForecastTask(target: "y", features: [], lookback: 1, horizon: 1, season: 9)
    let fold = try PreparedData(fold: rows, of: try panel(), task: task, drifting: [])
    #expect(!fold.notes.contains { $0.contains("MASE") })
    #expect(try PreparedData(table: panel(), task: task).notes.contains { $0.contains("MASE") })
  }

  @Test func whatCannotBeForecastIsNamed() throws {
    var table = try panel()
    var task = ForecastTask(target: "y", features: [], lookback: 2, horizon: 2)
    task.known = ["plan"]
    let fitted = try PreparedData(fold: rows, of: table, task: task, drifting: []).fitted
    #expect(try fitted.omissions(from: rows, of: table).isEmpty)
    // Row 8 of the table is row 8 of the first series and lies in its horizon; row 9 does not.
    func missing(at row: Int) throws -> SeriesTable {
      try SeriesTable(
        times: table.times,
        columns: table.columns.map { column in
          var values = column.values
          if column.name == "plan" { values[row] = .nan }
          return NumericColumn(name: column.name, values: values)
        }, series: table.series, hasDates: false)
    }
    let error = PreparationError.futureMissing(column: "plan", series: "a", time: 8, isDate: false)
    #expect(try fitted.omissions(from: rows, of: missing(at: 8)) == [0: error])
    #expect(try fitted.omissions(from: rows, of: missing(at: 9)).isEmpty)
    // A horizon that the series does not reach the end of.
    let short = FoldRows(start: 10, validation: 12, origin: 15, end: 16)
    let behind = PreparationError.futureMissing(column: "plan", series: "b", time: 10, isDate: false)
    #expect(try fitted.omissions(from: [nil, short], of: table) == [1: behind])
    task.scaling = .perSeries
    let own = try PreparedData(fold: [rows[0], nil], of: table, task: task, drifting: []).fitted
    #expect(try own.omissions(from: rows, of: table) == [1: .unseenSeries("b")])
    table = try table.selecting(["y"])
    #expect(throws: PreparationError.unknownColumn(name: "plan", nearest: nil)) {
      try fitted.omissions(from: rows, of: table)
    }
  }

  /// What stands in a gap does not tell whether a row follows it.
  @Test func aGapUpToTheEndIsFilledLikeOthers() throws {
    let day: Int64 = 86_400_000
    let table = try SeriesTable(
      times: [0, 1, 2, 6].map { $0 * day }, columns: [NumericColumn(name: "y", values: [3, 4, 5, 6])])
    func inputs(_ rule: FillRule, end: Int) throws -> [Double] {
      let filled = try table.onGrid(rule)
      let rows = filled.keeping(rows: Array(0..<end), notes: [])
      return Array(try #require(rows.inserted).filling(try rows.column("y").values, series: rows.series)[..<5])
    }
    #expect(try inputs(.zero, end: 5) == [3, 4, 5, 0, 0] && inputs(.zero, end: 7) == [3, 4, 5, 0, 0])
    #expect(try inputs(.linear, end: 7) == [3, 4, 5, 5.25, 5.5] && inputs(.linear, end: 5)[3].isNaN)
  }

  /// A series that ends within the horizon is forecast, unless what must be known in advance is not.
  @Test func shortHorizons() throws {
    let cut = [FoldRows(start: 0, validation: 6, origin: 9, end: 10), nil]
    var task = ForecastTask(target: "y", features: [], lookback: 2, horizon: 2)
    #expect(try PreparedData(fold: cut, of: try panel(), task: task, drifting: []).test.count == 1)
    task.known = ["plan"]
    #expect(try PreparedData(fold: cut, of: try panel(), task: task, drifting: []).test.isEmpty)
  }

  @Test func thePastIsFilledAsInputsAre() throws {
    let day: Int64 = 86_400_000
    let values: [Double] = [.nan, 2, .nan, 8, 5]
    // The row of the fourth day is missing between 8 and 5.
    let table = try SeriesTable(
      times: [0, 1, 2, 3, 6].map { $0 * day }, columns: [NumericColumn(name: "y", values: values)])
    func past(_ rule: FillRule, before origin: Int) throws -> [Double] {
      let filled = try table.onGrid(rule)
      return filled.filledPast(try filled.column("y").values, of: filled.series[0], before: origin)
    }
    #expect(try past(.forward, before: 7) == [2, 2, 8, 8, 8, 5])
    #expect(try past(.linear, before: 7) == [2, 2, 8, 7, 6, 5])
    #expect(try past(.zero, before: 7) == [2, 2, 8, 0, 0, 5])
    #expect(try past(.none, before: 5) == [2, 2, 8, 5])
    // Before the row behind the gap is known, no line leads there.
    #expect(try past(.linear, before: 6) == [2, 2, 8, 8, 8])
    #expect(try past(.zero, before: 6) == [2, 2, 8, 0, 0])
    #expect(try past(.forward, before: 1).isEmpty)
  }
}
