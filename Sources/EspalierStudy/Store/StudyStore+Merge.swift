extension StudyStore {
  /// What a merge has brought.
  public struct Merged: Equatable, Sendable {
    /// Runs that were copied.
    public var copied = 0
    /// Runs that both stores had, with the same result.
    public var equal = 0
    /// Runs with another result, made on another SIMD target or by another version; the result that was there stays.
    public var kept = 0
  }

  /// Copies the finished runs of another store of the same study.
  ///
  /// All is copied or nothing. Of runs that both have, those made on one SIMD target by one version must agree bit by bit.
  /// A data set of one name must have the same rows in both.
  ///
  /// - Parameter path: The other store; it is not changed.
  /// - Returns: How many runs were copied, and how many were there.
  /// - Throws: ``StoreError``.
  public func merge(_ path: String) throws -> Merged {
    // Opened on its own first, for its checks.
    let other = try StudyStore.read(path)
    let theirs = try other.withDatabase(Self.specification)
    guard let theirs else { throw StoreError.unmergeable(path, reason: "it has no study yet; run one with it first.") }
    return try withDatabase { database in
      let ours = try Self.specification(database)
      guard ours == nil || ours == theirs else {
        throw StoreError.unmergeable(
          path, reason: "its specification is another one; run the present specification with it first.")
      }
      do {
        try database.run("ATTACH ? AS other", [.text(path)])
      } catch StoreError.unopenable(_, let reason) {
        throw StoreError.unopenable(path, reason: reason)
      }
      defer { try? database.execute("DETACH other") }
      return try database.transaction { () throws(any Error) in
        // One specification names files, which may differ between machines.
        if let name = try database.first(Self.otherData, [], { $0.text(0) }) {
          throw StoreError.unmergeable(
            path, reason: "its data set \"\(name)\" has other rows; run the study on the same file everywhere.")
        }
        return try copy(from: path, database)
      }
    }
  }

  private static func specification(_ database: Database) throws(StoreError) -> [String]? {
    try database.first("SELECT name, specification FROM study") { row throws(StoreError) in [row.text(0), row.text(1)] }
  }

  private func copy(from path: String, _ database: Database) throws -> Merged {
    var merged = Merged()
    if let key = try database.first(Self.conflicts, [], { $0.text(0) }) {
      throw StoreError.conflict(run: String(key.prefix(16)), first: self.path, second: path)
    }
    let both = try database.integer("SELECT count(*) FROM other.run WHERE key IN (SELECT key FROM main.run)")
    merged.kept = try database.integer(
      """
      SELECT count(*) FROM main.run AS ours JOIN other.run AS theirs ON theirs.key = ours.key
      WHERE (\(Self.numbers(of: "ours"))) IS NOT (\(Self.numbers(of: "theirs")))
      """)
    merged.equal = both - merged.kept
    if try database.integer("SELECT count(*) FROM main.study") == 0 {
      for table in ["study", "grid", "method", "dataset", "entry"] {
        try database.execute("INSERT INTO main.\(table) SELECT * FROM other.\(table)")
      }
    }
    for statement in Self.copies { try database.execute(statement) }
    merged.copied = try database.integer("SELECT count(*) FROM temp.fresh")
    try database.execute("DROP TABLE temp.fresh; DROP TABLE temp.fresh_task")
    try database.execute("DELETE FROM main.failure WHERE key IN (SELECT key FROM main.run)")
    return merged
  }

  /// The columns that a run's result consists of: all but measurements of time.
  private static func numbers(of table: String) -> String {
    [
      "count", "mae", "rmse", "mase", "smape", "r2", "spread", "epochs", "selected_epoch", "validation_loss", "steps",
      "active", "sparsity",
    ].map { "\(table).\($0)" }.joined(separator: ", ")
  }

  private static let otherData = """
    SELECT ours.name FROM main.dataset AS ours JOIN other.dataset AS theirs ON theirs.name = ours.name
    WHERE ours.fingerprint <> theirs.fingerprint ORDER BY ours.position LIMIT 1
    """

  private static let conflicts = """
    SELECT ours.key FROM main.run AS ours JOIN other.run AS theirs ON theirs.key = ours.key
      JOIN main.environment AS here ON here.id = ours.environment
      JOIN other.environment AS there ON there.id = theirs.environment
    WHERE here.simd_target = there.simd_target AND here.version = there.version
      AND (\(numbers(of: "ours"))) IS NOT (\(numbers(of: "theirs")))
    ORDER BY ours.key LIMIT 1
    """

  private static let environmentMap = """
    (SELECT ours.id FROM main.environment AS ours JOIN other.environment AS theirs
      USING (version, simd_target, system, processor) WHERE theirs.id = source.environment)
    """

  private static let copies = [
    """
    INSERT OR IGNORE INTO main.environment (version, simd_target, system, processor)
      SELECT version, simd_target, system, processor FROM other.environment
    """,
    "CREATE TEMP TABLE fresh AS SELECT id, key FROM other.run WHERE key NOT IN (SELECT key FROM main.run)",
    "CREATE TEMP TABLE fresh_task AS SELECT id, key FROM other.task WHERE key NOT IN (SELECT key FROM main.task)",
    """
    INSERT INTO main.run SELECT NULL, key, configuration, \(environmentMap), seed, count, mae, rmse, mase, smape, r2,
        spread, epochs, selected_epoch, validation_loss, steps, parameters, prunable, active, sparsity, seconds,
        training_seconds, mask_seconds, memory_bytes
      FROM other.run AS source WHERE id IN (SELECT id FROM temp.fresh) ORDER BY id
    """,
    copy("epoch", "epoch, training_loss, validation_loss, sparsity, learning_rate", of: "run"),
    copy("layer", "position, name, shape, total, active", of: "run"),
    copy("prediction", "forecasts, spread", of: "run"),
    """
    INSERT INTO main.task SELECT NULL, key, settings, inputs, train_windows, validation_windows, test_windows
      FROM other.task WHERE id IN (SELECT id FROM temp.fresh_task) ORDER BY id
    """,
    copy("truth", "times, times_are_dates, truths, last_values", of: "task"),
    copy("naive", "forecast, count, mae, rmse, mase, smape, r2", of: "task"),
    """
    INSERT OR IGNORE INTO main.failure (key, configuration, environment, message)
      SELECT key, configuration, \(environmentMap), message FROM other.failure AS source
    """,
  ]

  /// Copies the rows that belong to fresh runs or tasks, which have other numbers here.
  private static func copy(_ table: String, _ columns: String, of owner: String) -> String {
    """
    INSERT INTO main.\(table) (\(owner), \(columns))
      SELECT ours.id, \(columns.split(separator: ", ").map { "source.\($0)" }.joined(separator: ", "))
      FROM other.\(table) AS source JOIN temp.\(owner == "run" ? "fresh" : "fresh_task") AS fresh
        ON fresh.id = source.\(owner) JOIN main.\(owner) AS ours ON ours.key = fresh.key
    """
  }
}
