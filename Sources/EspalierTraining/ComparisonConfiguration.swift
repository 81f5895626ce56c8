import EspalierData
import EspalierNN
import EspalierPruning
import EspalierStatistics

/// Models x look-backs x regularizers x seeds on one series.
public struct ComparisonConfiguration: Codable, Equatable, Sendable {
  /// The models.
  public var models: [ModelKind] = [.rnn, .lstm, .patchtst]
  /// Steps of history.
  public var lookbacks: [Int] = [1, 7, 30]
  /// The methods.
  public var regularizers: [RegularizerKind] = RegularizerKind.allCases
  /// Seeds a setting, counted on from `firstSeed`.
  public var trials = 10
  /// The first seed.
  public var firstSeed: UInt64 = 42
  /// The target, features and evaluation; its look-back is replaced by each of `lookbacks`.
  public var task: ForecastTask
  /// The sizes of the models; kind, inputs, look-back and horizon are replaced.
  public var sizes = ModelConfiguration(kind: .rnn, features: 1, lookback: 1)
  /// How they are trained.
  public var training = TrainingConfiguration()
  /// The rate of both kinds of dropout.
  public var dropoutRate = RegularizerConfiguration.publishedDropoutRate
  /// What decides about pruning: the evaluation's preset, `paper` or `default`, or what is changed in it.
  public var pruning = PruningChoice()

  /// The published comparison of a task.
  public init(task: ForecastTask) {
    self.task = task
  }

  /// The pruning of a model.
  ///
  /// - Returns: The preset with what was chosen put in its place.
  /// - Throws: `PruningError` when the settings don't go together.
  public func pruning(of model: ModelKind) throws(PruningError) -> PruningConfiguration {
    try pruning.configuration(of: model, evaluation: task.evaluation)
  }

  /// A method as it regularizes a model.
  ///
  /// - Throws: `PruningError` when it prunes and the settings don't go together.
  func regularizer(_ kind: RegularizerKind, of model: ModelKind) throws(PruningError) -> RegularizerConfiguration {
    RegularizerConfiguration(
      kind: kind, dropoutRate: dropoutRate, pruning: kind == .synapticPruning ? try pruning(of: model) : nil)
  }

  /// Checks what needs no data.
  ///
  /// - Throws: A typed error of the part that is wrong.
  public func validate() throws {
    guard trials >= 1 else { throw TrainingError.notPositive(name: "number of trials", value: trials) }
    try training.validate()
    for model in models { try training.validate(with: model) }
    for lookback in lookbacks {
      var task = task
      task.lookback = lookback
      try task.validate()
      for model in models { try configuration(model, lookback: lookback, inputs: 1).validate() }
    }
    for kind in regularizers {
      for model in models {
        try regularizer(kind, of: model).validate()
      }
    }
  }

  func configuration(_ model: ModelKind, lookback: Int, inputs: Int) -> ModelConfiguration {
    var result = sizes
    result.kind = model
    result.features = inputs
    result.lookback = lookback
    result.horizon = task.horizon
    return result
  }

  /// Under `strict`, all methods of a model stop and select from the same epoch on: the first at which pruning is done.
  func firstSelectedEpoch(of model: ModelKind, stepsPerEpoch: Int) throws -> Int {
    let usual = training.firstSelectedEpoch ?? training.epochs * 3 / 4
    guard regularizers.contains(.synapticPruning) else { return usual }
    let timing = try pruning(of: model).timing
    let end = try timing.resolvedEnd(epochs: training.epochs, stepsPerEpoch: stepsPerEpoch)
    return max(usual, timing.unit == .epochs ? end : end / stepsPerEpoch)
  }
}
