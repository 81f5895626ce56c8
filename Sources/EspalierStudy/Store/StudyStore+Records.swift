import EspalierData
import EspalierNN
import EspalierPruning
import EspalierStatistics
import EspalierTraining

extension StudyStore {
  /// Reads everything that a report is made from.
  ///
  /// - Parameter sampleLength: How many test windows the samples of forecasts show at most.
  /// - Returns: The records, as they are at one moment.
  /// - Throws: ``StoreError``.
  public func records(sampleLength: Int = 168) throws -> StudyRecords {
    // In one transaction: the study may go on meanwhile.
    try withDatabase { database in
      try database.execute("BEGIN")
      defer { try? database.execute("COMMIT") }
      let study = try database.first("SELECT name, description, specification FROM study") { row in
        (row.text(0), row.text(1), row.text(2))
      }
      guard let (name, description, specification) = study else { throw StoreError.outdated(path) }
      let cells = try StudyCellReader(database).cells()
      return StudyRecords(
        name: name, description: description, specification: specification, grids: try Self.grids(database),
        datasets: try Self.datasets(database), cells: cells, naive: try Self.naive(database),
        samples: try StudySampleReader(database, length: sampleLength).samples(of: cells),
        environments: try Self.environments(database), failures: try Self.failures(database))
    }
  }

  private static func grids(_ database: Database) throws -> [StudyGridRecord] {
    let pairs = try database.rows("SELECT grid, name FROM method ORDER BY grid, position") { row in
      (row.integer(0), row.text(1))
    }
    let methods = Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
    return try database.rows("SELECT position, name, description, seeds FROM grid ORDER BY position") { row in
      StudyGridRecord(
        name: row.text(1), description: row.text(2), methods: methods[row.integer(0)] ?? [], seeds: row.integer(3))
    }
  }

  private static func datasets(_ database: Database) throws -> [StudyDatasetRecord] {
    try database.rows("SELECT name, title, target, unit, rows, fingerprint FROM dataset ORDER BY position") { row in
      StudyDatasetRecord(
        name: row.text(0), title: row.text(1), target: row.text(2), unit: row.optionalText(3), rows: row.integer(4),
        fingerprint: row.text(5))
    }
  }

  private static func naive(_ database: Database) throws -> [StudyNaiveRecord] {
    let sql = """
      SELECT DISTINCT entry.dataset, entry.evaluation, entry.lookback, entry.horizon, last.count, last.mae, last.rmse,
        last.mase, last.smape, last.r2, seasonal.count, seasonal.mae, seasonal.rmse, seasonal.mase, seasonal.smape,
        seasonal.r2
      FROM entry JOIN task ON task.key = entry.task_key
        JOIN naive AS last ON last.task = task.id AND last.forecast = 'last-value'
        JOIN naive AS seasonal ON seasonal.task = task.id AND seasonal.forecast = 'seasonal'
      ORDER BY entry.setting
      """
    return try database.rows(sql) { row in
      StudyNaiveRecord(
        dataset: row.text(0), evaluation: row.evaluation(1), lookback: row.integer(2), horizon: row.integer(3),
        metrics: NaiveMetrics(lastValue: row.metrics(4), seasonal: row.metrics(10)))
    }
  }

  static func environments(_ database: Database) throws -> [StudyEnvironment] {
    let sql = """
      SELECT id, version, simd_target, system, processor FROM environment
      WHERE id IN (SELECT environment FROM run UNION SELECT environment FROM failure) ORDER BY id
      """
    return try database.rows(sql) { row in
      StudyEnvironment(
        id: row.integer(0), version: row.text(1), simdTarget: row.text(2), system: row.text(3), processor: row.text(4))
    }
  }

  static func failures(_ database: Database) throws -> [StudyFailure] {
    let sql = """
      SELECT grid, dataset, evaluation, model, lookback, horizon, method, seed, message
      FROM entry JOIN failure ON failure.key = entry.run_key ORDER BY entry.id
      """
    return try database.rows(sql) { row in
      StudyFailure(setting: row.setting(0), seed: row.seed(7), message: row.text(8))
    }
  }
}

/// Rows of a store as values.
///
/// Names that this version doesn't know can't be in a store of its schema.
extension Statement {
  /// The columns `grid, dataset, evaluation, model, lookback, horizon, method` from a place on.
  func setting(_ first: Int) -> StudySetting {
    StudySetting(
      grid: text(first), dataset: text(first + 1), evaluation: evaluation(first + 2),
      model: ModelKind(rawValue: text(first + 3)) ?? .rnn, lookback: integer(first + 4), horizon: integer(first + 5),
      method: text(first + 6))
  }

  /// An evaluation by its name.
  func evaluation(_ column: Int) -> Evaluation { Evaluation(rawValue: text(column)) ?? .strict }

  /// The columns `count, mae, rmse, mase, smape, r2` from a place on.
  func metrics(_ first: Int) -> ForecastMetrics {
    ForecastMetrics(
      count: integer(first), mae: real(first + 1), rmse: real(first + 2), mase: optionalReal(first + 3),
      smape: real(first + 4), r2: optionalReal(first + 5))
  }
}
