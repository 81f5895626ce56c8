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
  /// What decides about pruning; nil takes the evaluation's preset: `paper` or `default`.
  public var pruning: PruningConfiguration?

  /// The published comparison of a task.
  public init(task: ForecastTask) {
    self.task = task
  }

  /// The pruning of a model: what was asked for, or the preset of the evaluation.
  public func pruning(of model: ModelKind) -> PruningConfiguration {
    if let pruning { return pruning }
    guard task.evaluation == .paper, let published = PaperModel(rawValue: model.rawValue) else { return .default }
    return .paper(model: published)
  }

  /// Checks what needs no data.
  ///
  /// - Throws: A typed error of the part that is wrong.
  public func validate() throws {
    guard trials >= 1 else { throw TrainingError.notPositive(name: "number of trials", value: trials) }
    try training.validate()
    for lookback in lookbacks {
      var task = task
      task.lookback = lookback
      try task.validate()
      for model in models { try configuration(model, lookback: lookback, inputs: 1).validate() }
    }
    for kind in regularizers {
      for model in models {
        let pruning = pruning(of: model)
        try RegularizerConfiguration(kind: kind, dropoutRate: dropoutRate, pruning: pruning).validate()
      }
    }
  }

  fileprivate func configuration(_ model: ModelKind, lookback: Int, inputs: Int) -> ModelConfiguration {
    var result = sizes
    result.kind = model
    result.features = inputs
    result.lookback = lookback
    result.horizon = task.horizon
    return result
  }

  /// Under `strict`, all methods of a model stop and select from the same epoch on: the first at which pruning is done.
  fileprivate func firstSelectedEpoch(of model: ModelKind, stepsPerEpoch: Int) throws -> Int {
    let usual = training.firstSelectedEpoch ?? training.epochs * 3 / 4
    guard regularizers.contains(.synapticPruning) else { return usual }
    let timing = pruning(of: model).timing
    let end = try timing.resolvedEnd(epochs: training.epochs, stepsPerEpoch: stepsPerEpoch)
    return max(usual, timing.unit == .epochs ? end : end / stepsPerEpoch)
  }
}

/// One setting of a comparison: the mean over its trials.
public struct ComparisonRow: Codable, Equatable, Sendable {
  /// The name of the data.
  public let dataset: String
  /// The model.
  public let model: ModelKind
  /// Steps of history.
  public let lookback: Int
  /// The method.
  public let method: RegularizerKind
  /// The trials in the order of their seeds.
  public let results: [TrialResult]
  /// Their mean absolute errors on the test part, in the target's unit.
  public let mae: Summary
  /// The naive forecasts on the same windows.
  public let naive: NaiveMetrics

  /// The mean over trials of something.
  public func mean(_ value: (TrialResult) -> Double) -> Double {
    results.reduce(0) { $0 + value($1) } / Double(results.count)
  }

  /// The mean over trials of something that may be undefined; nil when it is in any trial.
  public func mean(_ value: (TrialResult) -> Double?) -> Double? {
    let values = results.compactMap(value)
    return values.count == results.count ? values.reduce(0, +) / Double(values.count) : nil
  }
}

/// A comparison that has been prepared: data for every look-back, and the list of runs.
public struct Comparison: Sendable {
  /// What is compared.
  public let configuration: ComparisonConfiguration
  /// The name of the data.
  public let dataset: String
  /// What was done to the data, one sentence each.
  public let notes: [String]
  private let prepared: [Int: PreparedData]

  /// Prepares the data for every look-back.
  ///
  /// - Parameters:
  ///   - configuration: What is compared.
  ///   - dataset: A name for the data.
  ///   - table: The data.
  ///   - drifting: Features that the window normalization applies to, beside the target.
  /// - Throws: A typed error when a setting is out of range or does not fit the data.
  public init(
    _ configuration: ComparisonConfiguration, dataset: String, table: SeriesTable, drifting: [String]
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.dataset = dataset
    var prepared: [Int: PreparedData] = [:]
    var notes: [String] = []
    for lookback in configuration.lookbacks {
      var task = configuration.task
      task.lookback = lookback
      let data = try PreparedData(table: table, task: task, drifting: drifting)
      for note in data.notes where !notes.contains(note) { notes.append(note) }
      prepared[lookback] = data
    }
    self.prepared = prepared
    self.notes = notes
  }

  /// The number of trainings.
  public var runs: Int { settings.count * configuration.trials }

  private var settings: [(model: ModelKind, lookback: Int, method: RegularizerKind)] {
    configuration.models.flatMap { model in
      configuration.lookbacks.flatMap { lookback in
        configuration.regularizers.map { (model, lookback, $0) }
      }
    }
  }

  /// Trains and tests all of them, side by side.
  ///
  /// - Parameters:
  ///   - threads: Trainings at once. Results do not depend on it.
  ///   - finished: Called after every training, from any thread.
  ///   - isCancelled: Asked before every step, from any thread.
  /// - Returns: A row a setting, in the order of models, look-backs and methods.
  /// - Throws: The error of the first training, in order, that failed.
  public func run(
    threads: Int, finished: @Sendable (TrialResult) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [ComparisonRow] {
    let settings = settings
    let trials = configuration.trials
    let results = try mapInParallel(count: settings.count * trials, threads: threads) { index in
      let setting = settings[index / trials]
      let result = try trial(
        model: setting.model, lookback: setting.lookback, method: setting.method,
        seed: configuration.firstSeed &+ UInt64(index % trials), isCancelled: isCancelled)
      finished(result)
      return result
    }
    return try settings.enumerated().map { index, setting in
      let own = Array(results[index * trials..<(index + 1) * trials])
      let data = try data(lookback: setting.lookback)
      return ComparisonRow(
        dataset: dataset, model: setting.model, lookback: setting.lookback, method: setting.method, results: own,
        mae: try Summary(of: own.map(\.metrics.mae)), naive: try data.naiveMetrics(of: data.test))
    }
  }

  private func data(lookback: Int) throws -> PreparedData {
    guard let data = prepared[lookback] else {
      throw TrainingError.notPositive(name: "look-back", value: lookback)
    }
    return data
  }

  private func trial(
    model: ModelKind, lookback: Int, method: RegularizerKind, seed: UInt64, isCancelled: () -> Bool
  ) throws -> TrialResult {
    let data = try data(lookback: lookback)
    var training = configuration.training
    let steps = max(1, (data.train.count + training.batchSize - 1) / training.batchSize)
    training.firstSelectedEpoch = try configuration.firstSelectedEpoch(of: model, stepsPerEpoch: steps)
    let run = RunConfiguration(
      model: configuration.configuration(model, lookback: lookback, inputs: data.inputCount), training: training,
      regularizer: RegularizerConfiguration(
        kind: method, dropoutRate: configuration.dropoutRate, pruning: configuration.pruning(of: model)),
      seed: seed)
    return try runTrial(run, data: data, isCancelled: isCancelled)
  }
}
