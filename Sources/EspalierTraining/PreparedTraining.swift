import EspalierData
import EspalierNN
import EspalierStatistics

/// A training whose data are in memory.
///
/// Belongs to one thread at a time.
public struct PreparedTraining {
  /// The name of the data.
  public let dataset: String
  /// How the data's file was read.
  public let reading: ReadOptions
  /// What was done to the data, one sentence each.
  public let notes: [String]
  /// Trains the model.
  public let trainer: Trainer

  /// Trains and tests the model.
  ///
  /// - Parameters:
  ///   - progress: Called after every epoch.
  ///   - isCancelled: Asked before every step.
  ///   - checkpoints: When the training is written down; nil never does it.
  /// - Returns: The training and its scores.
  /// - Throws: What ``Trainer`` throws, or a `MetricError` when the model has diverged.
  public func run(
    progress: (EpochRecord) -> Void = { _ in }, isCancelled: () -> Bool = { false },
    checkpoints: CheckpointPlan? = nil
  ) throws -> TrainingReport {
    let data = trainer.data
    let trial = try trainer.trial(progress: progress, isCancelled: isCancelled, checkpoints: checkpoints)
    return TrainingReport(
      dataset: dataset, target: data.fitted.target.name,
      inputs: data.inputNames + data.fitted.futureNames.map { "\($0) ahead" } + data.fitted.staticNames,
      windows: TrainingReport.Windows(
        train: data.train.count, validation: data.validation.count, test: data.test.count),
      parameters: trainer.model.parameterCount, task: data.fitted.task, grid: data.fitted.grid?.description,
      normalization: data.fitted.normalization,
      trial: trial, naive: try data.naiveMetrics(of: data.test))
  }

  /// The model as it is now, with all that forecasting needs.
  public var savedModel: SavedModel {
    SavedModel(
      model: trainer.model, run: trainer.configuration, preparation: trainer.data.trainedPreparation, reading: reading,
      extent: trainer.extent)
  }
}

/// A finished and tested training.
public struct TrainingReport: Codable, Equatable, Sendable {
  /// How many windows each part has.
  public struct Windows: Codable, Equatable, Sendable {
    /// Windows that were trained on.
    public let train: Int
    /// Windows that were stopped and selected by.
    public let validation: Int
    /// Windows that the metrics are about.
    public let test: Int

    /// Counts windows.
    public init(train: Int, validation: Int, test: Int) {
      self.train = train
      self.validation = validation
      self.test = test
    }
  }

  /// The name of the data.
  public let dataset: String
  /// The column that is forecast.
  public let target: String
  /// The names of the inputs.
  public let inputs: [String]
  /// How many windows there are.
  public let windows: Windows
  /// Trainable values, pruned ones included.
  public let parameters: Int
  /// What was forecast from what, and how it was judged.
  public let task: ForecastTask
  /// The distance between rows in words; nil without dates.
  public let grid: String?
  /// What was taken out of every window.
  public let normalization: WindowNormalization
  /// The training and its scores.
  public let trial: TrialResult
  /// The scores of the naive forecasts on the same windows.
  public let naive: NaiveMetrics

  /// Whether the model's mean absolute error is below that of both naive forecasts.
  public var beatsNaive: Bool {
    trial.metrics.mae < min(naive.lastValue.mae, naive.seasonal.mae)
  }
}
