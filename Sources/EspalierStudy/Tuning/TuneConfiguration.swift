import EspalierData
import EspalierNN
import EspalierTraining

/// A search for settings: random candidates, of which every rung of successive halving keeps the best part.
///
/// Of every final sparsity the best go on in turn, so that the last rung has models of all of them.
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
  /// Candidates of the last rung, at least, where so many are drawn; no rung has fewer, nor fewer than one a sparsity.
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
  ///
  /// - Returns: At least one; candidates that the data can't hold or whose training fails are counted, since nothing is
  ///   known of them yet.
  /// - Throws: As ``validate()``, or the model's reason when no model can be built.
  public func rungs() throws -> [Rung] {
    try validate()
    return rungs(of: try drawn())
  }

  /// The rounds of valid settings for the candidates that there are.
  func rungs(of drawn: [TuneCandidate]) -> [Rung] {
    let least = max(min(finalists, drawn.count), Set(drawn.map(\.sparsity)).count)
    var count = drawn.count
    return rungEpochs.map { epochs in
      let isLast = training.epochs == epochs
      defer { count = max(least, (count - 1) / reduction + 1) }
      return Rung(epochs: epochs, candidates: count, seeds: isLast ? seeds : 1)
    }
  }

  /// The epochs of every round, whatever the candidates.
  var rungEpochs: [Int] {
    var epochs = [training.epochs]
    while reduction > 1, let first = epochs.first, first / reduction >= max(1, resolvedLeastEpochs) {
      epochs.insert(first / reduction, at: 0)
    }
    return epochs
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
      ("calibration", task.calibration != nil), ("validationHistory", task.validationHistory != nil),
    ] where isSet {
      throw TuneError.notSearched(setting: name)
    }
    guard resolvedLeastEpochs <= training.epochs else {
      throw TuneError.firstEpochs(resolvedLeastEpochs, epochs: training.epochs)
    }
    // Likelihoods are those of the divided values; other losses are measured in the scaled ones.
    let normalizations = Set(
      space.models.map { task.normalization ?? $0.usualNormalization(under: .strict) ?? .lastValue })
    if training.loss.isDistribution, normalizations.contains(.meanAndDeviation),
      Set(space.lookbacks).count > 1 || normalizations.count > 1
    {
      throw TuneError.lookbacksNotComparable(loss: training.loss.name)
    }
  }

  /// The candidates of the first rung.
  ///
  /// - Throws: As ``possible()``.
  func drawn() throws -> [TuneCandidate] { Array(try possible().prefix(candidates)) }

  /// All combinations whose models can be built, such as look-backs that hold a patch, in the order of drawing.
  ///
  /// - Throws: The model's reason when there is none.
  func possible() throws -> [TuneCandidate] {
    func sizes(_ candidate: TuneCandidate) -> ModelConfiguration {
      var result = self.sizes
      (result.kind, result.lookback, result.horizon) = (candidate.model, candidate.lookback, task.horizon)
      result.hidden = candidate.width
      return result
    }
    let possible = space.candidates(.max, seed: firstSeed) { (try? sizes($0).validate()) != nil }
    if possible.isEmpty, let first = space.candidates(1, seed: firstSeed).first { try sizes(first).validate() }
    return possible
  }
}
