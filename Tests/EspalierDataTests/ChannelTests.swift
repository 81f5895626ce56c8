import Testing

@testable import EspalierData

@Suite struct ChannelTests {
  private func wide(_ rows: Int = 60) throws -> SeriesTable {
    try hourlyTable([
      ("a", scrambled(rows)), ("b", scrambled(rows, 1).map { 100 * $0 + 7 }), ("heat", scrambled(rows, 2)),
    ])
  }

  private func task(_ channels: [String], features: [String]? = nil, _ change: (inout ForecastTask) -> Void = { _ in })
    -> ForecastTask
  {
    var task = ForecastTask(target: "value", features: features, lookback: 4, horizon: 2)
    task.channels = channels
    task.scaling = .perSeries
    task.split = FixedSplit(train: 30, validation: 10, test: 12)
    change(&task)
    return task
  }

  @Test func `columns become series that share time stamps`() throws {
    let panel = try wide(3).channels(["b", "a"], shared: ["heat"])
    #expect(panel.series == [SeriesRows(id: "b", rows: 0..<3), SeriesRows(id: "a", rows: 3..<6)])
    #expect(panel.times == [0, 3_600_000, 7_200_000, 0, 3_600_000, 7_200_000])
    #expect(panel.columnNames == ["value", "heat"])
    #expect(try panel.column("value").values == wide(3).column("b").values + wide(3).column("a").values)
    #expect(try panel.column("heat").values == wide(3).column("heat").values + wide(3).column("heat").values)
    #expect(try wide(3).channels([]).series.map(\.id) == ["a", "b", "heat"])
  }

  @Test func `a fixed split counts shared rows, and all test windows of all channels are there`() throws {
    let data = try PreparedData(table: wide(), task: task(["a", "b"]))
    func origins(_ part: Range<Int>) -> [Window] {
      [0, 1].flatMap { series in
        part.dropLast().filter { $0 >= 4 }.map { Window(origin: $0 + 60 * series, series: series) }
      }
    }
    #expect(data.train == origins(0..<30))
    #expect(data.validation == origins(30..<40))
    #expect(data.test == origins(40..<52))
    #expect(data.seriesNames == ["a", "b"])
    #expect(data.fitted.task.channels == ["a", "b"])
    #expect(data.inputNames == ["value"])
  }

  @Test func `every channel is scaled by its own training rows`() throws {
    let table = try wide()
    let data = try PreparedData(table: table, task: task(["a", "b"], features: ["heat"]))
    let fitted = try #require(data.fitted.series)
    #expect(fitted.map(\.id) == ["a", "b"])
    for (series, name) in ["a", "b"].enumerated() {
      let values = try table.column(name).values
      let scaler = try #require(ColumnScaler(.standard, fitting: values[..<30]))
      #expect(fitted[series].scales[0].scaler == scaler)
      let window = Window(origin: 45 + 60 * series, series: series)
      #expect(data.targetScaler(of: window) == scaler)
      for row in 0..<60 {
        #expect(data.matrix[(60 * series + row) * 2] == Float(scaler.scaled(values[row])))
        #expect(data.matrix[row * 2 + 1] == data.matrix[(60 + row) * 2 + 1])
      }
      let target = data.batch([window]).targets[1]
      #expect(abs(data.forecastInTargetUnits(normalised: target, window: window, step: 1) - values[46]) < 1e-4)
    }
  }

  @Test func `nothing behind the training rows reaches a scaler`() throws {
    let late = try hourlyTable([
      ("a", scrambled(60).enumerated().map { $0 < 30 ? $1 : 1e6 * $1 }), ("b", wide().column("b").values),
    ])
    let old = try PreparedData(table: wide().selecting(["a", "b"]), task: task([])).fitted
    #expect(try PreparedData(table: late, task: task([])).fitted.series == old.series)
  }

  @Test func `channels that are constant or unknown in training`() throws {
    let flat = [Double](repeating: 3, count: 60)
    let late = scrambled(60).enumerated().map { $0 < 45 ? .nan : $1 }
    let table = try hourlyTable([("a", scrambled(60)), ("flat", flat), ("late", late)])
    let data = try PreparedData(table: table, task: task([]))
    #expect(data.fitted.series?.map(\.id) == ["a", "flat"])
    let scale = try #require(data.fitted.series?[1].scales[0])
    #expect(scale.scaler == ColumnScaler(offset: 3, scale: data.fitted.target.scaler.scale))
    #expect(data.notes == ["1 of 3 series have no known target to fit a scaler to and were skipped."])
    #expect((data.train + data.test + data.future).allSatisfy { $0.series != 2 })
  }

  @Test func `a series that was not trained on is refused, or scaled by its own history and not scored`() throws {
    var task = task([]) { $0.split = nil }
    task.channels = nil
    let panel = try wide().channels(["a", "b"])
    let fitted = try PreparedData(table: panel, task: task).fitted
    let other = try wide().channels(["a", "heat"])
    #expect(throws: PreparationError.unseenSeries("heat")) { try fitted.windows(of: other) }
    let data = try fitted.windows(of: other, unseen: .ownHistory)
    #expect(data.test.allSatisfy { $0.series == 0 } && !data.test.isEmpty)
    #expect(data.future.map(\.series) == [0, 1])
    let values = try wide().column("heat").values
    #expect(data.targetScaler(of: data.future[1]) == ColumnScaler(.standard, fitting: values))
    #expect(data.notes.count == 1)
    // What is too short to be forecast is no reason to refuse.
    let short = try SeriesTable(
      times: Array(wide().times) + [0, 1],
      columns: [NumericColumn(name: "value", values: wide().column("a").values + [1, 2])],
      series: [SeriesRows(id: "a", rows: 0..<60), SeriesRows(id: "new", rows: 60..<62)])
    #expect(try fitted.windows(of: short).future.count == 1)
  }

  @Test func `each refusal is one sentence`() throws {
    let table = try wide()
    func refusal(_ task: ForecastTask, _ table: SeriesTable) -> PreparationError? {
      do {
        _ = try PreparedData(table: table, task: task)
        return nil
      } catch { return error }
    }
    let unknown = TableError.unknownColumn(name: "x", nearest: "a")
    #expect(refusal(task(["a", "x"]), table) == .channels(.column(unknown)))
    #expect(refusal(task(["a", "a"]), table) == .channels(.repeated("a")))
    #expect(refusal(task(["a"], features: ["a"]), table) == .channels(.sharedChannel("a")))
    #expect(refusal(task([], features: ["a", "b", "heat"]), table) == .channels(.none))
    #expect(refusal(task([]), try table.channels(["a", "b"])) == .channels(.panel))
    #expect(refusal(task(["a"]) { $0.evaluation = .paper }, table) == .perSeriesInPaper)
    #expect(
      refusal(task(["a"]) { $0.split = FixedSplit(train: 50, validation: 6, test: 6) }, table)
        == .splitBeyondRows(needed: 62, rows: 60))
    #expect(throws: ChannelError.nameTaken("heat")) { try table.channels(["a"], as: "heat", shared: ["heat"]) }
  }
}
