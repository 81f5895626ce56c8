/// The queries with a name: what the numbers of a report are computed from.
public enum StudyQuery: String, Codable, Sendable, CaseIterable {
  /// Every finished training with its setting and scores.
  case results
  /// The naive forecasts' scores of every task.
  case naive
  /// The losses and the sparsity of every epoch.
  case epochs
  /// How many weights of every layer are left.
  case layers
  /// The forecasts of the first step of the horizon for the last test windows, with what came to pass.
  case forecasts
  /// What validation picks from where a method is tuned, and what it picked.
  case candidates
  /// How much of every grid is done.
  case progress
  /// Every setting and seed of the specification, finished or not.
  case plan
  /// The data sets.
  case datasets
  /// Trainings that failed, with the reason.
  case failures
  /// The machines and builds that trainings were made on.
  case environments

  /// One line on what it gives.
  public var title: String {
    switch self {
    case .results: "every finished training with its setting and scores"
    case .naive: "the scores of the naive forecasts"
    case .epochs: "losses and sparsity of every epoch"
    case .layers: "the weights that are left in every layer"
    case .forecasts: "forecasts of the last 168 test windows, first step, with what came to pass"
    case .candidates: "what validation picks from where a method is tuned"
    case .progress: "how much of every grid is done"
    case .plan: "every setting and seed of the specification, finished or not"
    case .datasets: "the data sets"
    case .failures: "trainings that failed, with the reason"
    case .environments: "the machines and builds that trainings were made on"
    }
  }

  private static let setting = "grid, dataset, evaluation, model, lookback, horizon, method"

  /// The query.
  ///
  /// `float64(blob, index)` and `int64(blob, index)` are functions of this program; the rest is SQLite's.
  public var sql: String {
    switch self {
    case .results: "SELECT * FROM result WHERE chosen ORDER BY entry"
    case .naive:
      """
      SELECT DISTINCT entry.dataset, entry.evaluation, entry.lookback, entry.horizon, naive.*
      FROM entry JOIN task ON task.key = entry.task_key JOIN naive ON naive.task = task.id
      ORDER BY entry.setting, naive.forecast
      """
    case .epochs:
      """
      SELECT \(Self.setting), seed, result.run, epoch.epoch, training_loss, epoch.validation_loss, epoch.sparsity,
        learning_rate
      FROM result JOIN epoch ON epoch.run = result.run WHERE chosen ORDER BY entry, epoch.epoch
      """
    case .layers:
      """
      SELECT \(Self.setting), seed, result.run, layer.name, layer.shape, layer.total, layer.active
      FROM result JOIN layer ON layer.run = result.run WHERE chosen ORDER BY entry, layer.position
      """
    case .forecasts: Self.forecastSQL
    case .candidates:
      """
      SELECT DISTINCT \(Self.setting), candidate.candidate, planned, finished, failed, validation_loss,
        choice.candidate IS candidate.candidate AS chosen
      FROM candidate JOIN entry ON entry.id = candidate.entry LEFT JOIN choice ON choice.setting = candidate.setting
      WHERE candidate.candidate IS NOT NULL ORDER BY candidate.entry
      """
    case .progress: "SELECT * FROM progress"
    case .plan:
      """
      SELECT \(Self.setting), entry.candidate, entry.seed, run.id AS run, entry.run_key,
        json_extract(run.configuration, '$.training.firstSelectedEpoch') AS first_selected_epoch,
        choice.setting IS NOT NULL AND choice.candidate IS entry.candidate AS chosen
      FROM entry LEFT JOIN run ON run.key = entry.run_key LEFT JOIN choice ON choice.setting = entry.setting
      ORDER BY entry.id
      """
    case .datasets: "SELECT name AS dataset, title, target, unit, rows, fingerprint FROM dataset ORDER BY position"
    case .failures:
      """
      SELECT \(Self.setting), candidate, seed, failure.key, failure.message
      FROM entry JOIN failure ON failure.key = entry.run_key ORDER BY entry.id
      """
    case .environments:
      """
      SELECT environment.*, count(DISTINCT result.run) AS trainings
      FROM environment LEFT JOIN result ON result.environment = environment.id AND result.chosen
      GROUP BY environment.id
      """
    }
  }

  private static let forecastSQL = """
    WITH RECURSIVE place (back) AS (SELECT 168 UNION ALL SELECT back - 1 FROM place WHERE back > 1),
      stretch AS (
        SELECT result.*, result.horizon * (length(times) / 8 / result.horizon - back) AS n, times, truths, last_values,
          prediction.forecasts, prediction.spread AS spreads
        FROM place JOIN result JOIN entry ON entry.id = result.entry JOIN task ON task.key = entry.task_key
          JOIN truth ON truth.task = task.id JOIN prediction ON prediction.run = result.run
        WHERE chosen)
    SELECT \(setting), seed, run, int64(times, n) AS time, float64(truths, n) AS truth,
      float64(last_values, n) AS last_value, float64(forecasts, n) AS forecast, float64(spreads, n) AS spread
    FROM stretch WHERE n >= 0 ORDER BY entry, n
    """
}
