import Testing

@testable import EspalierData

@Suite struct ScalingTests {
  @Test func `scalers are what they say, without missing values`() throws {
    let values: [Double] = [4, .nan, 1, 2, 8, 10]
    let standard = try #require(ColumnScaler(.standard, fitting: values))
    #expect(standard.offset == 5)
    #expect(abs(standard.scale - 12.0.squareRoot()) < 1e-15)
    let robust = try #require(ColumnScaler(.robust, fitting: values))
    #expect(robust == ColumnScaler(offset: 4, scale: 6))
    let span = try #require(ColumnScaler(.minMax, fitting: values))
    #expect(span == ColumnScaler(offset: 1, scale: 9))
    for scaler in [standard, robust, span] {
      #expect(abs(scaler.unscaled(scaler.scaled(3.7)) - 3.7) < 1e-14)
    }
  }

  @Test func `a robust scaler without quartile distance takes the deviation`() throws {
    let values = [Double](repeating: 0, count: 99) + [10]
    let scaler = try #require(ColumnScaler(.robust, fitting: values))
    #expect(scaler.offset == 0)
    #expect(abs(scaler.scale - (100.0 / 100 - 0.01).squareRoot()) < 1e-12)
  }

  @Test(arguments: ScalerKind.allCases)
  func `fewer than two different values give no scaler`(kind: ScalerKind) {
    #expect(ColumnScaler(kind, fitting: [3, 3, .nan]) == nil)
    #expect(ColumnScaler(kind, fitting: [.nan]) == nil)
    #expect(ColumnScaler(kind, fitting: []) == nil)
  }
}

@Suite struct SeriesTableTests {
  @Test func `refuses columns that don't fit`() throws {
    let column = NumericColumn(name: "x", values: [1, 2])
    #expect(throws: TableError.unequalLengths(column: "x", expected: 3, actual: 2)) {
      try SeriesTable(times: [1, 2, 3], columns: [column])
    }
    #expect(throws: TableError.unsorted(series: "", row: 1)) { try SeriesTable(times: [2, 2], columns: [column]) }
    #expect(throws: TableError.duplicateColumn("x")) { try SeriesTable(times: [1, 2], columns: [column, column]) }
    #expect(throws: TableError.infiniteValue(column: "x", row: 1)) {
      try SeriesTable(times: [1, 2], columns: [NumericColumn(name: "x", values: [1, .infinity])])
    }
    #expect(throws: TableError.brokenSeries("a")) {
      try SeriesTable(times: [1, 2], columns: [column], series: [SeriesRows(id: "a", rows: 1..<2)])
    }
  }

  @Test func `selects, slices and summarizes`() throws {
    let table = try SeriesTable(
      times: [0, 10, 20, 40, 0, 10],
      columns: [
        NumericColumn(name: "x", values: [3, .nan, 1, 2, 7, 8]), NumericColumn(name: "z", values: [0, 0, 0, 0, 0, 0]),
      ], series: [SeriesRows(id: "a", rows: 0..<4), SeriesRows(id: "b", rows: 4..<6)])
    #expect(try table.range("x") == 1...8)
    #expect(try table.missingCount("x") == 1)
    #expect(table.inferredStep == 10)
    #expect(table.irregularSteps == 1)
    #expect(try table.selecting(["z"]).columnNames == ["z"])
    let slice = try table.slicing(2..<5)
    #expect(slice.series == [SeriesRows(id: "a", rows: 0..<2), SeriesRows(id: "b", rows: 2..<3)])
    #expect(try slice.column("x").values == [1, 2, 7])
    #expect(table.starting(at: 40).series == [SeriesRows(id: "a", rows: 0..<1)])
    #expect(throws: TableError.unknownColumn(name: "y", nearest: "x")) { try table.column("y") }
    #expect(throws: TableError.rowsOutside(0..<9, count: 6)) { try table.slicing(0..<9) }
  }
}
