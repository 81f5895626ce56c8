import Testing

@testable import EspalierData

/// What the data's own README states, and what an independent reader (pandas) finds.
struct RealFile: Sendable, CustomTestStringConvertible {
  let file: String
  var options = ReadOptions()
  let rows: Int
  let first: String
  let last: String
  let missing: Int
  let column: String
  let range: ClosedRange<Double>
  var series = 1
  var notes: [String] = []
  var testDescription: String { file }

  static let all: [RealFile] = [
    RealFile(
      file: "air_quality.csv", options: ReadOptions(missingMarkers: ["-200"]), rows: 9357, first: "2004-03-10 18:00:00",
      last: "2005-04-04 14:00:00", missing: 16_701, column: "C6H6(GT)", range: 0.1...63.7,
      notes: ["114 empty lines were left out."]),
    RealFile(
      file: "bitcoin_yahoo.csv", rows: 3484, first: "2014-09-17", last: "2024-03-31", missing: 0, column: "Close",
      range: 178.102997...73083.5),
    RealFile(
      file: "bitcoin_coinmarketcap.csv", rows: 2468, first: "2012-01-01", last: "2018-10-03", missing: 0,
      column: "close", range: 4.33288803...19497.400390625, notes: ["Rows came newest first and were reversed."]),
    RealFile(
      file: "household_power_hourly.csv", rows: 34_589, first: "2006-12-16 17:00:00", last: "2010-11-26 21:00:00",
      missing: 7 * 421, column: "Global_active_power", range: 0.124...6.560533),
    RealFile(
      file: "sp500_index.csv", rows: 24_114, first: "1927-12-30", last: "2023-12-28", missing: 0, column: "Close",
      range: 4.400000095367432...4796.56005859375),
    RealFile(
      file: "sp500_stocks.csv", options: ReadOptions(seriesColumn: "Name"), rows: 619_040, first: "2013-02-08",
      last: "2018-02-07", missing: 27, column: "close", range: 1.59...2049, series: 505),
    RealFile(
      file: "ETTh1.csv", rows: 17_420, first: "2016-07-01", last: "2018-06-26 19:00:00", missing: 0, column: "OT",
      range: -4.079999923706056...46.00699996948242),
    RealFile(
      file: "ETTm1.csv", rows: 69_680, first: "2016-07-01", last: "2018-06-26 19:45:00", missing: 0, column: "OT",
      range: -4.2210001945495605...46.00699996948242),
    RealFile(
      file: "weather.csv", options: ReadOptions(missingMarkers: ["-9999"], duplicates: .keepFirst), rows: 52_695,
      first: "2020-01-01 00:10:00", last: "2021-01-01", missing: 81, column: "T (degC)", range: -6.44...34.8,
      notes: ["1 row was dropped for repeating another row."]),
  ]
}

@Suite(.serialized, .enabled(if: RealData.isComplete, "the real data are not in the folder that ESPALIER_DATA names"))
struct RealFilesTests {
  @Test(arguments: RealFile.all)
  func `loads with the rows, ranges and missing values that its README states`(expected: RealFile) throws {
    let table = try DelimitedReader.read(RealData.path(expected.file), options: expected.options)
    #expect(table.rowCount == expected.rows)
    #expect(table.times.min().map(TimeStamp.text) == expected.first)
    #expect(table.times.max().map(TimeStamp.text) == expected.last)
    #expect(try table.columnNames.reduce(0) { try $0 + table.missingCount($1) } == expected.missing)
    #expect(try table.range(expected.column) == expected.range)
    #expect(table.series.count == expected.series)
    #expect(table.notes == expected.notes)
  }

  @Test func `the panel has the lengths that its README states`() throws {
    let table = try DatasetCatalogue.load("sp500-stocks", folder: RealData.folder).table
    #expect(table.series.count { $0.rows.count == 1259 } == 470)
    #expect(table.series.map(\.rows.count).min() == 44)
  }

  @Test func `the weather has one gap of 1 h 40 min`() throws {
    let table = try DatasetCatalogue.load("weather", folder: RealData.folder).table
    #expect(table.inferredStep == 600_000)
    #expect(table.irregularSteps == 1)
    let gaps = table.times.indices.dropFirst().map { table.times[$0] - table.times[$0 - 1] }
    #expect(gaps.max() == 6_000_000)
  }

