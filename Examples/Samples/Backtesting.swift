import Espalier

/// The sample of `Documentation/backtests.md`.
func rollTheOrigin() throws {
  let data = try LoadedData(
    name: "load", table: SyntheticSeries.load.table(rows: 1500), columns: ColumnRoles(target: "load"))
  let (table, task) = (data.table, data.task(TaskSettings(lookback: 24, horizon: 24)))
  let run = RunConfiguration(
    model: ModelConfiguration(kind: .nlinear, features: 1, lookback: 24),
    regularizer: TrainingSettings.usualRegularizer, seed: 42)

  var configuration = BacktestConfiguration()
  configuration.origins = 14
  configuration.refit = .every(origins: 7)
  let report = try Backtest(configuration, table: table, task: task, run: run).run(threads: 2)
  print(report.overall[0].mae, report.beatsNaive)
}
