import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTraining

/// A method of a study: what regularizes a training, under a name.
public struct StudyMethod: Codable, Equatable, Sendable {
  /// What replaces parts of the grid's optimizer.
  public struct Optimizer: Codable, Equatable, Sendable {
    /// Which optimizer; another one than the grid's has PyTorch's defaults.
    public var kind: OptimizerConfiguration.Kind?
    /// The highest learning rate.
    public var learningRate: Double?
    /// Weight decay.
    public var weightDecay: Double?

    /// Replaces nothing.
    public init() {}

    /// The optimizer with what is replaced.
    public func applied(to base: OptimizerConfiguration) -> OptimizerConfiguration {
      var result = base
      if let kind, kind != base.kind { result = OptimizerConfiguration(kind: kind, learningRate: base.learningRate) }
      if let learningRate { result.learningRate = learningRate }
      if let weightDecay { result.weightDecay = weightDecay }
      return result
    }
  }

  /// A number of the method that validation picks.
  public struct Tuning: Codable, Equatable, Sendable {
    /// What can be tuned.
    public enum Quantity: String, Codable, Sendable, CaseIterable {
      /// The rate of dropout.
      case dropout
      /// The optimizer's weight decay.
      case weightDecay
      /// The final sparsity.
      case sparsity

      var words: String { self == .weightDecay ? "weight decay" : rawValue }
    }

    /// What is tuned.
    public var quantity: Quantity
    /// The values to pick from.
    public var values: [Double]

    /// Values to pick from.
    public init(_ quantity: Quantity, values: [Double]) {
      self.quantity = quantity
      self.values = values
    }
  }

  /// The name in tables.
  public var name: String
  /// What acts on the training.
  public var regularizer: RegularizerKind
  /// The rate of both kinds of dropout, or of the dropout beside pruning; nil takes the published 0.3, or the preset's.
  public var dropout: Double?
  /// What decides about pruning.
  public var pruning = PruningChoice()
  /// What is different in the optimizer.
  public var optimizer = Optimizer()
  /// The number that validation picks, by the mean over seeds of the loss at the selected epoch; nil tunes nothing.
  public var tuning: Tuning?

  /// A method without settings of its own.
  public init(name: String, regularizer: RegularizerKind) {
    self.name = name
    self.regularizer = regularizer
  }

  /// The regularizer of a model.
  ///
  /// Linear models have nothing that dropout could act on, so that they are trained without.
  ///
  /// A one-shot schedule without an end of its own prunes in the middle of the training and fine-tunes from there on.
  ///
  /// - Throws: `PruningError` or `TrainingError` when settings are out of range or don't fit.
  public func regularizer(
    of model: ModelKind, evaluation: Evaluation, epochs: Int
  ) throws -> RegularizerConfiguration {
    var result: RegularizerConfiguration
    switch regularizer {
    case .none: result = RegularizerConfiguration(kind: .none)
    case .dropout where model.isLinear, .monteCarloDropout where model.isLinear:
      result = RegularizerConfiguration(kind: .none)
    case .dropout, .monteCarloDropout:
      result = RegularizerConfiguration(
        kind: regularizer, dropoutRate: dropout ?? RegularizerConfiguration.publishedDropoutRate)
    case .synapticPruning:
      var choice = pruning
      if choice.schedule == "one-shot" {
        choice.end = choice.end ?? epochs / 2
        choice.warmup = choice.warmup ?? 0
      }
      var settings = try choice.configuration(of: model, evaluation: evaluation)
      if let dropout { settings.dropout = dropout }
      if model.isLinear { settings.dropout = 0 }
      result = RegularizerConfiguration(kind: regularizer, pruning: settings)
      _ = try settings.timing.resolvedEnd(epochs: epochs, stepsPerEpoch: nil)
    }
    try result.validate()
    return result
  }

  /// What validation picks from: the method once a value, or itself where nothing is tuned.
  ///
  /// - Returns: The candidates with their labels, such as `dropout 0.2`; a method without tuning has no label.
  public var candidates: [(label: String?, method: StudyMethod)] {
    guard let tuning else { return [(nil, self)] }
    return tuning.values.map { value in
      var method = self
      method.tuning = nil
      method.set(tuning.quantity, to: value)
      return ("\(tuning.quantity.words) \(value)", method)
    }
  }

  /// The method once a final sparsity, named after it.
  func swept(over sparsities: [Double]) -> [StudyMethod] {
    sparsities.map { sparsity in
      var method = self
      method.name = "\(name) \(sparsity)"
      method.set(.sparsity, to: sparsity)
      return method
    }
  }

  private mutating func set(_ quantity: Tuning.Quantity, to value: Double) {
    switch quantity {
    case .dropout: dropout = value
    case .weightDecay: optimizer.weightDecay = value
    case .sparsity: pruning.sparsity = value
    }
  }
}
