import EspalierData
import EspalierStatistics

/// Conformal intervals of forecasts whose truths are yet to come, from how far off forecasts before them were.
///
/// Every series and every step of the horizon is calibrated by itself. The windows should be of data that the model was
/// neither trained on nor selected by, or intervals are too narrow at first.
public struct ConformalForecast: Sendable {
  /// What a window's forecast leaves at a step.
  private enum Measure {
    /// Truth less point forecast.
    case residual
    /// How far the truth lies outside the model's own interval, negative inside; see `ConformalizedQuantiles`.
    case distance
  }

  /// The first steps of the horizon that are calibrated.
  private let steps: Int
  private let measure: Measure
  /// By series: the first origin, and for every step one number a row from there on, NaN where there is none.
  private var known: [Int32: (origin: Int, steps: [[Double]])] = [:]

  /// Takes point forecasts of windows that are over.
  ///
  /// - Parameters:
  ///   - windows: Windows of `data`, in any order.
  ///   - forecasts: `windows * horizon` values in the target's unit, window after window.
  ///   - data: The data.
  /// - Throws: `IntervalError` when counts differ or a forecast is not finite.
  public init(after windows: [Window], forecasts: [Double], of data: PreparedData) throws(IntervalError) {
    try self.init(after: windows, forecasts: forecasts, of: data, steps: data.horizon)
  }

