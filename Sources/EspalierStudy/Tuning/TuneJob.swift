import EspalierData
import EspalierTraining
import Foundation

/// Carries out a search in a study's store.
///
/// Every training is a run of that store: a search that was stopped goes on where it was, and one with more candidates or
/// seeds uses what is there. Several searches may use one store, one after the other or at once; processes at the same
/// search share its trainings. Run one job a process on a store.
public struct TuneJob: Sendable {
  /// The search.
  public let configuration: TuneConfiguration
  private let store: StudyStore
  private let environment: StudyEnvironment
  private let dataFolder: String?
  private let folder: String
  private let survey = SharedValue<TuneSurvey>(users: .max)

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
    /// The number of rungs.
    public let rungs: Int
    /// Trainings of the rung that are to be done.
    public let trainings: Int
    /// The work of the rung, without unit; see ``StudyJob/work``.
    public let work: Int
    /// The part of it that is over since the last call.
    public var advance = 0
    /// What was done, in a few words.
    public var label = ""
    /// Trainings that other processes are at and that the search now waits for; 0 while it trains.
    public var awaited = 0
  }

  /// Does all rungs.
  ///
  /// - Parameters:
  ///   - threads: Trainings at once; results do not depend on it.
  ///   - progress: Called before a rung, after every training and before waiting for another process, from any thread.
  ///   - isCancelled: Asked before every step and while waiting, from any thread.
  /// - Returns: What every candidate came to.
  /// - Throws: ``TuneError``, ``StoreError``, a typed error of the data, or `TrainingError.cancelled`; finished trainings
  ///   are kept.
  public func run(
    threads: Int, progress: @Sendable (Progress) -> Void = { _ in }, isCancelled: @Sendable () -> Bool = { false }
  ) throws -> TuneResult {
    let survey = try surveyed(isCancelled: isCancelled)
    let settings = configuration.rungs(of: survey.candidates)
    var next = survey.candidates
    var rungs: [[TuneCandidate]] = []
    var scores: [[TuneScore]] = []
    var failures = survey.failures
    var trained = 0
    for (index, rung) in settings.enumerated() {
      rungs.append(Array(next.prefix(rung.candidates)))
      let plan = try plan(of: rungs, settings: settings, survey)
      trained += try train(plan, rung: index, threads: threads, progress: progress, isCancelled: isCancelled)
      let (finished, failed) = try outcomes(of: rungs[index], rung: index, plan)
      guard !finished.isEmpty else { throw TuneError.allFailed(failed.first?.message ?? "the store is empty.") }
      failures += failed
      scores.append(finished)
      next = TuneResult.promoted(finished)
    }
    return TuneResult(rungs: scores, trained: trained, failures: failures, notes: survey.notes)
  }

  /// The training behind a score of the last rung, for making its model again.
  ///
  /// - Throws: As ``init(_:store:environment:dataFolder:folder:)``, or a typed error of the data.
  public func training(of score: TuneScore) throws -> TrainingJob {
    let survey = try surveyed { false }
    let settings = configuration.rungs(of: survey.candidates)
    // The rungs before it don't matter to a run of the last one.
    let rungs = Array(repeating: [TuneCandidate](), count: settings.count - 1) + [[score.candidate]]
    let plan = try plan(of: rungs, settings: settings, survey)
    let run = plan.runs[0].run
    return TrainingJob(
      source: plan.datasets[0].source, task: run.task, model: run.model, training: run.training,
      regularizer: run.regularizer, seed: run.seed)
  }

  private func surveyed(isCancelled: () -> Bool) throws -> TuneSurvey {
    try survey.value {
      let dataset = try StudyPlan.Dataset(configuration.dataset, dataFolder: dataFolder, folder: folder)
      let loaded = try dataset.source.load(expecting: dataset.data.fingerprint)
      return try TuneSurvey(configuration, loaded, isCancelled: isCancelled)
    }
  }

  private func plan(
    of rungs: [[TuneCandidate]], settings: [TuneConfiguration.Rung], _ survey: TuneSurvey
  ) throws -> StudyPlan {
    let specification = configuration.specification(of: rungs, settings: settings, histories: survey.histories)
    return try StudyPlan(specification, dataFolder: dataFolder, folder: folder)
  }

  /// Does what is to be done of a rung, and waits for what other processes do of it.
  private func train(
    _ plan: StudyPlan, rung: Int, threads: Int, progress: @Sendable (Progress) -> Void,
    isCancelled: @Sendable () -> Bool
  ) throws -> Int {
    let job = try StudyJob(plan, store: store, environment: environment, isCancelled: isCancelled)
    let begin = Progress(
      rung: rung + 1, rungs: configuration.rungEpochs.count, trainings: job.pending.count, work: job.work)
    progress(begin)
    var trained = try job.run(
      threads: threads,
      advanced: { over in
        var now = begin
        (now.advance, now.label) = (over.units, over.label)
        progress(now)
      }, isCancelled: isCancelled
    ).finished
    while true {
      let left = try abandoned(plan, isCancelled: isCancelled) { count in
        var now = begin
        now.awaited = count
        progress(now)
      }
      guard !left.isEmpty else { return trained }
      // Their work has been told when they were left to the other process.
      let rest = try StudyJob(plan, store: store, environment: environment, part: left, isCancelled: isCancelled)
      trained += try rest.run(threads: threads, isCancelled: isCancelled).finished
    }
  }

  /// Waits until no other process is at any run of a plan, or has given one up.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - isCancelled: Asked several times a second.
  ///   - waits: Called once with the number of runs before waiting.
  /// - Returns: The indices of runs that are not done and that nobody is at; none when all are done or have failed.
  /// - Throws: ``StoreError``, or `TrainingError.cancelled`.
  private func abandoned(_ plan: StudyPlan, isCancelled: () -> Bool, waits: (Int) -> Void) throws -> [Int] {
    let heart = StudyHeart(store: store)
    var isWaiting = false
    while true {
      let settled = try store.settledKeys()
      let open = plan.runs.indices.filter { index in
        let key = plan.runs[index].key
        return !settled.finished.contains(key) && !settled.failed.contains(key)
      }
      let free = try open.filter { try !heart.isTaken(plan.runs[$0].key) }
      if open.isEmpty || !free.isEmpty { return free }
      if !isWaiting { waits(open.count) }
      isWaiting = true
      if isCancelled() { throw TrainingError.cancelled }
      Thread.sleep(forTimeInterval: 0.2)
    }
  }

  /// The candidates of a rung with all their seeds, the best first, and those with a failed training.
  ///
  /// The store's places are those of whoever came last to it, so runs are looked up by their keys.
  private func outcomes(
    of candidates: [TuneCandidate], rung: Int, _ plan: StudyPlan
  ) throws -> (finished: [TuneScore], failed: [TuneFailure]) {
    let places = Dictionary(grouping: plan.entries, by: \.setting.grid)
    var finished: [TuneScore] = []
    var failed: [TuneFailure] = []
    for candidate in candidates {
      let entries = places[TuneConfiguration.gridName(candidate, rung: rung)] ?? []
      switch try store.tuneOutcome(entries.map { plan.runs[$0.run].key }) {
      case .success(let rows): finished.append(TuneScore(candidate, rows))
      case .failure(let failure):
        failed.append(TuneFailure(candidate: candidate, rung: rung + 1, message: failure.message))
      }
    }
    return (finished.sorted { ($0.loss, $0.candidate.number) < ($1.loss, $1.candidate.number) }, failed)
  }
}
