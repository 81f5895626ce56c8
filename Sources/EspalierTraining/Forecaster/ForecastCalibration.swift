import EspalierData
import EspalierStatistics
import EspalierTensor

/// Makes intervals of forecasts behind the data's end, from windows that are new to the model.
struct ForecastCalibration {
  let model: SavedModel
  let data: PreparedData
  let request: ForecastRequest
  /// The first steps of the horizon that intervals are needed of.
  let steps: Int
  let threads: Int

  private var levels: [Double] { request.levels.sorted() }
  private var loss: LossKind { model.run.training.loss }
  private var hasQuantiles: Bool { !loss.quantileLevels.isEmpty }

  /// The intervals of windows.
  ///
  /// - Parameters:
  ///   - windows: The data's future windows.
  ///   - points: Their point forecasts, `windows * horizon` values in the target's unit.
  ///   - isCancelled: Asked again and again.
  /// - Returns: Level after level `windows * horizon` intervals, where they come from, and sentences about both.
  /// - Throws: ``ForecastRequestError``, an `IntervalError`, or what forecasting throws.
  func intervals(
    of windows: [Window], points: [Double], isCancelled: () -> Bool
  ) throws -> (intervals: [[PredictionInterval]], origin: ForecastIntervals, notes: [String]) {
    let ends = try hasQuantiles ? quantileEnds() : []
    let cores = try cores(of: windows, points: points, ends: ends, isCancelled: isCancelled)
    if request.method == .uncalibrated {
      return (
        cores, ForecastIntervals(levels: levels, method: .uncalibrated, windows: 0, after: nil),
        ["Intervals are those of the model's loss '\(loss.name)', not calibrated."]
      )
    }
    let (past, extent) = try newWindows()
    let known = try model.checkedForecasts(
      of: past, data: data, levels: ends.isEmpty ? nil : Self.distinct(ends), threads: threads,
      isCancelled: isCancelled)
    var result: [[PredictionInterval]] = []
    var notes = [note(past.count, extent)]
    for (index, level) in levels.enumerated() {
      var settings = request.adaptive
      settings.level = level
      let conformal =
        try hasQuantiles
        ? ConformalForecast(after: past, own: Self.intervals(known, between: ends[index]), of: data)
        : ConformalForecast(after: past, forecasts: known.values, of: data)
      let made = try calibrated(conformal, windows, around: cores[index], settings, isCancelled: isCancelled)
      notes += try open(made, of: windows, conformal, settings, extent)
      result.append(made)
    }
    return (
      result, ForecastIntervals(levels: levels, method: request.method, windows: past.count, after: extent), notes
    )
  }

  /// The intervals of windows side by side, some of them between two looks at whether to stop.
  private func calibrated(
    _ conformal: ConformalForecast, _ windows: [Window], around cores: [PredictionInterval],
    _ settings: AdaptiveConformal, isCancelled: () -> Bool
  ) throws -> [PredictionInterval] {
    let (horizon, method) = (data.horizon, request.method)
    var result: [PredictionInterval] = []
    var next = 0
    while next < windows.count {
      if isCancelled() { throw TrainingError.cancelled }
      let first = next
      let count = min(max(1, threads), windows.count - first)
      let parts = try mapInParallel(count: count, threads: threads) { place in
        let index = first + place
        return try conformal.intervals(
          of: [windows[index]], around: Array(cores[index * horizon..<(index + 1) * horizon]), settings: settings,
          method: method)
      }
      for part in parts { result += part }
      next += count
    }
    return result
  }

  /// The levels of the quantiles that each interval is put around.
  ///
  /// Where it is calibrated, any pair will do: of a quantile loss the nearest that was trained on is taken.
  private func quantileEnds() throws -> [(lower: Double, upper: Double)] {
    var range = 0.0...1.0
    if request.method != .uncalibrated, case .quantiles(let trained) = loss, let low = trained.first,
      let high = trained.last
    {
      range = low...high
    }
    return levels.map { level in
      let ends = [(1 - level) / 2, (1 + level) / 2].map { end in
        // 1 - 0.95 misses 0.05 by rounding; nobody means the difference.
        min(max((end * 1e12).rounded() / 1e12, range.lowerBound), range.upperBound)
      }
      return (ends[0], ends[1])
    }
  }

