import Testing

@testable import EspalierData

@Suite struct CovariateTests {
  private let rows = 80
  private let day: Int64 = 86_400_000

  /// Two series of daily rows, the second one shorter; the last `ahead` rows of each have no target.
  private func panel(
    ahead: Int = 3, kinds: [String] = ["shop", "depot"],
    changing change: (String, Int, Int) -> Double? = { _, _, _ in nil }
  ) throws -> SeriesTable {
    let lengths = [rows, rows - 20]
    var series: [SeriesRows] = []
    var times: [Int64] = []
    var columns: [String: [Double]] = [:]
    for (index, count) in lengths.enumerated() {
      series.append(SeriesRows(id: "s\(index)", rows: times.count..<times.count + count))
      for (seed, name) in ["y", "past", "price", "size"].enumerated() {
        let values = scrambled(count, seed + 7 * index).enumerated().map { row, value in
          if name == "size" { return Double(10 + index) }
          if name == "y", row >= count - ahead { return Double.nan }
          return change(name, index, row) ?? value
        }
        columns[name, default: []] += values
      }
      times += (rows - count..<rows).map { Int64($0) * day }
    }
    let kind = TextColumn(
      name: "kind", texts: kinds,
      codes: series.enumerated().flatMap { index, one in one.rows.map { _ in Int32(index) } })
    return try SeriesTable(
      times: times,
      columns: ["y", "past", "price", "size"].map { NumericColumn(name: $0, values: columns[$0] ?? []) },
      texts: [kind], series: series)
  }

  private func task(_ change: (inout ForecastTask) -> Void = { _ in }) -> ForecastTask {
    var task = ForecastTask(target: "y", lookback: 5, horizon: 3)
    task.known = ["price"]
    task.statics = ["size", "kind"]
    change(&task)
    return task
  }

  @Test func `roles become inputs of their own`() throws {
    let data = try PreparedData(table: panel(), task: task { $0.knownCalendar = true })
    #expect(data.inputNames == ["y", "past", "price"])
    #expect(data.fitted.futureNames.first == "price" && data.futureCount == 1 + 6)
    #expect(data.fitted.staticNames == ["size", "kind = depot", "kind = shop"])
    #expect(data.staticCount == 3)
    // Forecasts begin behind the last target where rows of the future follow.
    #expect(data.future == [Window(origin: 77, series: 0), Window(origin: 137, series: 1)])
    #expect(throws: Never.self) { try data.checkFuture(of: data.future) }
  }

