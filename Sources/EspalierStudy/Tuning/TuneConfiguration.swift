import EspalierData
import EspalierNN
import EspalierTraining

/// A search for settings: random candidates, of which every rung of successive halving keeps the best part.
///
/// - Source: Bergstra and Bengio, "Random search for hyper-parameter optimization" (JMLR 13, 2012); Jamieson and Talwalkar,
///   "Non-stochastic best arm identification and hyperparameter optimization" (AISTATS 2016).
public struct TuneConfiguration: Codable, Equatable, Sendable {
  /// The data.
  public var dataset: StudyDataset
  /// What candidates are drawn from.
  public var space: TuneSpace
  /// How far ahead, and how windows are made; the look-back comes with the candidate, the evaluation is `strict`.
  public var task: TaskSettings
  /// The sizes of models beside the width.
  public var sizes: ModelConfiguration
  /// How models are trained in the last rung.
  public var training: TrainingConfiguration
  /// Candidates of the first rung.
  public var candidates = 27
  /// Every rung has this many times the epochs of the one before, and one candidate of so many, rounded up.
  public var reduction = 3
  /// The fewest epochs of a rung; nil takes 4, or all where a whole training has fewer.
  public var leastEpochs: Int?
  /// Candidates of the last rung, at least.
  public var finalists = 3
  /// Seeds of every candidate in the last rung; in the others each has the first one.
  public var seeds = 3
  /// The first seed; candidates are drawn by it, too.
  public var firstSeed: UInt64 = 42

  /// A search on data, with the defaults.
  public init(
    dataset: StudyDataset, space: TuneSpace = TuneSpace(), task: TaskSettings = TaskSettings(),
    sizes: ModelConfiguration = ModelConfiguration(kind: .lstm, features: 1, lookback: 1),
    training: TrainingConfiguration = TrainingConfiguration()
  ) {
    self.dataset = dataset
    self.space = space
    self.task = task
    self.sizes = sizes
    self.training = training
  }

  /// A round of the search.
  public struct Rung: Codable, Equatable, Sendable {
    /// Epochs of every training.
    public let epochs: Int
    /// Candidates that are tried.
    public let candidates: Int
    /// Seeds of every candidate.
    public let seeds: Int
  }

  /// The rounds, from many short trainings to few whole ones.
  public var rungs: [Rung] {
    var epochs = [training.epochs]
    while let first = epochs.first, first / reduction >= resolvedLeastEpochs {
      epochs.insert(first / reduction, at: 0)
    }
    var count = candidates
    return epochs.enumerated().map { index, epochs in
      let isLast = training.epochs == epochs
      defer { count = (count + reduction - 1) / reduction }
      let most = isLast ? max(count, min(finalists, candidates)) : count
      return Rung(epochs: epochs, candidates: most, seeds: isLast ? seeds : 1)
    }
  }

  private var resolvedLeastEpochs: Int { leastEpochs ?? min(4, training.epochs) }

  /// Checks everything that needs no data.
  ///
  /// - Throws: ``TuneError``, or a typed error of the part that is wrong.
  public func validate() throws {
    try space.validate()
    let numbers = [
      ("number of candidates", candidates, 1), ("reduction", reduction, 2), ("number of finalists", finalists, 1),
      ("number of seeds", seeds, 1), ("least number of epochs", resolvedLeastEpochs, 1),
    ]
    for (name, value, least) in numbers where value < least {
      throw TuneError.tooSmall(name: name, value: value, least: least)
    }
    try training.validate()
    for model in space.models { try training.validate(with: model) }
    for (name, isSet) in [
      ("scaling", task.scaling != nil), ("knownCalendar", task.knownCalendar != nil),
      ("calibration", task.calibration != nil),
    ] where isSet {
      throw TuneError.notSearched(setting: name)
    }
    guard resolvedLeastEpochs <= training.epochs else {
      throw TuneError.firstEpochs(resolvedLeastEpochs, epochs: training.epochs)
    }
    if task.normalization == .meanAndDeviation, Set(space.lookbacks).count > 1 {
      throw TuneError.lookbacksNotComparable
    }
  }

  /// The candidates of the first rung: combinations whose models can be built, such as look-backs that hold a patch.
  ///
  /// - Throws: The model's reason when there is none.
  func drawn() throws -> [TuneCandidate] {
    func sizes(_ candidate: TuneCandidate) -> ModelConfiguration {
      var result = self.sizes
      (result.kind, result.lookback, result.horizon) = (candidate.model, candidate.lookback, task.horizon)
      result.hidden = candidate.width
      return result
    }
    let possible = space.candidates(candidates, seed: firstSeed) { (try? sizes($0).validate()) != nil }
    if possible.isEmpty, let first = space.candidates(1, seed: firstSeed).first { try sizes(first).validate() }
    return possible
  }

  /// The study of the first rungs, a grid for every candidate in each.
  ///
  /// - Parameter rungs: The candidates of every rung so far.
  /// - Returns: The specification; it has no text.
  func specification(of rungs: [[TuneCandidate]]) -> StudySpecification {
    let grids = zip(rungs, self.rungs).enumerated().flatMap { index, pair in
      pair.0.map { grid($0, rung: index, settings: pair.1) }
    }
    return StudySpecification(
      name: "tune-\(dataset.name)",
      description: "A search for settings: every candidate of every rung is a grid of its own.", grids: grids)
  }

  /// The name of a candidate's grid in a rung.
  static func gridName(_ candidate: TuneCandidate, rung: Int) -> String {
    "rung \(rung + 1) candidate \(candidate.number)"
  }

  private func grid(_ candidate: TuneCandidate, rung: Int, settings: Rung) -> StudyGrid {
    var grid = StudyGrid()
    grid.name = Self.gridName(candidate, rung: rung)
    grid.datasets = [dataset]
    grid.models = [candidate.model]
    grid.lookbacks = [candidate.lookback]
    grid.horizon = task.horizon
    grid.methods = [Self.method(of: candidate, epochs: settings.epochs)]
    grid.seeds = settings.seeds
    grid.firstSeed = firstSeed
    grid.sizes = sizes
    grid.sizes.hidden = candidate.width
    grid.training = training
    grid.training.epochs = settings.epochs
    grid.scaler = task.scaler
    grid.normalization = task.normalization
    grid.calendar = task.calendar
    grid.predictions = false
    return grid
  }

  /// The pruning of a candidate: the corrected rule, after a tenth of the epochs.
  private static func method(of candidate: TuneCandidate, epochs: Int) -> StudyMethod {
    guard let schedule = candidate.schedule else { return StudyMethod(name: "none", regularizer: .none) }
    var method = StudyMethod(name: "\(schedule) to \(candidate.sparsity)", regularizer: .synapticPruning)
    method.pruning.preset = .default
    method.pruning.schedule = schedule
    method.pruning.sparsity = candidate.sparsity
    method.pruning.warmup = epochs / 10
    return method
  }
}
