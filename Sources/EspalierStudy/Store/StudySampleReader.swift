/// Reads stretches of forecasts for drawing, of every grid, data set, evaluation and model those at one look-back.
///
/// It is the one with the lowest MAE over seeds and methods, of those whose forecasts are stored. That is chosen after
/// the fact, on the test part, and says nothing about which look-back to take.
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
    let finished = cells.filter { !$0.runs.isEmpty }
    let samples = try Dictionary(grouping: finished) { Self.group($0.setting) }.mapValues(bestSamples)
    // In the order of the settings, which a dictionary does not keep.
    return finished.compactMap { cell in
      samples[Self.group(cell.setting)]?.first { $0.setting == cell.setting }
    }
  }

  /// The samples at the best look-back that has any.
  private func bestSamples(of group: [StudyCell]) throws -> [StudyForecastSample] {
    let lookbacks = Dictionary(grouping: group, by: \.setting.lookback)
    let ranked = lookbacks.map { (lookback: $0, error: Self.meanError($1), cells: $1) }
      .sorted { ($0.error, $0.lookback) < ($1.error, $1.lookback) }
    for place in ranked {
      let samples = try place.cells.compactMap(sample)
      if !samples.isEmpty { return samples }
    }
    return []
  }

  /// The mean over methods of the mean MAE over seeds.
  private static func meanError(_ cells: [StudyCell]) -> Double {
    let means = cells.map { cell in cell.runs.reduce(0) { $0 + $1.metrics.mae } / Double(cell.runs.count) }
    return means.reduce(0, +) / Double(means.count)
  }

  /// What settings that differ in look-back and method have in common.
  private static func group(_ setting: StudySetting) -> StudySetting {
    var group = setting
    group.lookback = 0
    group.method = ""
    return group
  }

  private func sample(of cell: StudyCell) throws -> StudyForecastSample? {
    let stored = try cell.runs.compactMap { run in
      try database.first("SELECT forecasts, spread FROM prediction WHERE run = ?", [.integer(run.id)]) { row in
        (forecasts: Blob.doubles(row.blob(0)), deviations: row.isNull(1) ? nil : Blob.doubles(row.blob(1)))
      }
    }
    let forecasts = stored.map(\.forecasts)
    let deviations = stored.compactMap(\.deviations)
    guard let run = cell.runs.first, !forecasts.isEmpty, let truth = try truth(of: run) else { return nil }
    let horizon = max(1, cell.setting.horizon)
    let windows = stretch(truth, horizon: horizon)
    let places = windows.map { $0 * horizon }
    guard (forecasts + deviations).allSatisfy({ $0.count == truth.truths.count }) else { return nil }
    func mean(_ series: [[Double]]) -> [Double] {
      places.map { place in series.reduce(0) { $0 + $1[place] } / Double(series.count) }
    }
    return StudyForecastSample(
      setting: cell.setting, times: places.map { truth.times[$0] }, timesAreDates: truth.timesAreDates,
      truth: places.map { truth.truths[$0].isNaN ? nil : truth.truths[$0] },
      lastValue: places.map { truth.lastValues[$0].isNaN ? nil : truth.lastValues[$0] },
      mean: mean(forecasts),
      lowest: places.map { place in forecasts.map { $0[place] }.min() ?? .nan },
      highest: places.map { place in forecasts.map { $0[place] }.max() ?? .nan },
      deviation: deviations.count == stored.count ? mean(deviations) : nil)
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
