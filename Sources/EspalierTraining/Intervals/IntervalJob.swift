import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTensor

/// A comparison of prediction intervals from data to table, as a plain value: what `espalier intervals` runs.
///
/// A model is trained as it is by ``TrainingJob``, on data whose validation part gives up rows for calibration. Where its
/// loss tells no quantiles, a second one is trained the same way with the quantile loss.
public struct IntervalJob: Codable, Equatable, Sendable {
  /// The training; its task keeps a calibration part.
  public var training: TrainingJob
  /// Which intervals are made.
  public var intervals: IntervalConfiguration

  /// Describes a comparison; a task without a calibration part gets half of validation for it.
  public init(training: TrainingJob, intervals: IntervalConfiguration = IntervalConfiguration()) {
    self.training = training
    self.intervals = intervals
    if self.training.task.calibration == nil { self.training.task.calibration = 0.5 }
  }

  /// Reads and prepares the data and builds the first model.
  ///
  /// - Throws: A typed error when a setting is out of range, the data can't be read, or the two don't fit.
  public func prepare() throws -> PreparedIntervals {
    try intervals.validate()
    let loss = training.training.loss
    // Levels that the loss can't tell are refused before anything is trained.
    if !loss.quantileLevels.isEmpty { _ = try OutputReader(loss, levels: intervals.quantileLevels) }
    return PreparedIntervals(training: try training.prepare(), intervals: intervals)
  }
}

/// A comparison of prediction intervals whose data are in memory.
///
/// Belongs to one thread at a time.
public struct PreparedIntervals {
  /// The training of the first model.
  public let training: PreparedTraining
  /// Which intervals are made.
  public let intervals: IntervalConfiguration

  /// The runs in order: as configured, and with the quantile loss where the first tells no quantiles.
  public var runs: [RunConfiguration] {
    let first = training.trainer.configuration
    guard first.training.loss.quantileLevels.isEmpty else { return [first] }
    var second = first
    second.training.loss = .quantiles(intervals.quantileLevels)
    return [first, second]
  }

  /// Trains the models, makes the intervals and scores them on the test part.
  ///
  /// - Parameters:
  ///   - progress: Called after every epoch with the number of the run, from 0.
  ///   - isCancelled: Asked before every step and between batches of windows.
  /// - Returns: The comparison.
  /// - Throws: What ``Trainer`` throws, an `IntervalError` when a model has diverged, or a `MetricError`.
  public func run(
    progress: (Int, EpochRecord) -> Void = { _, _ in }, isCancelled: () -> Bool = { false }
  ) throws -> IntervalReport {
    let data = training.trainer.data
    let windows = data.calibration + data.test
    var forecasters: [IntervalForecaster] = []
    for (index, run) in runs.enumerated() {
      let trainer = index == 0 ? training.trainer : try Trainer(run, data: data)
      _ = try trainer.run(progress: { progress(index, $0) }, isCancelled: isCancelled)
      let name = run.model.kind.rawValue + ", " + run.training.loss.name
      let hasQuantiles = !run.training.loss.quantileLevels.isEmpty
      let forecasts = try trainer.forecasts(
        of: windows, levels: hasQuantiles ? intervals.quantileLevels : nil, isCancelled: isCancelled)
      forecasters.append(
        IntervalForecaster(
          name: name, values: forecasts.values, quantiles: forecasts.quantiles, deviations: forecasts.spread))
    }
    forecasters.append(.lastValue(of: data))
    if data.fitted.task.season > 1 { forecasters.append(.seasonal(of: data)) }
    let first = data.calibration.count * data.horizon
    return IntervalReport(
      dataset: training.dataset, target: data.fitted.target.name, task: data.fitted.task,
      windows: IntervalReport.Windows(
        train: data.train.count, validation: data.validation.count, calibration: data.calibration.count,
        test: data.test.count),
      intervals: intervals, runs: runs,
      points: try forecasters.map {
        IntervalReport.Point(
          forecaster: $0.name, metrics: try data.metrics(of: data.test, forecasts: Array($0.values[first...])))
      },
      evaluation: try IntervalEvaluation(of: forecasters, on: data, configuration: intervals))
  }
}

/// A finished comparison of prediction intervals.
public struct IntervalReport: Codable, Equatable, Sendable {
  /// How many windows each part has.
  public struct Windows: Codable, Equatable, Sendable {
    /// Windows that were trained on.
    public let train: Int
    /// Windows that were stopped and selected by.
    public let validation: Int
    /// Windows that intervals were calibrated on.
    public let calibration: Int
    /// Windows that the scores are about.
    public let test: Int
  }

  /// The scores of a forecaster's point forecasts.
  public struct Point: Codable, Equatable, Sendable {
    /// The forecaster's name.
    public let forecaster: String
    /// The scores of the test windows, in the target's unit.
    public let metrics: ForecastMetrics
  }

  /// The name of the data.
  public let dataset: String
  /// The column that is forecast.
  public let target: String
  /// What was forecast from what.
  public let task: ForecastTask
  /// How many windows there are.
  public let windows: Windows
  /// Which intervals were made.
  public let intervals: IntervalConfiguration
  /// The trainings.
  public let runs: [RunConfiguration]
  /// How good the point forecasts are.
  public let points: [Point]
  /// How good the intervals are.
  public let evaluation: IntervalEvaluation
}
