import EspalierNN
import EspalierTraining
import Foundation

/// What a study means: how many runs, how many of them shared or done, and about how long the rest takes here.
public struct StudySurvey: Codable, Equatable, Sendable {
  /// The part of a grid.
  public struct Grid: Codable, Equatable, Sendable {
    /// The grid.
    public let name: String
    /// Places in its tables: settings, candidates and seeds.
    public let places: Int
    /// The different runs behind them.
    public let runs: Int
    /// Of these, runs that an earlier grid asks for too.
    public let shared: Int
    /// From which epoch on every model's methods stop and select under `strict`; empty for a grid without it.
    public let selections: [Selection]
  }

  /// From which epoch on all methods of a grid select for a model.
  public struct Selection: Codable, Equatable, Sendable {
    /// The model.
    public let model: ModelKind
    /// The first epoch that can be selected, counted from 0.
    public let firstEpoch: Int
    /// The epochs of a whole training.
    public let epochs: Int
  }

  /// The grids in the specification's order.
  public let grids: [Grid]
  /// The different runs of all grids.
  public let runs: Int
  /// How many of these are in the store.
  public let finished: Int
  /// Seconds of processor time that the others take about, from steps that were timed.
  public let seconds: Double
  /// Methods that are the same trainings as others of their grid.
  public let twins: [StudyTwins]
  /// What was done to the data, one sentence each.
  public let notes: [String]

  /// Checks a study's data, and times a few steps of every model at every look-back.
  ///
  /// - Parameters:
  ///   - plan: The study.
  ///   - finished: The keys of the runs that are in the store.
  ///   - isCancelled: Asked before every step.
  /// - Throws: A typed error of the data, or `TrainingError.cancelled`.
  public init(_ plan: StudyPlan, finished: Set<String>, isCancelled: @Sendable () -> Bool = { false }) throws {
    grids = try Self.grids(of: plan)
    twins = plan.twins
    runs = plan.runs.count
    self.finished = plan.runs.count { finished.contains($0.key) }
    let library = StudyLibrary(plan, runs: [])
    var notes: [String] = []
    var facts: [StudyTaskFacts] = []
    for index in plan.tasks.indices {
      if isCancelled() { throw TrainingError.cancelled }
      let name = plan.datasets[plan.tasks[index].dataset].dataset.name
      let data = try library.data(task: index)
      library.release(task: index)
      facts.append(try StudyTaskFacts(data))
      for note in try library.table(plan.tasks[index].dataset).table.notes + data.notes {
        let sentence = "\(name): \(note)"
        if !notes.contains(sentence) { notes.append(sentence) }
      }
    }
    self.notes = notes
    var clock = StepClock()
    var seconds = 0.0
    for run in plan.runs where !finished.contains(run.key) {
      seconds += try clock.seconds(of: run.run, facts[run.task], isCancelled: isCancelled)
    }
    self.seconds = seconds
  }

  private static func grids(of plan: StudyPlan) throws -> [Grid] {
    var seen: Set<Int> = []
    return try plan.specification.grids.map { grid in
      let places = plan.entries.filter { $0.setting.grid == grid.name }
      let runs = Set(places.map(\.run))
      defer { seen.formUnion(runs) }
      let models = grid.evaluations.contains(.strict) ? grid.models : []
      return Grid(
        name: grid.name, places: places.count, runs: runs.count, shared: runs.intersection(seen).count,
        selections: try models.map {
          Selection(model: $0, firstEpoch: try grid.firstSelectedEpoch(of: $0), epochs: grid.training.epochs)
        })
    }
  }
}

/// Times steps of models, each size once.
private struct StepClock {
  private var milliseconds: [String: Double] = [:]

  /// Seconds that a run takes when it does not stop early and gains nothing from sparsity.
  mutating func seconds(of run: StudyRun, _ facts: StudyTaskFacts, isCancelled: @Sendable () -> Bool) throws -> Double {
    let model = run.configuration(inputs: facts.inputs).model
    let size = Double(run.training.batchSize)
    let step = try time(model, batch: min(run.training.batchSize, facts.windows.train), isCancelled: isCancelled) / 1000
    let passes = run.regularizer.kind == .monteCarloDropout && run.task.evaluation == .strict ? 50.0 : 1
    let epochs = Double(run.training.epochs)
    // A forward pass is about a third of a step.
    let forward = epochs * Double(facts.windows.validation) + passes * Double(facts.windows.test)
    return step * (epochs * (Double(facts.windows.train) / size).rounded(.up) + forward / size / 3)
  }

  private mutating func time(_ model: ModelConfiguration, batch: Int, isCancelled: @Sendable () -> Bool) throws
    -> Double
  {
    let key = "\(model) \(batch)"
    if let known = milliseconds[key] { return known }
    var benchmark = StepBenchmark(model: model)
    benchmark.batch = batch
    benchmark.steps = 5
    let measured = try benchmark.run(isCancelled: isCancelled)
    milliseconds[key] = measured
    return measured
  }
}