  /// Calibrates the first steps of the horizon alone: intervals are then made of `windows * steps` forecasts.
  init(after windows: [Window], forecasts: [Double], of data: PreparedData, steps: Int) throws(IntervalError) {
    self.steps = steps
    measure = .residual
    try checkCount(forecasts.count, of: windows, steps: data.horizon)
    if let position = forecasts.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "forecasts", position: position)
    }
    note(windows) { data.truth(windows[$0], step: $1) - forecasts[$0 * data.horizon + $1] }
  }

  /// Takes intervals of a model's own, such as its quantiles at 0.025 and 0.975, of windows that are over.
  ///
  /// - Parameters:
  ///   - windows: Windows of `data`, in any order.
  ///   - own: `windows * horizon` intervals in the target's unit, window after window.
  ///   - data: The data.
  /// - Throws: `IntervalError` when counts differ or an end is not finite.
  public init(after windows: [Window], own: [PredictionInterval], of data: PreparedData) throws(IntervalError) {
    try self.init(after: windows, own: own, of: data, steps: data.horizon)
  }

  /// Calibrates the first steps of the horizon alone: intervals are then made of `windows * steps` others.
  init(after windows: [Window], own: [PredictionInterval], of data: PreparedData, steps: Int) throws(IntervalError) {
    self.steps = steps
    measure = .distance
    try checkCount(own.count, of: windows, steps: data.horizon)
    if let position = own.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "intervals", position: position)
    }
    note(windows) { index, step in
      let (truth, core) = (data.truth(windows[index], step: step), own[index * data.horizon + step])
      return truth.isNaN ? .nan : max(core.lower - truth, truth - core.upper)
    }
  }

  /// The intervals of point forecasts.
  ///
  /// Of adaptive ones, the first half of a series' residuals is calibrated on alone; over the second half the level
  /// adapts.
  ///
  /// - Parameters:
  ///   - windows: Windows behind those that the residuals are of.
  ///   - forecasts: `windows * horizon` values in the target's unit, window after window.
  ///   - settings: The level, and how it adapts.
  ///   - method: Adaptive or split; `uncalibrated` leaves the forecasts as they are.
  /// - Returns: `windows * horizon` intervals in the target's unit; infinite where a series has too few residuals or its
  ///   level has come to 0.
  /// - Throws: `IntervalError` when counts differ or a setting is out of range.
  public func intervals(
    of windows: [Window], forecasts: [Double], settings: AdaptiveConformal, method: IntervalMethod = .adaptive
  ) throws(IntervalError) -> [PredictionInterval] {
    try intervals(
      of: windows, around: forecasts.map { PredictionInterval(lower: $0, upper: $0) }, settings: settings,
      method: method)
  }

  /// The intervals of forecasts, around others: a model's own ones, or point forecasts as intervals without width.
  ///
  /// - Parameters:
  ///   - windows: As in ``intervals(of:forecasts:settings:method:)``.
  ///   - cores: `windows * horizon` intervals in the target's unit, window after window.
  ///   - settings: As there.
  ///   - method: As there.
  /// - Returns: As there.
  /// - Throws: As there.
  public func intervals(
    of windows: [Window], around cores: [PredictionInterval], settings: AdaptiveConformal, method: IntervalMethod
  ) throws(IntervalError) -> [PredictionInterval] {
    try settings.validate()
    try checkCount(cores.count, of: windows, steps: steps)
    if method == .uncalibrated { return cores }
    var result: [PredictionInterval] = []
    result.reserveCapacity(cores.count)
    for (index, window) in windows.enumerated() {
      for step in 0..<steps {
        let core = cores[index * steps + step]
        let ends = try method == .split ? split(window, step, settings) : adaptive(window, step, settings)
        result.append(PredictionInterval(lower: core.lower + ends.lower, upper: core.upper + ends.upper))
      }
    }
    return result
  }

  /// How many truths of one step are known of a window's series at its origin.
  public func count(before window: Window, step: Int) -> Int {
    before(window, step: step).reduce(0) { $0 + ($1.isNaN ? 0 : 1) }
  }

  private func checkCount(_ count: Int, of windows: [Window], steps: Int) throws(IntervalError) {
    guard count == windows.count * steps else {
      let name = measure == .residual ? "forecasts" : "intervals"
      throw .counts(name: name, count: count, truths: windows.count * steps)
    }
  }

  private mutating func note(_ windows: [Window], _ number: (Int, Int) -> Double) {
    for index in windows.indices.sorted(by: { windows[$0].origin < windows[$1].origin }) {
      let window = windows[index]
      var line = known[window.series] ?? (Int(window.origin), Array(repeating: [], count: steps))
      let place = Int(window.origin) - line.origin
      for step in 0..<steps {
        let missing = max(0, place + 1 - line.steps[step].count)
        line.steps[step] += [Double](repeating: .nan, count: missing)
        line.steps[step][place] = number(index, step)
      }
      known[window.series] = line
    }
  }

  /// The numbers of a step whose truths are known at a window's origin.
  private func before(_ window: Window, step: Int) -> ArraySlice<Double> {
    guard let line = known[window.series] else { return [] }
    return line.steps[step].prefix(max(0, Int(window.origin) - line.origin - step))
  }

  /// What is added to a core's ends; the lower one may lie above the upper one, where a model's own interval is too wide.
  private func adaptive(
    _ window: Window, _ step: Int, _ settings: AdaptiveConformal
  ) throws(IntervalError) -> (lower: Double, upper: Double) {
    guard let line = known[window.series], case let place = Int(window.origin) - line.origin, place >= 0 else {
      return (-.infinity, .infinity)
    }
    // The window itself has no truth yet; what is known at its origin, the delay says.
    let before = line.steps[step].prefix(place)
    let numbers = before + [Double](repeating: .nan, count: place + 1 - before.count)
    if measure == .distance {
      let reach = try settings.thresholds(scores: Array(numbers), from: before.count / 2, delay: step + 1)
      return (-(reach.last ?? .infinity), reach.last ?? .infinity)
    }
    let bands = try settings.bands(residuals: Array(numbers), from: before.count / 2, delay: step + 1)
    return (bands.last?.lower ?? -.infinity, bands.last?.upper ?? .infinity)
  }

  private func split(
    _ window: Window, _ step: Int, _ settings: AdaptiveConformal
  ) throws(IntervalError) -> (lower: Double, upper: Double) {
    let numbers = Array(before(window, step: step))
    if measure == .distance {
      let margin = try ConformalizedQuantiles(scores: numbers, level: settings.level).margin
      return (-margin, margin)
    }
    let band = try SplitConformal(residuals: numbers, level: settings.level, scores: settings.scores).band
    return (band.lower, band.upper)
  }
}