  private static func distinct(_ ends: [(lower: Double, upper: Double)]) -> [Double] {
    Set(ends.flatMap { [$0.lower, $0.upper] }).sorted()
  }

  /// What intervals are put around, level after level: the model's own intervals, or its points as intervals without width.
  private func cores(
    of windows: [Window], points: [Double], ends: [(lower: Double, upper: Double)], isCancelled: () -> Bool
  ) throws -> [[PredictionInterval]] {
    guard hasQuantiles else {
      let points = points.map { PredictionInterval(lower: $0, upper: $0) }
      return levels.map { _ in points }
    }
    let forecasts = try model.checkedForecasts(
      of: windows, data: data, levels: Self.distinct(ends), threads: threads, isCancelled: isCancelled)
    return ends.map { Self.intervals(forecasts, between: $0) }
  }

  private static func intervals(
    _ forecasts: WindowForecasts, between ends: (lower: Double, upper: Double)
  ) -> [PredictionInterval] {
    guard let quantiles = forecasts.quantiles, let lower = quantiles.levels.firstIndex(of: ends.lower),
      let upper = quantiles.levels.firstIndex(of: ends.upper)
    else { return [] }
    return forecasts.values.indices.map {
      PredictionInterval(lower: quantiles[$0, lower], upper: quantiles[$0, upper])
    }
  }

  /// The windows that the model was neither trained on nor selected by, of every series the latest ones.
  private func newWindows() throws(ForecastRequestError) -> ([Window], TrainingExtent) {
    guard let extent = model.extent else { throw .extentUnknown }
    guard extent.isDate == data.timesAreDates else { throw .datesDiffer(trainedOnDates: extent.isDate) }
    let new = data.test.filter { data.time($0, step: 0) > extent.lastTime }
    if new.isEmpty { throw .nothingNew(after: extent) }
    // The first half is calibrated on alone and the second one adapts, so that both have a full window of residuals.
    let most = 2 * min(request.adaptive.window, Int.max / 2)
    var left: [Int32: Int] = [:]
    for window in new { left[window.series, default: 0] += 1 }
    return (
      new.filter { window in
        defer { left[window.series, default: 0] -= 1 }
        return left[window.series, default: 0] <= most
      }, extent
    )
  }

  private func note(_ windows: Int, _ extent: TrainingExtent) -> String {
    let around = hasQuantiles ? "the quantiles of the loss '\(loss.name)'" : "the point forecasts"
    let count = data.timesAreDates ? "" : ", rows counted as in the training's data,"
    return "Intervals are \(request.method.rawValue) conformal around \(around), calibrated on \(windows) "
      + "window\(windows == 1 ? "" : "s") behind \(extent.description)\(count) up to where the model was trained and "
      + "selected."
  }

  /// A sentence about intervals of a level that nothing bounds.
  ///
  /// - Throws: ``ForecastRequestError/tooFewWindows(level:count:needed:after:)`` where no interval has what it needs.
  private func open(
    _ intervals: [PredictionInterval], of windows: [Window], _ conformal: ConformalForecast,
    _ settings: AdaptiveConformal, _ extent: TrainingExtent
  ) throws -> [String] {
    let needed = try SplitConformal.fewestResiduals(
      level: settings.level, scores: hasQuantiles ? .absolute : settings.scores)
    var (most, short, missed) = (0, 0, 0)
    for (index, window) in windows.enumerated() {
      for step in 0..<steps {
        let count = conformal.count(before: window, step: step)
        most = max(most, count)
        guard !intervals[index * data.horizon + step].isFinite else { continue }
        if count < needed { short += 1 } else { missed += 1 }
      }
    }
    if most < needed {
      throw ForecastRequestError.tooFewWindows(level: settings.level, count: most, needed: needed, after: extent)
    }
    guard short + missed > 0 else { return [] }
    let level = ForecastIntervals.percent(settings.level)
    var reasons: [String] = []
    if short > 0 {
      reasons.append("\(short) because their series has fewer than the \(needed) new windows that it takes")
    }
    if missed > 0 { reasons.append("\(missed) after misses in a row, where split intervals would have both ends") }
    return [
      "Of \(windows.count * steps) intervals of \(level) %, \(short + missed) \(short + missed == 1 ? "lacks" : "lack") an end: "
        + reasons.joined(separator: ", ") + "."
    ]
  }
}
