/// The tables of a store, and how older ones become present ones.
enum StudySchema {
  /// The number of the present schema: the file's `user_version`.
  static let version = 1
  /// Tells a store from other databases, in the file's `application_id`: `EspS`.
  static let applicationID = 0x4573_7053

  /// What turns a store of schema `index` into the next one.
  private static let migrations = [
    // Schema 0 did not know how much memory a run took.
    "ALTER TABLE run ADD COLUMN memory_bytes INTEGER NOT NULL DEFAULT 0"
  ]

  /// Makes or migrates the tables.
  ///
  /// - Throws: ``StoreError``, also when the file is another program's or a later version's; it is untouched then.
  static func prepare(_ database: Database) throws {
    try check(database)
    try database.transaction { () throws(StoreError) in
      // Another process may have done it while this one waited.
      if try database.integer("SELECT count(*) FROM sqlite_master") == 0 {
        try database.execute(tables)
      } else {
        let found = try database.integer("PRAGMA user_version")
        guard found < version else { return }
        for view in viewNames.reversed() { try database.execute("DROP VIEW IF EXISTS \(view)") }
        for migration in migrations[max(0, found)...] { try database.execute(migration) }
      }
      try database.execute(views)
      try database.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version);")
    }
  }

  /// Finds out whether a file can be used as it is, or after ``prepare(_:)``.
  ///
  /// - Returns: Whether the tables are those of the present schema.
  @discardableResult
  static func check(_ database: Database) throws(StoreError) -> Bool {
    guard try database.integer("SELECT count(*) FROM sqlite_master") > 0 else { return false }
    guard try database.integer("PRAGMA application_id") == applicationID else { throw .notAStore(database.path) }
    let found = try database.integer("PRAGMA user_version")
    guard found <= version else { throw .newer(database.path, schema: found, known: version) }
    return found == version
  }

  private static let tables = """
    CREATE TABLE study (
      only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, description TEXT NOT NULL,
      specification TEXT NOT NULL);
    CREATE TABLE grid (
      position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL, seeds INTEGER NOT NULL);
    CREATE TABLE method (
      grid INTEGER NOT NULL REFERENCES grid (position), position INTEGER NOT NULL, name TEXT NOT NULL,
      PRIMARY KEY (grid, position)) WITHOUT ROWID;
    CREATE TABLE dataset (
      position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, target TEXT NOT NULL, unit TEXT,
      rows INTEGER NOT NULL, fingerprint TEXT NOT NULL);
    CREATE TABLE environment (
      id INTEGER PRIMARY KEY, version TEXT NOT NULL, simd_target TEXT NOT NULL, system TEXT NOT NULL,
      processor TEXT NOT NULL, UNIQUE (version, simd_target, system, processor));
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, configuration TEXT NOT NULL,
      environment INTEGER NOT NULL REFERENCES environment (id), seed INTEGER NOT NULL,
      count INTEGER NOT NULL, mae REAL NOT NULL, rmse REAL NOT NULL, mase REAL, smape REAL NOT NULL, r2 REAL,
      spread REAL, epochs INTEGER NOT NULL, selected_epoch INTEGER NOT NULL, validation_loss REAL NOT NULL,
      steps INTEGER NOT NULL, parameters INTEGER NOT NULL, prunable INTEGER NOT NULL, active INTEGER NOT NULL,
      sparsity REAL NOT NULL, seconds REAL NOT NULL, training_seconds REAL NOT NULL, mask_seconds REAL NOT NULL,
      memory_bytes INTEGER NOT NULL);
    CREATE TABLE epoch (
      run INTEGER NOT NULL REFERENCES run (id), epoch INTEGER NOT NULL, training_loss REAL NOT NULL,
      validation_loss REAL NOT NULL, sparsity REAL NOT NULL, learning_rate REAL NOT NULL,
      PRIMARY KEY (run, epoch)) WITHOUT ROWID;
    CREATE TABLE layer (
      run INTEGER NOT NULL REFERENCES run (id), position INTEGER NOT NULL, name TEXT NOT NULL, shape TEXT NOT NULL,
      total INTEGER NOT NULL, active INTEGER NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID;
    CREATE TABLE prediction (
      run INTEGER PRIMARY KEY REFERENCES run (id), forecasts BLOB NOT NULL, spread BLOB);
    CREATE TABLE task (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, settings TEXT NOT NULL, inputs INTEGER NOT NULL,
      train_windows INTEGER NOT NULL, validation_windows INTEGER NOT NULL, test_windows INTEGER NOT NULL);
    CREATE TABLE truth (
      task INTEGER PRIMARY KEY REFERENCES task (id), times BLOB NOT NULL, times_are_dates INTEGER NOT NULL,
      truths BLOB NOT NULL, last_values BLOB NOT NULL);
    CREATE TABLE naive (
      task INTEGER NOT NULL REFERENCES task (id), forecast TEXT NOT NULL, count INTEGER NOT NULL, mae REAL NOT NULL,
      rmse REAL NOT NULL, mase REAL, smape REAL NOT NULL, r2 REAL, PRIMARY KEY (task, forecast)) WITHOUT ROWID;
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY, setting INTEGER NOT NULL, grid TEXT NOT NULL, dataset TEXT NOT NULL,
      evaluation TEXT NOT NULL, model TEXT NOT NULL, lookback INTEGER NOT NULL, horizon INTEGER NOT NULL,
      method TEXT NOT NULL, candidate TEXT, seed INTEGER NOT NULL, run_key TEXT NOT NULL, task_key TEXT NOT NULL);
    CREATE INDEX entry_by_run ON entry (run_key);
    CREATE TABLE failure (
      key TEXT PRIMARY KEY, configuration TEXT NOT NULL, environment INTEGER NOT NULL REFERENCES environment (id),
      message TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE claim (
      key TEXT PRIMARY KEY, host TEXT NOT NULL, process INTEGER NOT NULL, started TEXT NOT NULL, seen INTEGER NOT NULL)
      WITHOUT ROWID;
    """

  /// The views, in the order in which they are made.
  private static let viewNames = ["candidate", "choice", "result", "progress"]

  private static let views = """
    CREATE VIEW candidate AS
      SELECT entry.setting, entry.candidate, min(entry.id) AS entry, count(*) AS planned, count(run.id) AS finished,
        sum(run.id IS NULL AND failure.key IS NOT NULL) AS failed, avg(run.validation_loss) AS validation_loss
      FROM entry LEFT JOIN run ON run.key = entry.run_key LEFT JOIN failure ON failure.key = entry.run_key
      GROUP BY entry.setting, entry.candidate;
    CREATE VIEW choice AS
      SELECT setting, candidate FROM (
        SELECT setting, candidate, planned, finished,
          row_number() OVER (PARTITION BY setting ORDER BY finished < planned, validation_loss, entry) AS place,
          sum(planned - finished - failed) OVER (PARTITION BY setting) AS open
        FROM candidate)
      WHERE place = 1 AND (candidate IS NULL OR open = 0 AND finished = planned);
    CREATE VIEW result AS
      SELECT entry.id AS entry, entry.setting, entry.grid, entry.dataset, entry.evaluation, entry.model, entry.lookback,
        entry.horizon, entry.method, entry.candidate,
        choice.setting IS NOT NULL AND choice.candidate IS entry.candidate AS chosen, run.seed, run.id AS run,
        run.count, run.mae, run.rmse, run.mase, run.smape, run.r2, run.spread, run.epochs, run.selected_epoch,
        run.validation_loss, run.steps, run.parameters, run.prunable, run.active, run.sparsity, run.seconds,
        run.training_seconds, run.mask_seconds, run.memory_bytes, run.environment
      FROM entry JOIN run ON run.key = entry.run_key LEFT JOIN choice ON choice.setting = entry.setting;
    CREATE VIEW progress AS
      SELECT entry.grid, count(*) AS planned, count(run.id) AS finished,
        sum(run.id IS NULL AND failure.key IS NOT NULL) AS failed,
        sum(run.id IS NULL AND failure.key IS NULL AND claim.key IS NOT NULL) AS claimed
      FROM entry LEFT JOIN run ON run.key = entry.run_key LEFT JOIN failure ON failure.key = entry.run_key
        LEFT JOIN claim ON claim.key = entry.run_key
      GROUP BY entry.grid ORDER BY min(entry.id);
    """
}
