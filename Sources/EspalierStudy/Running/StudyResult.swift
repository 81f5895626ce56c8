import EspalierData
import EspalierStatistics
import EspalierTensor
import EspalierTraining

/// A finished run before it is stored.
struct StudyResult: Sendable {
  let training: TrainingResult
  let metrics: ForecastMetrics
  let spread: Double?
  let parameters: Int
  let memoryBytes: Int
  let seconds: Double
  /// Of the test windows, window after window, in the target's unit.
  let forecasts: [Double]
  /// The deviation over Monte Carlo passes, in the same order.
  let spreads: [Double]?

  /// Trains and tests a model.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - data: Its task's data.
  ///   - epochFinished: Called after every epoch.
  ///   - isCancelled: Asked before every step, and between batches of test windows.
  /// - Throws: What `Trainer` throws, or a `MetricError` when the model has diverged.
  init(_ run: StudyRun, data: PreparedData, epochFinished: () -> Void, isCancelled: () -> Bool) throws {
    let begin = Platform.threadSeconds
    var configuration = run.configuration(inputs: data.inputCount)
    configuration.model = configuration.model.fitting(data)
    let trainer = try Trainer(configuration, data: data)
    training = try trainer.run(progress: { _ in epochFinished() }, isCancelled: isCancelled)
    let tested = try trainer.pointForecasts(of: data.test, isCancelled: isCancelled)
    (forecasts, spreads) = (tested.values, tested.spread)
    metrics = try data.metrics(of: data.test, forecasts: forecasts)
    spread = spreads.map { $0.reduce(0, +) / Double(max(1, $0.count)) }
    parameters = trainer.model.parameterCount
    memoryBytes = trainer.memoryBytes
    seconds = Platform.threadSeconds - begin
  }
}
