import EspalierData
import EspalierStatistics
import EspalierTraining

extension StudyStore {
  /// The row of a machine and a build, made when it is new.
  func row(of environment: StudyEnvironment) throws -> Int {
    let values: [SQLValue] = [
      .text(environment.version), .text(environment.simdTarget), .text(environment.system),
      .text(environment.processor),
    ]
    return try transaction { database in
      try database.run(
        "INSERT OR IGNORE INTO environment (version, simd_target, system, processor) VALUES (?, ?, ?, ?)", values)
      return try database.integer(
        "SELECT id FROM environment WHERE version = ? AND simd_target = ? AND system = ? AND processor = ?", values)
    }
  }

  /// Writes a finished run down, all of it or nothing; a run that is there already stays as it is.
  func finish(_ run: StudyPlan.Run, with result: StudyResult, environment: Int) throws {
    try transaction { database in
      try database.run("DELETE FROM claim WHERE key = ?", [.text(run.key)])
      try database.run("DELETE FROM failure WHERE key = ?", [.text(run.key)])
      try insert(run, result, environment, database)
      guard database.changes > 0 else { return }
      let id = database.lastInserted
      for record in result.training.history {
        try database.run(
          """
          INSERT INTO epoch (run, epoch, training_loss, validation_loss, sparsity, learning_rate)
          VALUES (?, ?, ?, ?, ?, ?)
          """,
          [
            .integer(id), .integer(record.epoch), .real(record.trainingLoss), .real(record.validationLoss),
            .real(record.sparsity), .real(record.learningRate),
          ])
      }
      for (position, layer) in result.training.sparsity.layers.enumerated() {
        let shape = layer.shape.map(String.init).joined(separator: "x")
        try database.run(
          "INSERT INTO layer (run, position, name, shape, total, active) VALUES (?, ?, ?, ?, ?, ?)",
          [
            .integer(id), .integer(position), .text(layer.name), .text(shape), .integer(layer.total),
            .integer(layer.active),
          ])
      }
      guard run.keepsForecasts else { return }
      try database.run(
        "INSERT INTO prediction (run, forecasts, spread) VALUES (?, ?, ?)",
        [
          .integer(id), .blob(Blob.bytes(result.forecasts)), result.spreads.map { .blob(Blob.bytes($0)) } ?? .null,
        ])
    }
  }

  private func insert(
    _ run: StudyPlan.Run, _ result: StudyResult, _ environment: Int, _ database: Database
  ) throws {
    let training = result.training
    let selected = training.history.first { $0.epoch == training.selectedEpoch }
    var values: [SQLValue] = [.text(run.key), .text(run.configuration), .integer(environment), .seed(run.run.seed)]
    values += Self.values(result.metrics)
    values += [
      .optional(result.spread), .integer(training.history.count), .integer(training.selectedEpoch),
      .real(selected?.validationLoss ?? .infinity), .integer(training.steps), .integer(result.parameters),
      .integer(training.sparsity.total), .integer(training.sparsity.active), .real(training.sparsity.sparsity),
      .real(result.seconds), .real(training.seconds), .real(training.maskSeconds), .integer(result.memoryBytes),
    ]
    try database.run(
      """
      INSERT OR IGNORE INTO run (
        key, configuration, environment, seed, count, mae, rmse, mase, smape, r2, spread, epochs, selected_epoch,
        validation_loss, steps, parameters, prunable, active, sparsity, seconds, training_seconds, mask_seconds,
        memory_bytes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, values)
  }

  /// Writes down that a run has failed, with its error's sentence.
  func fail(_ run: StudyPlan.Run, message: String, environment: Int) throws {
    try transaction { database in
      try database.run("DELETE FROM claim WHERE key = ?", [.text(run.key)])
      try database.run(
        "INSERT OR REPLACE INTO failure (key, configuration, environment, message) VALUES (?, ?, ?, ?)",
        [.text(run.key), .text(run.configuration), .integer(environment), .text(message)])
    }
  }

  /// The keys of finished runs, and of runs that have failed.
  func settledKeys() throws -> (finished: Set<String>, failed: Set<String>) {
    try withDatabase { database in
      let finished = try database.rows("SELECT key FROM run") { $0.text(0) }
      let failed = try database.rows("SELECT key FROM failure") { $0.text(0) }
      return (Set(finished), Set(failed))
    }
  }

  /// The machines and builds that runs were made on.
  func environments() throws -> [StudyEnvironment] { try withDatabase(Self.environments) }
}