  @Test func `a batch holds the values of the forecast steps, scaled, and zeros in further lanes`() throws {
    let table = try panel()
    let data = try PreparedData(table: table, task: task { $0.knownCalendar = true })
    let windows = [data.train[3], data.test[0], data.future[1]]
    let batch = data.covariateBatch(windows, lanes: 16)
    let (future, statics) = (batch.future, batch.statics)
    let scaler = try #require(data.fitted.columns.last?.scaler)
    let price = try table.column("price").values
    for (lane, window) in windows.enumerated() {
      for step in 0..<3 {
        let row = Int(window.origin) + step
        var expected = [Float(scaler.scaled(price[row]))]
        for part in [CalendarFeature.dayOfWeek, .dayOfMonth, .dayOfYear] {
          let (sine, cosine) = part.values(table.times[row])
          expected += [sine, cosine]
        }
        for index in 0..<7 {
          let place: Int = (step * 7 + index) * 16 + lane
          #expect(future[place] == expected[index])
        }
      }
      let own: [Float] = (0..<3).map { statics[$0 * 16 + lane] }
      let kind: [Float] = window.series == 0 ? [-1, 0, 1] : [1, 1, 0]
      #expect(own == kind)
    }
    for lane in 3..<16 {
      for index in 0..<21 { #expect(future[index * 16 + lane] == 0) }
      for index in 0..<3 { #expect(statics[index * 16 + lane] == 0) }
    }
  }

  /// What is known may change the inputs of a window that it belongs to; nothing else behind the origin may.
  @Test(arguments: ["y", "past", "price"], [ScalerScope.shared, .perSeries])
  func `nothing behind the origin that is not known reaches an input`(column: String, scope: ScalerScope) throws {
    let settings = task { $0.scaling = scope }
    let original = try PreparedData(table: panel(), task: settings)
    var changes = 0
    for origin in [64, 66, 70, 76] {
      let changed = try PreparedData(
        table: panel(changing: { name, series, row in
          name == column && series == 0 && row >= origin ? 100 + Double(row) : nil
        }), task: settings)
      for window in changed.test + changed.validation + changed.future where window.series == 0 {
        guard Int(window.origin) <= origin else { continue }
        #expect(original.batch([window]).inputs == changed.batch([window]).inputs)
        let (old, new) = (original.covariateBatch([window], lanes: 1), changed.covariateBatch([window], lanes: 1))
        #expect(old.statics == new.statics)
        if column == "price", Int(window.origin) + 3 > origin {
          changes += old.future == new.future ? 0 : 1
        } else {
          #expect(old.future == new.future)
        }
      }
    }
    #expect((changes > 0) == (column == "price"))
  }

  @Test func `a known covariate that is missing ahead names column, series and time`() throws {
    let gap = try PreparedData(
      table: panel(changing: { name, series, row in name == "price" && series == 1 && row == 58 ? .nan : nil }),
      task: task())
    let error = #expect(throws: PreparationError.self) { try gap.checkFuture(of: gap.future) }
    #expect(
      error?.description
        == "The known column \"price\" has no value in series \"s1\" at 1970-03-20: give it in rows behind the last target, "
        + "or in a file of the future.")
    let short = try PreparedData(table: panel(ahead: 2), task: task())
    #expect(
      throws: PreparationError.futureMissing(column: "price", series: "s0", time: 80 * day, isDate: true)
    ) { try short.checkFuture(of: short.future) }
    // In windows of the past the last value before stands in.
    #expect(throws: Never.self) { try short.checkFuture(of: short.test) }
    // The calendar goes on by itself.
    let calendar = try PreparedData(
      table: panel(ahead: 0), task: task { ($0.known, $0.knownCalendar) = (nil, true) })
    #expect(throws: Never.self) { try calendar.checkFuture(of: calendar.future) }
    let ahead = calendar.covariateBatch([calendar.future[0]], lanes: 1).future
    #expect(ahead[6] == CalendarFeature.dayOfWeek.values(81 * day).sine)
  }

  @Test func `rows of the future come from a table of their own`() throws {
    let whole = try panel()
    let known = try PreparedData(table: whole, task: task())
    let past = whole.keeping(rows: Array(0..<77) + Array(80..<137), notes: [])
    let ahead = try whole.selecting(["price"]).keeping(rows: [77, 78, 79, 137, 138, 139], notes: [])
    let joined = try past.appending(ahead)
    #expect(joined.times == whole.times && joined.series == whole.series)
    #expect(try joined.column("price") == whole.column("price"))
    let data = try known.fitted.windows(of: joined)
    #expect(data.future == known.future)
    #expect(data.covariateBatch(data.future, lanes: 2) == known.covariateBatch(known.future, lanes: 2))
    // One that belongs to no series follows all of them.
    let shared = try SeriesTable(
      times: [76, 77, 78, 79].map { $0 * day }, columns: [NumericColumn(name: "price", values: [9, 1, 2, 3])])
    let both = try past.appending(shared)
    #expect(try both.column("price").values[77..<80] == [1, 2, 3] && both.column("price").values[137...] == [1, 2, 3])
    #expect(try both.column("price").values[76] == whole.column("price").values[76])
    let undated = try SeriesTable(times: [0], columns: [NumericColumn(name: "price", values: [1])], hasDates: false)
    #expect(throws: FutureRowsFault.dates(expected: true)) { try past.appending(undated) }
    #expect(throws: FutureRowsFault.panel) { try shared.appending(past) }
  }

