import EspalierData
import EspalierNN

/// A backtest from data to scores, as a plain value: what `espalier backtest` runs.
public struct BacktestJob: Codable, Equatable, Sendable {
  /// The data, the task, and the training that is done at the origins; a split of the source's doesn't apply.
  public var training: TrainingJob
  /// The origins.
  public var backtest: BacktestConfiguration

  /// Describes a backtest.
  public init(training: TrainingJob, backtest: BacktestConfiguration = BacktestConfiguration()) {
    self.training = training
    self.backtest = backtest
  }

  /// Reads the data and places the origins.
  ///
  /// - Throws: A typed error when a setting is out of range, the data can't be read, or the two don't fit.
  public func prepare() throws -> Backtest {
    guard training.warmStart == nil else { throw BacktestError.warmStart }
    // What needs no data is checked before a file that may be large is read.
    try Backtest.check(backtest, training.settings)
    return try Backtest(backtest, loaded: training.source.load(), settings: training.settings)
  }
}

extension Backtest {
  /// Checks the settings and places the origins in data that say themselves what is forecast from what.
  ///
  /// - Parameters:
  ///   - configuration: The origins.
  ///   - loaded: The data; a split of theirs doesn't apply.
  ///   - settings: The training that is done at the origins, by its own seed and those that follow it.
  /// - Throws: A typed error when a setting is out of range, a column is missing or the data are too short.
  public init(_ configuration: BacktestConfiguration, loaded: LoadedData, settings: TrainingSettings) throws {
    try Self.check(configuration, settings)
    let run = RunConfiguration(
      model: settings.model, training: settings.training, regularizer: settings.regularizer, seed: settings.seed)
    try self.init(
      configuration, table: loaded.table, task: loaded.task(settings.task), run: run, drifting: loaded.drifting,
      dataset: loaded.name)
  }

  /// Checks everything that needs no data.
  static func check(_ configuration: BacktestConfiguration, _ settings: TrainingSettings) throws {
    try check(configuration, evaluation: settings.task.evaluation, calibration: settings.task.calibration)
    try settings.validate()
  }

  static func check(
    _ configuration: BacktestConfiguration, evaluation: Evaluation, calibration: Double?
  ) throws(BacktestError) {
    guard evaluation == .strict else { throw .paperEvaluation }
    guard calibration == nil else { throw .calibration }
    try configuration.validate()
  }
}
