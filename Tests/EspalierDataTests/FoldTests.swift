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
