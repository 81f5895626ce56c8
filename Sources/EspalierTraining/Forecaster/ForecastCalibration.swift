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
  /// The most windows that are forecast at once, but for those of one series: what memory is held for.
  var windowsAtOnce = 8192

  private var levels: [Double] { request.levels.sorted() }
  private var loss: LossKind { model.run.training.loss }
  private var hasQuantiles: Bool { !loss.quantileLevels.isEmpty }

  /// The intervals of windows.
  ///
  /// - Parameters:
  ///   - windows: The data's future windows.
  ///   - forecasts: Their forecasts, `windows * horizon` points in the target's unit.
  ///   - isCancelled: Asked again and again.
  /// - Returns: Level after level `windows * steps` intervals, where they come from, and sentences about both.
  /// - Throws: ``ForecastRequestError``, an `IntervalError`, or what forecasting throws.
  func intervals(
    of windows: [Window], forecasts: WindowForecasts, isCancelled: () -> Bool
  ) throws -> (intervals: [[PredictionInterval]], origin: ForecastIntervals, notes: [String]) {
    let ends = hasQuantiles ? quantileEnds() : []
    let cores = try cores(of: windows, forecasts: forecasts, ends: ends, isCancelled: isCancelled)
    let points = firstSteps(of: forecasts.values)
    if request.method == .uncalibrated {
      return (
        PredictionInterval.nested(cores, holding: points),
        ForecastIntervals(levels: levels, method: .uncalibrated, windows: 0, after: nil), [ownNote]
      )
    }
    let new = try CalibrationWindows(of: data, newTo: model, most: request.mostWindows(loss: loss))
    var open = try openEnds(of: windows, new)
    let series = SeriesCalibration(
      data: data, steps: steps, levels: levels, ends: ends, method: request.method, adaptive: request.adaptive)
    var result = levels.map { _ in [PredictionInterval]() }
    for group in groups(of: windows, new) {
      let made = try calibrated(
        group, of: windows, around: cores, holding: points, series, new, isCancelled: isCancelled)
      for one in made {
        for level in levels.indices {
          result[level] += one.intervals[level]
          open[level].count(one.intervals[level], known: one.counts)
        }
      }
    }
    return (
      result, ForecastIntervals(levels: levels, method: request.method, windows: new.count, after: new.extent),
      [note(new)] + open.compactMap(\.sentence)
    )
  }

  /// Windows that follow each other, as many as are calibrated at once.
  ///
  /// They don't depend on the number of threads: with Monte Carlo dropout a forecast depends on what it is made with.
  private func groups(of windows: [Window], _ new: CalibrationWindows) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var size = 0
    for (index, window) in windows.enumerated() {
      let count = new[window.series].count
      if let last = groups.last, size + count <= windowsAtOnce {
        groups[groups.count - 1] = last.lowerBound..<index + 1
        size += count
      } else {
        groups.append(index..<index + 1)
        size = count
      }
    }
    return groups
  }

  /// The intervals of a group of windows side by side, some of them between two looks at whether to stop.
  private func calibrated(
    _ group: Range<Int>, of windows: [Window], around cores: [[PredictionInterval]], holding points: [Double],
    _ series: SeriesCalibration, _ new: CalibrationWindows, isCancelled: () -> Bool
  ) throws -> [SeriesCalibration.Made] {
    let (steps, horizon) = (steps, data.horizon)
    let past = windows[group].map { new[$0.series] }
    let starts = past.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
    let levels = series.ends.isEmpty ? nil : Self.distinct(series.ends)
    let known =
      past.allSatisfy(\.isEmpty)
      ? WindowForecasts(values: [])
      : try model.checkedForecasts(
        of: past.flatMap { $0 }, data: data, levels: levels, threads: threads, isCancelled: isCancelled)
    var result: [SeriesCalibration.Made] = []
    while result.count < group.count {
      if isCancelled() { throw TrainingError.cancelled }
      let first = result.count
      result += try mapInParallel(count: min(max(1, threads), group.count - first), threads: threads) { place in
        let one = first + place
        let index = group.lowerBound + one
        let places = index * steps..<(index + 1) * steps
        return try series.intervals(
          of: windows[index], around: cores.map { Array($0[places]) }, holding: Array(points[places]),
          after: past[one], known.part(starts[one]..<starts[one + 1], horizon: horizon))
      }
    }
    return result
  }

  /// The levels of the quantiles that each interval is put around.
  ///
  /// Where it is calibrated, any pair will do: of a quantile loss the nearest that was trained on is taken.
  private func quantileEnds() -> [(lower: Double, upper: Double)] {
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
  ///
  /// Intervals of Monte Carlo dropout are only shown: a loss of points is calibrated around the mean of the passes.
  private func cores(
    of windows: [Window], forecasts: WindowForecasts, ends: [(lower: Double, upper: Double)], isCancelled: () -> Bool
  ) throws -> [[PredictionInterval]] {
    guard hasQuantiles else {
      let points = forecasts.values.map { PredictionInterval(lower: $0, upper: $0) }
      return try levels.map { level in
        let own = request.method == .uncalibrated ? try forecasts.dropoutIntervals(level: level) : nil
        return firstSteps(of: own ?? points)
      }
    }
    let forecasts = try model.checkedForecasts(
      of: windows, data: data, levels: Self.distinct(ends), threads: threads, isCancelled: isCancelled)
    return ends.map { firstSteps(of: forecasts.intervals(between: $0)) }
  }

  /// Of `windows * horizon` elements those of the first steps.
  private func firstSteps<Element>(of all: [Element]) -> [Element] {
    stride(from: 0, to: all.count, by: data.horizon).flatMap { all[$0..<$0 + steps] }
  }

  private var ownNote: String {
    hasQuantiles
      ? "Intervals are those of the model's loss '\(loss.name)', not calibrated."
      : "Intervals are the mean of mc-dropout's passes and their deviation, not calibrated: they hold the model's "
        + "uncertainty only, not the noise, so they cover too little."
  }

  private func note(_ new: CalibrationWindows) -> String {
    let around = hasQuantiles ? "the quantiles of the loss '\(loss.name)'" : "the point forecasts"
    let count = data.timesAreDates ? "" : " (rows counted as in the training's data)"
    return "Intervals are \(request.method.rawValue) conformal around \(around), calibrated on \(new.count) "
      + "window\(new.count == 1 ? "" : "s") after \(new.extent.description)\(count), up to which the model was trained and "
      + "selected."
  }

  /// What intervals of each level need.
  ///
  /// - Throws: ``ForecastRequestError/tooFewWindows(level:count:needed:after:)`` where no series has it.
  private func openEnds(of windows: [Window], _ new: CalibrationWindows) throws -> [OpenEnds] {
    let most = windows.map { new[$0.series].count }.max() ?? 0
    return try levels.map { level in
      let needed = try request.residualsNeeded(level: level, loss: loss)
      if most < needed {
        throw ForecastRequestError.tooFewWindows(level: level, count: most, needed: needed, after: new.extent)
      }
      return OpenEnds(level: level, needed: needed)
    }
  }
}

/// Counts intervals with an end that nothing bounds.
private struct OpenEnds {
  let level: Double
  /// The fewest residuals that an interval needs to have two ends.
  let needed: Int
  private var total = 0
  private var short = 0
  private var missed = 0

  init(level: Double, needed: Int) {
    (self.level, self.needed) = (level, needed)
  }

  /// Counts those of one window, where so many residuals are known of each step.
  mutating func count(_ intervals: [PredictionInterval], known: [Int]) {
    total += intervals.count
    for (interval, known) in zip(intervals, known) where !interval.isFinite {
      if known < needed { short += 1 } else { missed += 1 }
    }
  }

  /// What there is to say; nil when all ends are bounded.
  var sentence: String? {
    guard short + missed > 0 else { return nil }
    var reasons: [String] = []
    if short > 0 {
      reasons.append("\(short) because their series has fewer than the \(needed) new windows that it takes")
    }
    if missed > 0 { reasons.append("\(missed) after misses in a row, where split intervals would have both ends") }
    return "Of \(total) intervals of \(ForecastIntervals.percent(level)) %, \(short + missed) "
      + "\(short + missed == 1 ? "lacks" : "lack") an end: " + reasons.joined(separator: ", ") + "."
  }
}
