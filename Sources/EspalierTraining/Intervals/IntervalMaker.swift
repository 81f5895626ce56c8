import EspalierData
import EspalierStatistics

/// Makes the intervals of one forecaster at one level for the test windows.
struct IntervalMaker {
  private let truths: [Double]
  private let horizon: Int
  private let level: Double
  private let adaptive: AdaptiveConformal
  private let tracks: [ForecastTrack]
  private let calibrationCount: Int
  private let testCount: Int
  /// What intervals are put around: the forecaster's own interval, or its point forecast as one without width.
  private let cores: [PredictionInterval]
  private let hasQuantiles: Bool
  /// The forecaster's own intervals, which nothing calibrated; nil where it has none.
  private let own: [PredictionInterval]?

  /// Checks a forecaster's numbers; truths are `(calibration + test windows) * horizon` values, NaN where unknown.
  init(
    _ forecaster: IntervalForecaster, truths: [Double], data: PreparedData, level: Double,
    configuration: IntervalConfiguration
  ) throws(IntervalError) {
    guard forecaster.values.count == truths.count else {
      throw .counts(name: "forecasts", count: forecaster.values.count, truths: truths.count)
    }
    if let position = forecaster.values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "forecasts", position: position)
    }
    self.truths = truths
    self.level = level
    horizon = data.horizon
    adaptive = {
      var settings = configuration.adaptive
      settings.level = level
      return settings
    }()
    tracks = ForecastTrack.all(of: data)
    calibrationCount = data.calibration.count
    testCount = data.test.count
    hasQuantiles = forecaster.quantiles != nil
    if let quantiles = forecaster.quantiles {
      let quantileIntervals = try Self.intervals(
        between: quantiles, count: truths.count, level: level, configuration: configuration)
      (cores, own) = (quantileIntervals, quantileIntervals)
    } else {
      cores = forecaster.values.map { PredictionInterval(lower: $0, upper: $0) }
      own = try forecaster.deviations.map { deviations throws(IntervalError) in
        try DropoutIntervals.of(means: forecaster.values, deviations: deviations, level: level)
      }
    }
  }

  /// The intervals between the two quantiles that a coverage names.
  private static func intervals(
    between quantiles: QuantileForecasts, count: Int, level: Double, configuration: IntervalConfiguration
  ) throws(IntervalError) -> [PredictionInterval] {
    let ends = configuration.ends(of: level)
    guard quantiles.values.count == count * configuration.quantileLevels.count else {
      throw .counts(name: "quantiles", count: quantiles.values.count, truths: count)
    }
    if let position = quantiles.values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "quantiles", position: position)
    }
    return (0..<count).map {
      PredictionInterval(lower: quantiles[$0, ends.lower], upper: quantiles[$0, ends.upper])
    }
  }

  /// What can be made of the forecaster.
  var methods: [IntervalMethod] { own == nil ? [.split, .adaptive] : [.uncalibrated, .split, .adaptive] }

  /// The intervals of the test windows, window after window and step after step.
  func intervals(_ method: IntervalMethod) throws(IntervalError) -> [PredictionInterval] {
    let first = calibrationCount * horizon
    if method == .uncalibrated { return Array((own ?? cores)[first...]) }
    var result = Array(cores[first...])
    for track in tracks {
      for step in 0..<horizon {
        let bands = try bands(method, track, step: step)
        for (window, place) in track.tests {
          let core = cores[window * horizon + step], band = bands[place]
          result[(window - calibrationCount) * horizon + step] = PredictionInterval(
            lower: core.lower + band.lower, upper: core.upper + band.upper)
        }
      }
    }
    return result
  }

  /// What is added to the cores' ends at the places of a series' test windows.
  ///
  /// Not intervals themselves: where quantiles were too far apart, their ends move inwards.
  private func bands(
    _ method: IntervalMethod, _ track: ForecastTrack, step: Int
  ) throws(IntervalError) -> [(lower: Double, upper: Double)] {
    if method == .adaptive {
      guard hasQuantiles else {
        let residuals = track.numbers { residual($0, step) }
        return try adaptive.bands(residuals: residuals, from: track.start, delay: step + 1).map { ($0.lower, $0.upper) }
      }
      let scores = track.numbers { score($0, step) }
      return try adaptive.thresholds(scores: scores, from: track.start, delay: step + 1).map { (-$0, $0) }
    }
    let count = track.windows.count - track.start
    let calibrations = track.calibrations
    if hasQuantiles {
      let margin = try ConformalizedQuantiles(
        calibrations.map { cores[$0 * horizon + step] }, truths: calibrations.map { truths[$0 * horizon + step] },
        level: level
      ).margin
      return Array(repeating: (-margin, margin), count: count)
    }
    let split = try SplitConformal(
      residuals: calibrations.map { residual($0, step) }, level: level, scores: adaptive.scores)
    return Array(repeating: (split.band.lower, split.band.upper), count: count)
  }

  private func residual(_ window: Int, _ step: Int) -> Double {
    truths[window * horizon + step] - cores[window * horizon + step].lower
  }

  private func score(_ window: Int, _ step: Int) -> Double {
    let truth = truths[window * horizon + step], core = cores[window * horizon + step]
    return truth.isNaN ? .nan : max(core.lower - truth, truth - core.upper)
  }
}
