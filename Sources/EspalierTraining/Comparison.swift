import EspalierData
import EspalierNN
import EspalierStatistics
import Synchronization

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

  /// A rough measure of how long all trainings take; see ``work(of:)``.
  public var work: Int {
    settings.reduce(0) { $0 + $1.model.relativeWork(lookback: $1.lookback) } * configuration.trials
  }

  /// A rough measure of how long a training takes, for telling how much time is left.
  public func work(of result: TrialResult) -> Int {
    result.configuration.model.kind.relativeWork(lookback: result.configuration.model.lookback)
  }

  private typealias Setting = (model: ModelKind, lookback: Int, method: RegularizerKind)

  private var settings: [Setting] {
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
  ///   - rowFinished: Called with every row as soon as it and all rows before it are complete, so in the rows' order, from
  ///     any thread but never twice at once.
  ///   - isCancelled: Asked before every step, from any thread.
  /// - Returns: A row a setting, in the order of models, look-backs and methods.
  /// - Throws: The error of the first training, in order, that failed.
  public func run(
    threads: Int, finished: @Sendable (TrialResult) -> Void = { _ in },
    rowFinished: @Sendable (ComparisonRow) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> [ComparisonRow] {
    let settings = settings
    let trials = configuration.trials
    var naive: [Int: NaiveMetrics] = [:]
    for (lookback, data) in prepared { naive[lookback] = try data.naiveMetrics(of: data.test) }
    let scores = naive
    let table = Mutex(RowCollector(settings: settings.count, trials: trials))
    _ = try mapInParallel(count: settings.count * trials, threads: threads) { index in
      let setting = settings[index / trials]
      let result = try trial(
        model: setting.model, lookback: setting.lookback, method: setting.method,
        seed: configuration.firstSeed &+ UInt64(index % trials), isCancelled: isCancelled)
      finished(result)
      try table.withLock { table in
        try table.add(result, at: index) { setting, results in
          let row = try row(settings[setting], results, scores)
          rowFinished(row)
          return row
        }
      }
    }
    return table.withLock { $0.rows }
  }

  private func row(
    _ setting: Setting, _ results: [TrialResult], _ naive: [Int: NaiveMetrics]
  ) throws -> ComparisonRow {
    guard let naive = naive[setting.lookback] else {
      throw TrainingError.notPositive(name: "look-back", value: setting.lookback)
    }
    return ComparisonRow(
      dataset: dataset, model: setting.model, lookback: setting.lookback, method: setting.method,
      evaluation: configuration.task.evaluation, results: results, mae: try Summary(of: results.map(\.metrics.mae)),
      naive: naive)
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
      model: configuration.configuration(model, lookback: lookback, inputs: 1).fitting(data), training: training,
      regularizer: try configuration.regularizer(method, of: model), seed: seed)
    return try runTrial(run, data: data, isCancelled: isCancelled)
  }
}

/// Puts results that arrive in any order into rows, in order.
private struct RowCollector {
  private(set) var rows: [ComparisonRow] = []
  private var results: [TrialResult?]
  private let settings: Int
  private let trials: Int

  init(settings: Int, trials: Int) {
    results = Array(repeating: nil, count: settings * trials)
    self.settings = settings
    self.trials = trials
  }

  /// Takes a result, and makes the rows that are complete now while all before them are.
  mutating func add(
    _ result: TrialResult, at index: Int, makeRow: (Int, [TrialResult]) throws -> ComparisonRow
  ) rethrows {
    results[index] = result
    while rows.count < settings {
      let own = results[rows.count * trials..<(rows.count + 1) * trials].compactMap { $0 }
      guard own.count == trials else { return }
      rows.append(try makeRow(rows.count, own))
    }
  }
}
