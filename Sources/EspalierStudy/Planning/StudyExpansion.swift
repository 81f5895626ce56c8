import EspalierData
import EspalierNN

/// Collects entries, runs and tasks grid by grid; what is asked for twice is listed once.
struct StudyExpansion {
  private(set) var entries: [StudyPlan.Entry] = []
  private(set) var runs: [StudyPlan.Run] = []
  private(set) var tasks: [StudyPlan.Task] = []
  private let datasets: [StudyPlan.Dataset]
  private var runIndices: [String: Int] = [:]
  private var taskIndices: [String: Int] = [:]

  init(datasets: [StudyPlan.Dataset]) { self.datasets = datasets }

  /// Adds all entries of a grid.
  mutating func add(_ grid: StudyGrid) throws {
    try checkSize(of: grid)
    for dataset in grid.datasets {
      guard let index = datasets.firstIndex(where: { $0.dataset.name == dataset.name }) else { continue }
      for evaluation in grid.evaluations {
        for model in grid.models {
          for lookback in grid.lookbacks {
            for method in grid.methods {
              let setting = StudySetting(
                grid: grid.name, dataset: dataset.name, evaluation: evaluation, model: model, lookback: lookback,
                horizon: grid.horizon, method: method.name)
              for (label, candidate) in method.candidates {
                try add(
                  setting, candidate, label: label, of: grid, dataset: index, seeds: grid.seeds(of: dataset))
              }
            }
          }
        }
      }
    }
  }

  private mutating func add(
    _ setting: StudySetting, _ method: StudyMethod, label: String?, of grid: StudyGrid, dataset: Int, seeds: Int
  ) throws {
    var sizes = grid.sizes
    sizes.kind = setting.model
    let training = try grid.training(method, model: setting.model, evaluation: setting.evaluation)
    let regularizer = try method.regularizer(
      of: setting.model, evaluation: setting.evaluation, epochs: grid.training.epochs)
    func run(seed: UInt64) -> StudyRun {
      StudyRun(
        data: datasets[dataset].data, task: grid.task(lookback: setting.lookback, evaluation: setting.evaluation),
        model: sizes, training: training, regularizer: regularizer, seed: seed)
    }
    let first = run(seed: grid.firstSeed)
    let text = try StudyRunText(first)
    let task = try taskIndex(of: StudyTask(first), dataset: dataset)
    for offset in 0..<seeds {
      let seed = grid.firstSeed &+ UInt64(offset)
      let index = runIndex(of: run(seed: seed), text.text(seed: seed), task: task)
      if grid.predictions { runs[index].keepsForecasts = true }
      entries.append(StudyPlan.Entry(setting: setting, candidate: label, seed: seed, run: index))
    }
  }

  private mutating func runIndex(of run: StudyRun, _ configuration: String, task: Int) -> Int {
    let key = StudyRun.key(canonicalJSON: configuration)
    if let index = runIndices[key] { return index }
    runIndices[key] = runs.count
    runs.append(
      StudyPlan.Run(run: run, configuration: configuration, key: key, keepsForecasts: false, task: task))
    return runs.count - 1
  }

  private mutating func taskIndex(of task: StudyTask, dataset: Int) throws -> Int {
    let key = StudyRun.key(canonicalJSON: try CanonicalJSON.text(of: task))
    if let index = taskIndices[key] { return index }
    taskIndices[key] = tasks.count
    tasks.append(StudyPlan.Task(key: key, task: task, dataset: dataset))
    return tasks.count - 1
  }

  private func checkSize(of grid: StudyGrid) throws(StudyError) {
    let candidates = grid.methods.reduce(0) { $0 + $1.candidates.count }
    var total = Double(entries.count)
    total +=
      grid.datasets.reduce(0) { $0 + Double(grid.seeds(of: $1)) } * Double(grid.evaluations.count)
      * Double(grid.models.count) * Double(grid.lookbacks.count) * Double(candidates)
    guard total <= Double(StudyPlan.mostEntries) else { throw .tooManyRuns }
  }
}
