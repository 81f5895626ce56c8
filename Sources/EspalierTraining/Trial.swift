import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTensor

/// One trained and tested model, as numbers: what a table row is averaged over.
public struct TrialResult: Codable, Equatable, Sendable {
  /// The run that was done.
  public let configuration: RunConfiguration
  /// The training.
  public let training: TrainingResult
  /// The forecasts of the test windows, scored in the target's unit.
  public let metrics: ForecastMetrics
  /// The same forecasts scored in units of the target's scaler.
  public let scaled: ScaledErrors
  /// The mean over test windows of the deviation between Monte Carlo passes, in the target's unit; nil for other methods.
  public let spread: Double?
  /// Seconds of processor time of the whole trial: building, training, validating and testing, on its one thread.
  public let seconds: Double
}

/// Trains and tests one model.
///
/// - Parameters:
///   - configuration: The run.
///   - data: The data; the model's inputs, look-back and horizon must be theirs.
///   - isCancelled: Asked before every step.
/// - Returns: The trial's numbers.
/// - Throws: What ``Trainer`` throws, or a `MetricError` when the model has diverged.
public func runTrial(
  _ configuration: RunConfiguration, data: PreparedData, isCancelled: () -> Bool = { false }
) throws -> TrialResult {
  let begin = Platform.threadSeconds
  return try Trainer(configuration, data: data).trial(since: begin, isCancelled: isCancelled)
}

extension Trainer {
  /// Trains and tests the model.
  ///
  /// - Parameters:
  ///   - begin: The processor time from which the trial's seconds count; nil counts from here.
  ///   - progress: Called after every epoch.
  ///   - isCancelled: Asked before every step.
  ///   - checkpoints: When the training is written down; nil never does it.
  /// - Returns: The trial's numbers.
  /// - Throws: What ``run(progress:isCancelled:checkpoints:)`` throws, or a `MetricError` when the model has diverged.
  func trial(
    since begin: Double? = nil, progress: (EpochRecord) -> Void = { _ in }, isCancelled: () -> Bool = { false },
    checkpoints: CheckpointPlan? = nil
  ) throws -> TrialResult {
    if data.test.isEmpty { throw TrainingError.noWindows(part: "test") }
    // What was trained before an interruption counts.
    let begin = (begin ?? Platform.threadSeconds) - currentPosition.seconds
    let training = try run(progress: progress, isCancelled: isCancelled, checkpoints: checkpoints)
    let forecasts = try pointForecasts(of: data.test, isCancelled: isCancelled)
    let metrics = try data.metrics(of: data.test, forecasts: forecasts.values)
    let scaled = try data.scaledErrors(of: data.test, forecasts: forecasts.values)
    let spread = forecasts.spread.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
    return TrialResult(
      configuration: configuration, training: training, metrics: metrics, scaled: scaled, spread: spread,
      seconds: Platform.threadSeconds - begin)
  }
}

extension PreparedData {
  /// Scores forecasts of windows in the target's unit; missing truths do not count.
  ///
  /// - Parameters:
  ///   - windows: The windows.
  ///   - forecasts: `windows * horizon` values, window after window.
  /// - Returns: The scores, with MASE where its scale is known.
  /// - Throws: A `MetricError` when a forecast is not finite or nothing can be scored.
  public func metrics(of windows: [Window], forecasts: [Double]) throws(MetricError) -> ForecastMetrics {
    try metrics(of: windows) { index, _, step in forecasts[index * horizon + step] }
  }

  /// The forecasts that any model has to beat, scored on windows.
  ///
  /// - Throws: A `MetricError` when nothing can be scored.
  public func naiveMetrics(of windows: [Window]) throws(MetricError) -> NaiveMetrics {
    NaiveMetrics(
      lastValue: try metrics(of: windows) { _, window, step in naiveLastValue(window, step: step) },
      seasonal: try metrics(of: windows) { _, window, step in naiveSeasonal(window, step: step) })
  }

  private func metrics(
    of windows: [Window], _ forecast: (Int, Window, Int) -> Double
  ) throws(MetricError) -> ForecastMetrics {
    var errors = ForecastErrors()
    for (index, window) in windows.enumerated() {
      for step in 0..<horizon {
        try errors.add(forecast: forecast(index, window, step), truth: truth(window, step: step))
      }
    }
    return try ForecastMetrics(errors, scale: seasonalScale.isFinite ? seasonalScale : nil)
  }
}

/// The scores of the naive forecasts.
public struct NaiveMetrics: Codable, Equatable, Sendable {
  /// The last value before the forecast.
  public let lastValue: ForecastMetrics
  /// The value one season earlier.
  public let seasonal: ForecastMetrics

  /// Puts scores together.
  public init(lastValue: ForecastMetrics, seasonal: ForecastMetrics) {
    self.lastValue = lastValue
    self.seasonal = seasonal
  }
}