  @Test func `static columns are one value a series, and categories are those of the training`() throws {
    let fitted = try PreparedData(table: panel(), task: task()).fitted
    let other = try panel(kinds: ["shop", "kiosk"])
    #expect(throws: PreparationError.unseenCategory(column: "kind", series: "s1", category: "kiosk")) {
      try fitted.windows(of: other)
    }
    let table = try panel()
    #expect(throws: PreparationError.staticVaries(column: "past", series: "s0")) {
      try PreparedData(table: table, task: task { $0.statics = ["past"] })
    }
    let empty = try panel(kinds: ["shop", " "])
    #expect(throws: PreparationError.staticMissing(column: "kind", series: "s1")) {
      try PreparedData(table: empty, task: task())
    }
    #expect(throws: PreparationError.unknownStatic(name: "kinds", nearest: "kind")) {
      try PreparedData(table: table, task: task { $0.statics = ["kinds"] })
    }
    let same = try PreparedData(table: panel(kinds: ["shop", "shop"]), task: task())
    #expect(same.fitted.staticNames == ["size"] && same.notes.contains { $0.contains("\"kind\"") })
  }

  @Test func `roles that contradict each other are refused`() throws {
    let table = try panel()
    func refusal(_ drifting: [String] = [], _ change: (inout ForecastTask) -> Void) -> PreparationError? {
      do {
        _ = try PreparedData(table: table, task: task(change), drifting: drifting)
        return nil
      } catch { return error }
    }
    #expect(refusal { $0.features = ["price"] } == .twoRoles("price"))
    #expect(refusal { $0.known = ["y"] } == .twoRoles("y"))
    #expect(refusal { $0.statics = ["price"] } == .twoRoles("price"))
    #expect(refusal { $0.evaluation = .paper } == .covariatesInPaper)
    #expect(refusal { $0.channels = ["y"] } == .staticOfChannels("size"))
    #expect(refusal(["price"]) { _ in } == .knownDrifts("price"))
    #expect(refusal { $0.known = ["prize"] } == .unknownColumn(name: "prize", nearest: "price"))
  }

  @Test func `a file's static columns are kept beside the columns that are chosen`() throws {
    let text = "unique_id,ds,y,a,kind,code,rest\nx,2024-01-01,1,2,shop,7,3\nx,2024-01-02,2,3,shop,7,x\n"
    var options = ReadOptions(columns: ["y"])
    options.kept = ["kind", "code"]
    let table = try read(text, options)
    #expect(table.columnNames == ["y", "code"] && table.texts.map(\.name) == ["kind"])
    options.texts = ["code"]
    let texts = try read(text, options)
    #expect(texts.columnNames == ["y"] && texts.texts.map(\.name).sorted() == ["code", "kind"])
    options.columns = nil
    #expect(try read(text, options).texts.map(\.name).sorted() == ["code", "kind", "rest"])
    options.kept = ["kinds"]
    #expect(try readError(text, options)?.contains("no column \"kinds\": the nearest name is \"kind\"") == true)
  }
}

extension PreparedData {
  /// A batch of covariates as `fillCovariates` writes it.
  func covariateBatch(_ windows: [Window], lanes: Int) -> Covariates {
    var future = [Float](repeating: .nan, count: horizon * futureCount * lanes)
    var statics = [Float](repeating: .nan, count: staticCount * lanes)
    future.withUnsafeMutableBufferPointer { future in
      statics.withUnsafeMutableBufferPointer { statics in
        fillCovariates(windows: windows[...], lanes: lanes, future: future.baseAddress, statics: statics.baseAddress)
      }
    }
    return Covariates(future: future, statics: statics)
  }

  struct Covariates: Equatable {
    let future: [Float]
    let statics: [Float]
  }
}
