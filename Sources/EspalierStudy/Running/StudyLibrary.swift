import EspalierData

/// The data of a study: each file is read once, each task prepared when first needed and forgotten after its last run.
final class StudyLibrary: Sendable {
  private let plan: StudyPlan
  private let tables: [SharedValue<LoadedData>]
  private let tasks: [SharedValue<PreparedData>]

  /// A library for some runs of a plan.
  ///
  /// - Parameters:
  ///   - plan: The study.
  ///   - runs: The indices of the runs that will be done.
  init(_ plan: StudyPlan, runs: [Int]) {
    var users = [Int](repeating: 0, count: plan.tasks.count)
    for run in runs { users[plan.runs[run].task] += 1 }
    self.plan = plan
    tables = plan.datasets.map { _ in SharedValue(users: .max) }
    tasks = users.map { SharedValue(users: $0) }
  }

  /// The rows of a data set.
  ///
  /// - Throws: `ReadError`, also when a file was changed since the plan was made, or `CatalogueError`.
  func table(_ dataset: Int) throws -> LoadedData {
    let planned = plan.datasets[dataset]
    // The keys of the runs name these very rows.
    return try tables[dataset].value { try planned.source.load(expecting: planned.data.fingerprint) }
  }

  /// The windows of a task.
  ///
  /// - Throws: As ``table(_:)``, or ``StudyError/task(dataset:lookback:reason:)``.
  func data(task index: Int) throws -> PreparedData {
    try tasks[index].value { try prepare(index) }
  }

  /// Tells that a run of a task is over.
  func release(task index: Int) { tasks[index].release() }

  /// What the store keeps of a task; nothing stays in memory.
  ///
  /// - Throws: As ``data(task:)``, or a `MetricError` when no test window can be scored.
  func facts(task index: Int) throws -> StudyTaskFacts { try StudyTaskFacts(prepare(index)) }

  private func prepare(_ index: Int) throws -> PreparedData {
    let task = plan.tasks[index]
    let table = try table(task.dataset)
    do {
      return try table.prepare(task.task.settings)
    } catch {
      let name = plan.datasets[task.dataset].dataset.name
      throw StudyError.task(dataset: name, lookback: task.task.lookback, reason: error.description)
    }
  }
}
