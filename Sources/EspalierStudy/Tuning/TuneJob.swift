import EspalierData
import EspalierTraining

/// Carries out a search in a study's store.
///
/// Every training is a run of that store: a search that was stopped goes on where it was, and one with more candidates or
/// seeds uses what is there. Run one job a process on a store.
public struct TuneJob: Sendable {
  /// The search.
  public let configuration: TuneConfiguration
  private let store: StudyStore
  private let environment: StudyEnvironment
  private let dataFolder: String?
  private let folder: String

  /// A search whose results go to a store.
  ///
  /// - Parameters:
  ///   - configuration: The search.
  ///   - store: Where trainings are kept.
  ///   - environment: This machine and build.
  ///   - dataFolder: The folder with the catalogue's files and the registry.
  ///   - folder: The folder from which a relative path of a file starts.
  /// - Throws: ``TuneError``, or a typed error of the settings.
  public init(
    _ configuration: TuneConfiguration, store: StudyStore, environment: StudyEnvironment, dataFolder: String?,
    folder: String
  ) throws {
    try configuration.validate()
    self.configuration = configuration
    self.store = store
    self.environment = environment
    self.dataFolder = dataFolder
    self.folder = folder
  }

  /// What a search tells while it runs.
  public struct Progress: Sendable {
    /// The rung, counted from 1.
    public let rung: Int
    /// Trainings of the rung that are to be done.
    public let trainings: Int
    /// The work of the rung, without unit; see ``StudyJob/work``.
    public let work: Int
    /// The part of it that is over since the last call.
    public let advance: Int
    /// What was done, in a few words.
    public let label: String
  }

  /// Does all rungs.
  ///
  /// - Parameters:
  ///   - threads: Trainings at once; results do not depend on it.
  ///   - progress: Called before a rung and after every training, from any thread.
  ///   - isCancelled: Asked before every step, from any thread.
  /// - Returns: What every candidate came to.
  /// - Throws: ``TuneError``, ``StoreError``, a typed error of the data, or `TrainingError.cancelled`; finished trainings
  ///   are kept.
  public func run(
    threads: Int, progress: @Sendable (Progress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> TuneResult {
    let drawn = try configuration.drawn()
    var rungs: [[TuneCandidate]] = []
    var scores: [[TuneScore]] = []
    var failures: [TuneFailure] = []
    var trained = 0
    for (index, rung) in configuration.rungs.enumerated() {
      let candidates = scores.last.map { $0.map(\.candidate) } ?? drawn
      rungs.append(Array(candidates.prefix(rung.candidates)))
      let plan = try plan(of: rungs)
      trained += try train(plan, rung: index, threads: threads, progress: progress, isCancelled: isCancelled)
      let messages = try store.failureMessages()
      failures += rungs[index].compactMap { candidate in
        messages[TuneConfiguration.gridName(candidate, rung: index)].map {
          TuneFailure(candidate: candidate, message: $0)
        }
      }
      scores.append(try score(rungs[index], rung: index, failures: failures))
    }
    return TuneResult(rungs: scores, trained: trained, failures: failures)
  }

  /// The training behind a score of the last rung, for making its model again.
  ///
  /// - Throws: As ``init(_:store:environment:dataFolder:folder:)``.
  public func training(of score: TuneScore) throws -> TrainingJob {
    let last = configuration.rungs.count - 1
    // The rungs before it don't matter to a run of the last one.
    let rungs = Array(repeating: [TuneCandidate](), count: last) + [[score.candidate]]
    let plan = try plan(of: rungs)
    let run = plan.runs[0].run
    return TrainingJob(
      source: plan.datasets[0].source, task: run.task, model: run.model, training: run.training,
      regularizer: run.regularizer, seed: run.seed)
  }

  private func plan(of rungs: [[TuneCandidate]]) throws -> StudyPlan {
    try StudyPlan(configuration.specification(of: rungs), dataFolder: dataFolder, folder: folder)
  }

  private func train(
    _ plan: StudyPlan, rung: Int, threads: Int, progress: @Sendable (Progress) -> Void,
    isCancelled: @Sendable () -> Bool
  ) throws -> Int {
    let job = try StudyJob(plan, store: store, environment: environment, isCancelled: isCancelled)
    @Sendable func told(_ advance: Int, _ label: String) -> Progress {
      Progress(rung: rung + 1, trainings: job.pending.count, work: job.work, advance: advance, label: label)
    }
    progress(told(0, ""))
    let outcome = try job.run(
      threads: threads, advanced: { progress(told($0.units, $0.label)) }, isCancelled: isCancelled)
    guard outcome.elsewhere == 0 else { throw TuneError.elsewhere(outcome.elsewhere) }
    return outcome.finished
  }

  /// The candidates of a rung with all their seeds, the best first; candidates with a failed training are left out.
  private func score(
    _ candidates: [TuneCandidate], rung: Int, failures: [TuneFailure]
  ) throws -> [TuneScore] {
    let rows = try store.tuneRows()
    let seeds = configuration.rungs[rung].seeds
    let scores = candidates.compactMap { candidate -> TuneScore? in
      let runs = rows[TuneConfiguration.gridName(candidate, rung: rung)] ?? []
      guard runs.count == seeds else { return nil }
      let count = Double(seeds)
      return TuneScore(
        candidate: candidate, losses: runs.map(\.loss), sparsity: runs.reduce(0) { $0 + $1.sparsity } / count,
        active: runs.reduce(0) { $0 + Double($1.active) } / count, seconds: runs.reduce(0) { $0 + $1.seconds },
        testErrors: runs.map(\.error))
    }
    guard !scores.isEmpty else { throw TuneError.allFailed(failures.last?.message ?? "the store is empty.") }
    return scores.sorted { ($0.loss, $0.candidate.number) < ($1.loss, $1.candidate.number) }
  }
}

/// What of a run a search looks at.
struct TuneRow {
  let loss: Double
  let sparsity: Double
  let active: Int
  let seconds: Double
  let error: Double
}

extension StudyStore {
  /// The finished runs of every grid, by seed.
  func tuneRows() throws -> [String: [TuneRow]] {
    let rows = try withDatabase { database in
      try database.rows(
        "SELECT grid, validation_loss, sparsity, active, seconds, mae FROM result WHERE chosen ORDER BY entry"
      ) { row in
        (
          row.text(0),
          TuneRow(
            loss: row.real(1), sparsity: row.real(2), active: row.integer(3), seconds: row.real(4), error: row.real(5))
        )
      }
    }
    return Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
  }

  /// The sentence of the first failed run of every grid that has one.
  func failureMessages() throws -> [String: String] {
    let rows = try withDatabase { database in
      try database.rows(
        "SELECT grid, message FROM entry JOIN failure ON failure.key = entry.run_key ORDER BY entry.id"
      ) { ($0.text(0), $0.text(1)) }
    }
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }
}
