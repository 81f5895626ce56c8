import EspalierTensor
import EspalierTraining

/// A study whose data have been checked and whose store knows what is to be done: the part that still has to be trained.
///
/// Run one job a process on a store: claims name the process, so two jobs of one process would do the same runs.
public final class StudyJob: Sendable {
  /// What came of a job.
  public struct Outcome: Equatable, Sendable {
    /// Runs that were trained and stored.
    public var finished = 0
    /// Runs that ended with an error, which the store has.
    public var failed = 0
    /// Runs that other processes have done or are at.
    public var elsewhere = 0
    /// The sentence of one of the errors.
    public var firstFailure: String?

    mutating func add(_ other: Outcome) {
      finished += other.finished
      failed += other.failed
      elsewhere += other.elsewhere
      firstFailure = firstFailure ?? other.firstFailure
    }
  }

  /// What a job tells while it runs.
  public struct Progress: Sendable {
    /// The work that is over; see ``StudyJob/work``.
    public let units: Int
    /// The run, in a few words.
    public let label: String
  }

  /// The study.
  public let plan: StudyPlan
  /// The indices of the runs to do, in the order in which they are begun.
  public let pending: [Int]
  /// The number of runs that were finished before, within the part of the study that this job is about.
  public let finishedBefore: Int
  /// The number of runs that have failed before and are not tried again.
  public let failedBefore: Int
  /// Machines and builds, other than this one, that runs of the store were made on.
  public let otherEnvironments: [StudyEnvironment]
  private let store: StudyStore
  private let library: StudyLibrary
  private let units: [Int: Int]
  private let environment: Int
  private let retriesFailed: Bool

  /// Reads and checks all data, and writes the study into its store.
  ///
  /// - Parameters:
  ///   - plan: The study.
  ///   - store: Its store.
  ///   - environment: This machine and build; its row is found or made.
  ///   - part: The indices of the runs that this job is about; nil for all.
  ///   - retriesFailed: Whether runs that have failed are tried again.
  ///   - isCancelled: Asked between data sets and look-backs.
  /// - Throws: ``StudyError``, ``StoreError``, a typed error of the data, or `TrainingError.cancelled`.
  public init(
    _ plan: StudyPlan, store: StudyStore, environment: StudyEnvironment, part: [Int]? = nil,
    retriesFailed: Bool = false,
    isCancelled: () -> Bool = { false }
  ) throws {
    let settled = try store.settledKeys()
    let part = part ?? Array(plan.runs.indices)
    let open = part.filter { !settled.finished.contains(plan.runs[$0].key) }
    let todo = open.filter { retriesFailed || !settled.failed.contains(plan.runs[$0].key) }
    library = StudyLibrary(plan, runs: todo)
    let windows = try Self.prepare(plan, library: library, store: store, isCancelled: isCancelled)
    var units: [Int: Int] = [:]
    for run in todo { units[run] = StudyWork.units(of: plan.runs[run].run, windows: windows[plan.runs[run].task]) }
    self.plan = plan
    self.store = store
    self.units = units
    self.retriesFailed = retriesFailed
    let row = try store.row(of: environment)
    self.environment = row
    otherEnvironments = try store.environments().filter { $0.id != row }
    pending = Self.order(todo, of: plan, units: units)
    finishedBefore = part.count - open.count
    failedBefore = open.count - todo.count
  }

  /// The work of all runs to do, without unit.
  public var work: Int { pending.reduce(0) { $0 + (units[$1] ?? 1) } }

  /// Runs of a task stand together, so that its data can be forgotten; the longest come first, so that the last ones
  /// are short and no core waits long.
  private static func order(_ runs: [Int], of plan: StudyPlan, units: [Int: Int]) -> [Int] {
    var totals = [Int](repeating: 0, count: plan.tasks.count)
    for run in runs { totals[plan.runs[run].task] += units[run] ?? 1 }
    return runs.sorted { first, second in
      let (one, other) = (plan.runs[first].task, plan.runs[second].task)
      if one != other { return totals[one] != totals[other] ? totals[one] > totals[other] : one < other }
      let (left, right) = (units[first] ?? 1, units[second] ?? 1)
      return left != right ? left > right : first < second
    }
  }

  private static func prepare(
    _ plan: StudyPlan, library: StudyLibrary, store: StudyStore, isCancelled: () -> Bool
  ) throws -> [TrainingReport.Windows] {
    let rows = try plan.datasets.indices.map { index in
      if isCancelled() { throw TrainingError.cancelled }
      return try library.table(index).table.rowCount
    }
    let windows = try plan.tasks.indices.map { index in
      if isCancelled() { throw TrainingError.cancelled }
      let facts = try library.facts(task: index)
      try store.write(facts, of: plan.tasks[index])
      return facts.windows
    }
    try store.adopt(plan, rows: rows)
    return windows
  }

  /// Does what is to be done, several runs at once.
  ///
  /// Results depend on neither the number of threads nor the order. A run that fails is written down, and the others go on.
  ///
  /// - Parameters:
  ///   - threads: Runs at once.
  ///   - advanced: Called after every run, from any thread.
  ///   - isCancelled: Asked before every step, from any thread.
  /// - Returns: How many runs were done, failed, or were somebody else's.
  /// - Throws: ``StoreError``, a typed error of the data, or `TrainingError.cancelled`; finished runs are kept.
  public func run(
    threads: Int, advanced: @Sendable (Progress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> Outcome {
    let queue = StudyQueue(pending)
    let heart = StudyHeart(store: store)
    @Sendable func stops() -> Bool { queue.hasFailed || isCancelled() }
    _ = try mapInParallel(count: max(1, threads), threads: threads) { _ in
      do {
        while !stops(), let index = queue.next() {
          queue.add(try perform(index, heart: heart, isCancelled: stops))
          advanced(Progress(units: units[index] ?? 1, label: label(plan.runs[index])))
        }
      } catch {
        queue.fail(error)
      }
    }
    if let error = queue.error { throw error }
    if isCancelled() { throw TrainingError.cancelled }
    return queue.outcome
  }

  /// Does a run, unless it is done or another process is at it.
  private func perform(
    _ index: Int, heart: StudyHeart, isCancelled: () -> Bool
  ) throws -> Outcome {
    let run = plan.runs[index]
    defer { library.release(task: run.task) }
    let data = try library.data(task: run.task)
    guard try heart.claim(run.key, retryingFailed: retriesFailed) == .granted else { return Outcome(elsewhere: 1) }
    let result: StudyResult
    do {
      result = try StudyResult(run.run, data: data, epochFinished: heart.beat, isCancelled: isCancelled)
    } catch TrainingError.cancelled {
      try? store.release(run.key)
      throw TrainingError.cancelled
    } catch {
      let message = String(describing: error)
      try store.fail(run, message: message, environment: environment)
      return Outcome(failed: 1, firstFailure: message)
    }
    try store.finish(run, with: result, environment: environment)
    return Outcome(finished: 1)
  }

  private func label(_ run: StudyPlan.Run) -> String {
    let (dataset, settings) = (plan.datasets[plan.tasks[run.task].dataset].dataset.name, run.run)
    return "\(dataset), \(settings.model.kind.rawValue), look-back \(settings.task.lookback), "
      + settings.regularizer.kind.rawValue
  }
}
