/// Reads stretches of forecasts for drawing: of every grid, data set, evaluation and model those at the longest look-back.
struct StudySampleReader {
  private let database: Database
  private let length: Int

  /// Reads stretches of so many windows at most.
  init(_ database: Database, length: Int) {
    self.database = database
    self.length = max(1, length)
  }

  private struct Truth {
    let times: [Int64]
    let timesAreDates: Bool
    let truths: [Double]
    let lastValues: [Double]
  }

  /// The samples of settings that have forecasts in the store.
  func samples(of cells: [StudyCell]) throws -> [StudyForecastSample] {
    var longest: [StudySetting: Int] = [:]
    for cell in cells where !cell.runs.isEmpty {
      longest[Self.group(cell.setting), default: 0] = max(
        longest[Self.group(cell.setting), default: 0], cell.setting.lookback)
    }
    return try cells.compactMap { cell in
      guard longest[Self.group(cell.setting)] == cell.setting.lookback else { return nil }
      return try sample(of: cell)
    }
  }

  /// What settings that differ in look-back and method have in common.
  private static func group(_ setting: StudySetting) -> StudySetting {
    var group = setting
    group.lookback = 0
    group.method = ""
    return group
  }

  private func sample(of cell: StudyCell) throws -> StudyForecastSample? {
    let forecasts = try cell.runs.compactMap { run in
      try database.first("SELECT forecasts FROM prediction WHERE run = ?", [.integer(run.id)]) {
        Blob.doubles($0.blob(0))
      }
    }
    guard let run = cell.runs.first, !forecasts.isEmpty, let truth = try truth(of: run) else { return nil }
    let horizon = max(1, cell.setting.horizon)
    let windows = stretch(truth, horizon: horizon)
    let places = windows.map { $0 * horizon }
    guard forecasts.allSatisfy({ $0.count == truth.truths.count }) else { return nil }
    return StudyForecastSample(
      setting: cell.setting, times: places.map { truth.times[$0] }, timesAreDates: truth.timesAreDates,
      truth: places.map { truth.truths[$0].isNaN ? nil : truth.truths[$0] },
      lastValue: places.map { truth.lastValues[$0].isNaN ? nil : truth.lastValues[$0] },
      mean: places.map { place in forecasts.reduce(0) { $0 + $1[place] } / Double(forecasts.count) },
      lowest: places.map { place in forecasts.map { $0[place] }.min() ?? .nan },
      highest: places.map { place in forecasts.map { $0[place] }.max() ?? .nan })
  }

  /// The last windows, back to where time does not ascend: there another series of a panel begins.
  private func stretch(_ truth: Truth, horizon: Int) -> Range<Int> {
    let count = truth.times.count / horizon
    var first = count
    while first > max(0, count - length) {
      if first < count, truth.times[(first - 1) * horizon] >= truth.times[first * horizon] { break }
      first -= 1
    }
    return first..<count
  }

  private func truth(of run: StudyRunRecord) throws -> Truth? {
    let sql = """
      SELECT times, times_are_dates, truths, last_values FROM truth WHERE task = (
        SELECT task.id FROM entry JOIN task ON task.key = entry.task_key JOIN run ON run.key = entry.run_key
        WHERE run.id = ? LIMIT 1)
      """
    return try database.first(sql, [.integer(run.id)]) { row in
      Truth(
        times: Blob.integers(row.blob(0)), timesAreDates: row.integer(1) != 0, truths: Blob.doubles(row.blob(2)),
        lastValues: Blob.doubles(row.blob(3)))
    }
  }
}