  @Test(arguments: [
    ("bitcoin_yahoo.csv", "1 d", 0), ("sp500_index.csv", "1 business day", 1), ("ETTm1.csv", "15 min", 0),
    ("household_power_hourly.csv", "1 h", 0),
  ])
  func `grids are found and need no fill rule`(file: String, grid: String, notes: Int) throws {
    let table = try DelimitedReader.read(RealData.path(file))
    #expect(table.inferredGrid?.description == grid)
    let checked = try table.onGrid(nil)
    #expect(checked.times == table.times && checked.notes.count == notes)
  }

  @Test func `the gap of the weather is an error as a plain file, and filled when asked`() throws {
    let options = ReadOptions(missingMarkers: ["-9999"], duplicates: .keepFirst)
    let table = try DelimitedReader.read(RealData.path("weather.csv"), options: options)
    let error = #expect(throws: GridError.self) { try table.onGrid(nil) }
    #expect(error?.description.hasPrefix("Rows come every 10 min, and 9 are missing, first between 2020-") == true)
    #expect(try table.onGrid(.linear).rowCount == table.rowCount + 9)
  }

  @Test func `the channels of ETTh1 give all test windows of the long-horizon benchmarks`() throws {
    let ett = try DatasetCatalogue.load("ett-h1", folder: RealData.folder)
    var task = ett.description.task(lookback: 336, horizon: 96)
    (task.target, task.features, task.channels, task.scaling) = ("value", nil, [], .perSeries)
    let data = try PreparedData(table: ett.table, task: task)
    #expect(data.train.count == 7 * (8640 - 336 - 95))
    #expect(data.validation.count == 7 * (2880 - 95) && data.test.count == 7 * (2880 - 95))
    // Repeating the last value: published as 1.295 and 0.713 (Zeng et al., arXiv:2205.13504, table 2).
    var (squares, absolutes) = (0.0, 0.0)
    for window in data.test {
      let scaler = data.targetScaler(of: window)
      let last = scaler.scaled(data.naiveLastValue(window, step: 0))
      for step in 0..<96 {
        let error = scaler.scaled(data.truth(window, step: step)) - last
        squares += error * error
        absolutes += abs(error)
      }
    }
    let count = Double(data.test.count * 96)
    #expect(abs(squares / count - 1.295) < 0.0015 && abs(absolutes / count - 0.713) < 0.0015)
  }

  @Test(arguments: DatasetCatalogue.all.map(\.name))
  func `every named data set loads and gives windows in both evaluations`(name: String) throws {
    let dataset = try DatasetCatalogue.load(name, folder: RealData.folder)
    #expect(dataset.table.columnNames == [dataset.description.target] + dataset.description.features)
    for evaluation in Evaluation.allCases {
      let task = dataset.description.task(lookback: 7, evaluation: evaluation)
      let prepared = try dataset.prepare(task)
      #expect(prepared.inputCount == dataset.description.features.count + (evaluation == .strict ? 1 : 0))
      #expect(prepared.seasonalScale > 0)
      #expect(!prepared.train.isEmpty && !prepared.validation.isEmpty && !prepared.test.isEmpty)
      let last = try #require(prepared.test.last)
      #expect(prepared.truth(last, step: 0).isFinite)
      #expect(prepared.batch([last]).inputs.allSatisfy { $0.isFinite })
    }
  }

  @Test func `catalogue preparations are applied`() throws {
    let bitcoin = try DatasetCatalogue.load("bitcoin", folder: RealData.folder).table
    #expect(bitcoin.rowCount == 3483)
    #expect(bitcoin.times.last.map(TimeStamp.text) == "2024-03-30")
    let index = try DatasetCatalogue.load("sp500-index", folder: RealData.folder).table
    #expect(index.times.first.map(TimeStamp.text) == "2000-01-03")
    #expect(index.rowCount == 6036)
    #expect(try index.missingCount("Open") == 0)
    let ett = try DatasetCatalogue.load("ett-h1", folder: RealData.folder)
    let prepared = try ett.prepare(ett.description.task(lookback: 336, horizon: 96))
    #expect(prepared.train.count == 8640 - 336 - 95)
    #expect(prepared.validation.count == 2880 - 95)
    #expect(prepared.test.count == 2880 - 95)
    #expect(prepared.test.last == Window(origin: 14_400 - 96, series: 0))
  }
}
