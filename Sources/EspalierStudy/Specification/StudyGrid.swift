import EspalierData
import EspalierNN
import EspalierTraining

/// A part of a study: data sets x evaluations x models x look-backs x methods x seeds.
///
/// The methods of a grid are compared with each other.
public struct StudyGrid: Codable, Equatable, Sendable {
  /// The name in tables.
  public var name = ""
  /// What it is about.
  public var description = ""
  /// The data sets.
  public var datasets: [StudyDataset] = []
  /// How honest the evaluations are.
  public var evaluations: [Evaluation] = [.strict]
  /// The models.
  public var models: [ModelKind] = [.rnn, .lstm, .patchtst]
  /// Steps of history.
  public var lookbacks: [Int] = [1, 7, 30]
  /// Steps to forecast.
  public var horizon = 1
  /// The methods.
  public var methods = StudyMethod.published
  /// Seeds of every setting; a data set may ask for fewer.
  public var seeds = 10
  /// The first seed.
  public var firstSeed: UInt64 = 42
  /// The sizes of the models; kind, inputs, look-back and horizon are replaced.
  public var sizes = ModelConfiguration(kind: .rnn, features: 1, lookback: 1)
  /// How models are trained.
  public var training = TrainingConfiguration()
  /// How columns are brought to a common scale.
  public var scaler = ScalerKind.standard
  /// What is taken out of every window; nil takes the evaluation's default.
  public var normalization: WindowNormalization?
  /// Whether the time of day, week, month and year are inputs.
  public var calendar = false
  /// Whether the forecasts of the test windows are stored.
  public var predictions = true
  /// See `ForecastTask.validationHistory`; a search sets it, no specification does.
  var validationHistory: Int?

  /// How many seeds a setting can have.
  static let seedCounts = 1...100_000

  /// The published comparison, without data.
  public init() {}

  /// The seeds of a setting on a data set.
  func seeds(of dataset: StudyDataset) -> Int { min(seeds, dataset.seeds ?? seeds) }

  /// The task settings of a look-back and an evaluation.
  func task(lookback: Int, evaluation: Evaluation) -> TaskSettings {
    var settings = TaskSettings(
      lookback: lookback, horizon: horizon, evaluation: evaluation, scaler: scaler, normalization: normalization,
      calendar: calendar)
    settings.validationHistory = validationHistory
    return settings
  }

  /// The training of a method's candidate.
  ///
  /// Under `strict`, all methods of a grid stop and select from the same epoch on for a model: the first at which every
  /// pruning is done.
  func training(_ method: StudyMethod, model: ModelKind, evaluation: Evaluation) throws -> TrainingConfiguration {
    var result = training
    result.optimizer = method.optimizer.applied(to: training.optimizer)
    if evaluation == .strict { result.firstSelectedEpoch = try firstSelectedEpoch(of: model) }
    try result.validate()
    return result
  }

  /// The epoch, counted from 0, from which on all methods select for a model under `strict`.
  func firstSelectedEpoch(of model: ModelKind) throws -> Int {
    var first = training.firstSelectedEpoch ?? training.epochs * 3 / 4
    for method in methods {
      for (_, candidate) in method.candidates {
        let settings = try candidate.regularizer(of: model, evaluation: .strict, epochs: training.epochs)
        guard let timing = settings.pruning?.timing else { continue }
        first = max(first, try timing.resolvedEnd(epochs: training.epochs, stepsPerEpoch: nil))
      }
    }
    return min(first, training.epochs - 1)
  }

  /// Checks everything that needs no data.
  ///
  /// - Throws: ``StudyError`` or a typed error of the part that is wrong.
  public func validate() throws {
    guard !datasets.isEmpty else { throw StudyError.noDatasets(grid: name) }
    try StudyError.checkName(name)
    for names in [datasets.map(\.name), methods.map(\.name)] {
      try names.forEach(StudyError.checkName)
      var seen: Set<String> = []
      for name in names where !seen.insert(name).inserted {
        throw StudyError.repeated(name: name, grid: self.name)
      }
    }
    if let first = training.firstSelectedEpoch, first >= training.epochs {
      throw StudyError.selectionBeyondTraining(grid: name, first: first, epochs: training.epochs)
    }
    for evaluation in evaluations {
      for model in models {
        for (_, method) in methods.flatMap(\.candidates) {
          _ = try method.regularizer(of: model, evaluation: evaluation, epochs: training.epochs)
          try training(method, model: model, evaluation: evaluation).validate(with: model)
        }
        for lookback in lookbacks {
          var sizes = sizes
          (sizes.kind, sizes.lookback, sizes.horizon) = (model, lookback, horizon)
          try sizes.validate()
          try ForecastTask(
            target: "", lookback: lookback, horizon: horizon, evaluation: evaluation, normalization: normalization
          )
          .validate()
        }
      }
    }
  }
}
