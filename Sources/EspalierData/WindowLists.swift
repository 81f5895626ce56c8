/// The windows of every part.
struct WindowLists {
  private(set) var train: [Window] = []
  private(set) var validation: [Window] = []
  private(set) var calibration: [Window] = []
  private(set) var test: [Window] = []
  private(set) var future: [Window] = []

  /// The windows of a task's evaluation.
  ///
  /// - Parameters:
  ///   - table: The data.
  ///   - task: Look-back, horizon and evaluation.
  ///   - parts: The parts of every series; empty in the paper's evaluation, where each series' first
  ///     `trunc(0.8 * windows)` windows train and the rest are validation and test at once.
  ///   - known: Whether the target is known at a row.
  ///   - scales: The series' scales; one without has no windows.
  ///   - origins: By series the row at which its forecast of what is not known yet begins.
  init(
    table: SeriesTable, task: ForecastTask, parts: [SeriesParts], known: [Bool]?, scales: SeriesScales, origins: [Int]
  ) {
    for (index, one) in table.series.enumerated()
    where one.rows.count >= task.lookback + task.horizon && scales.covers(index) {
      func append(_ part: Range<Int>, history: Int? = nil, to list: inout [Window]) {
        Windows.append(
          rows: one.rows, part: part, series: index, lookback: history ?? task.lookback, horizon: task.horizon,
          known: known, inserted: table.inserted, to: &list)
      }
      if task.evaluation == .strict {
        append(parts[index].train, to: &train)
        append(
          parts[index].validation, history: max(task.lookback, task.validationHistory ?? 0), to: &validation)
        append(parts[index].calibration, to: &calibration)
        append(parts[index].test, to: &test)
      } else {
        var all: [Window] = []
        append(one.rows, to: &all)
        let cut = Self.paperCut(all.count)
        train += all[..<cut]
        test += all[cut...]
      }
    }
    if task.evaluation == .paper { validation = test }
    appendFuture(table, lookback: task.lookback, scales: scales, origins: origins)
  }

  /// The windows of a fold of a backtest: one a series to forecast, and none of what is not known yet.
  ///
  /// - Parameters:
  ///   - fold: The fold.
  ///   - task: Look-back and horizon.
  ///   - known: Whether the target is known at a row.
  ///   - scales: The series' scales; one without has no windows.
  init(_ fold: Fold, task: ForecastTask, known: [Bool]?, scales: SeriesScales) {
    for (index, one) in fold.table.series.enumerated() where scales.covers(index) {
      let parts = fold.parts[index]
      func append(_ part: Range<Int>, to list: inout [Window]) {
        Windows.append(
          rows: one.rows, part: part, series: index, lookback: task.lookback, horizon: task.horizon, known: known,
          inserted: fold.table.inserted, to: &list)
      }
      append(parts.train, to: &train)
      append(parts.validation, to: &validation)
      let origin = parts.test.lowerBound
      // What is known in advance must be known of every step.
      let needed = task.known?.isEmpty == false ? task.horizon : 1
      if origin - one.rows.lowerBound >= task.lookback, parts.test.count >= needed {
        test.append(Window(origin: origin, series: index))
      }
    }
  }

  /// All windows of new data, but for those that the scales have seen.
  init(allOf table: SeriesTable, task: ForecastTask, known: [Bool]?, scales: SeriesScales, origins: [Int]) {
    for (index, one) in table.series.enumerated()
    where scales.covers(index) && !scales.sawWindows(of: index) {
      Windows.append(
        rows: one.rows, part: one.rows, series: index, lookback: task.lookback, horizon: task.horizon, known: known,
        inserted: table.inserted, to: &test)
    }
    appendFuture(table, lookback: task.lookback, scales: scales, origins: origins)
  }

  /// Four fifths of a count, cut to an integer as `int(count * 0.8)` in double precision.
  static func paperCut(_ count: Int) -> Int { Int(Double(count) * 0.8) }

  private mutating func appendFuture(_ table: SeriesTable, lookback: Int, scales: SeriesScales, origins: [Int]) {
    for (index, one) in table.series.enumerated()
    where origins[index] - one.rows.lowerBound >= lookback && scales.covers(index) {
      future.append(Window(origin: origins[index], series: index))
    }
  }

  /// Refuses a part without windows.
  func check(parts: [SeriesParts], task: ForecastTask) throws(PreparationError) {
    let horizon = task.horizon
    func rows(_ part: KeyPath<SeriesParts, Range<Int>>, _ list: [Window]) -> Int {
      parts.isEmpty ? list.count : parts.reduce(0) { $0 + $1[keyPath: part].count }
    }
    if train.isEmpty { throw .emptyPart(name: "train", rows: rows(\.train, train), horizon: horizon) }
    if validation.isEmpty {
      throw .emptyPart(name: "validation", rows: rows(\.validation, validation), horizon: horizon)
    }
    if calibration.isEmpty, task.calibration != nil {
      throw .emptyPart(name: "calibration", rows: rows(\.calibration, calibration), horizon: horizon)
    }
    if test.isEmpty { throw .emptyPart(name: "test", rows: rows(\.test, test), horizon: horizon) }
  }
}
