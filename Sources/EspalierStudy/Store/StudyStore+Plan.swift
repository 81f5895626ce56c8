import EspalierData
import EspalierStatistics
import EspalierTraining

/// What a store keeps of the windows that runs share.
struct StudyTaskFacts: Sendable {
  let inputs: Int
  let windows: TrainingReport.Windows
  let naive: NaiveMetrics
  /// Of the test windows and their steps, window after window: the moments, what came to pass, and the last value before.
  let times: [Int64]
  let timesAreDates: Bool
  let truths: [Double]
  let lastValues: [Double]

  /// Reads them off prepared data.
  ///
  /// - Throws: A `MetricError` when no test window can be scored.
  init(_ data: PreparedData) throws {
    inputs = data.inputCount
    windows = TrainingReport.Windows(
      train: data.train.count, validation: data.validation.count, test: data.test.count)
    naive = try data.naiveMetrics(of: data.test)
    let steps = data.test.flatMap { window in (0..<data.horizon).map { (window, $0) } }
    times = steps.map { data.time($0.0, step: $0.1) }
    timesAreDates = data.timesAreDates
    truths = steps.map { data.truth($0.0, step: $0.1) }
    lastValues = steps.map { data.naiveLastValue($0.0, step: $0.1) }
  }
}

extension StudyStore {
  /// Writes down what the study is now: its grids, data sets and entries; finished runs stay.
  ///
  /// - Parameters:
  ///   - plan: The study.
  ///   - rows: The number of rows of every data set, in the plan's order.
  /// - Throws: ``StoreError``, also when the store belongs to a study of another name.
  func adopt(_ plan: StudyPlan, rows: [Int]) throws {
    try transaction { database in
      let specification = plan.specification
      let name = try database.first("SELECT name FROM study") { $0.text(0) }
      if let name, name != specification.name {
        throw StoreError.otherStudy(path, name: name, expected: specification.name)
      }
      try database.execute("DELETE FROM method; DELETE FROM grid; DELETE FROM dataset; DELETE FROM entry;")
      try database.run(
        "INSERT OR REPLACE INTO study (only, name, description, specification) VALUES (1, ?, ?, ?)",
        [.text(specification.name), .text(specification.description), .text(specification.text)])
      try writeGrids(specification.grids, database)
      for (position, (dataset, rows)) in zip(plan.datasets, rows).enumerated() {
        try database.run(
          "INSERT INTO dataset (position, name, title, target, unit, rows, fingerprint) VALUES (?, ?, ?, ?, ?, ?, ?)",
          [
            .integer(position), .text(dataset.dataset.name), .text(dataset.title), .text(dataset.data.target),
            .optional(dataset.dataset.unit), .integer(rows), .text(dataset.data.fingerprint),
          ])
      }
      var setting = -1
      for (index, entry) in plan.entries.enumerated() {
        if index == 0 || entry.setting != plan.entries[index - 1].setting { setting += 1 }
        try write(entry, setting: setting, of: plan, database)
      }
    }
  }

  private func writeGrids(_ grids: [StudyGrid], _ database: Database) throws {
    for (position, grid) in grids.enumerated() {
      try database.run(
        "INSERT INTO grid (position, name, description, seeds) VALUES (?, ?, ?, ?)",
        [.integer(position), .text(grid.name), .text(grid.description), .integer(grid.seeds)])
      for (place, method) in grid.methods.enumerated() {
        try database.run(
          "INSERT INTO method (grid, position, name) VALUES (?, ?, ?)",
          [.integer(position), .integer(place), .text(method.name)])
      }
    }
  }

  private func write(
    _ entry: StudyPlan.Entry, setting number: Int, of plan: StudyPlan, _ database: Database
  ) throws {
    let (setting, run) = (entry.setting, plan.runs[entry.run])
    try database.run(
      """
      INSERT INTO entry (
        setting, grid, dataset, evaluation, model, lookback, horizon, method, candidate, seed, run_key, task_key)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        .integer(number), .text(setting.grid), .text(setting.dataset), .text(setting.evaluation.rawValue),
        .text(setting.model.rawValue),
        .integer(setting.lookback), .integer(setting.horizon), .text(setting.method), .optional(entry.candidate),
        .seed(entry.seed), .text(run.key), .text(plan.tasks[run.task].key),
      ])
  }

  /// Writes down what runs of a task share; nothing happens when it is there.
  func write(_ facts: StudyTaskFacts, of task: StudyPlan.Task) throws {
    let settings = try CanonicalJSON.text(of: task.task)
    try transaction { database in
      try database.run(
        """
        INSERT OR IGNORE INTO task (key, settings, inputs, train_windows, validation_windows, test_windows)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          .text(task.key), .text(settings), .integer(facts.inputs), .integer(facts.windows.train),
          .integer(facts.windows.validation), .integer(facts.windows.test),
        ])
      guard database.changes > 0 else { return }
      let id = database.lastInserted
      try database.run(
        "INSERT INTO truth (task, times, times_are_dates, truths, last_values) VALUES (?, ?, ?, ?, ?)",
        [
          .integer(id), .blob(Blob.bytes(facts.times)), .integer(facts.timesAreDates ? 1 : 0),
          .blob(Blob.bytes(facts.truths)), .blob(Blob.bytes(facts.lastValues)),
        ])
      for (name, scores) in [("last-value", facts.naive.lastValue), ("seasonal", facts.naive.seasonal)] {
        try database.run(
          "INSERT INTO naive (task, forecast, count, mae, rmse, mase, smape, r2) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
          [.integer(id), .text(name)] + Self.values(scores))
      }
    }
  }

  /// The columns `count, mae, rmse, mase, smape, r2`.
  static func values(_ metrics: ForecastMetrics) -> [SQLValue] {
    [
      .integer(metrics.count), .real(metrics.mae), .real(metrics.rmse), .optional(metrics.mase), .real(metrics.smape),
      .optional(metrics.r2),
    ]
  }
}
