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
    try backtest.validate()
    try training.training.validate()
    try training.regularizer.validate()
    let loaded = try training.source.load()
    let run = RunConfiguration(
      model: training.model, training: training.training, regularizer: training.regularizer, seed: training.seed)
    return try Backtest(
      backtest, table: loaded.table, task: loaded.task(training.task), run: run, drifting: loaded.drifting,
      dataset: loaded.name)
  }
}
