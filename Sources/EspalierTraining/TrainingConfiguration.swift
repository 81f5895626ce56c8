import EspalierNN
import EspalierTensor

/// How a model is trained; the defaults are the published experiments'.
public struct TrainingConfiguration: Codable, Equatable, Sendable {
  /// Epochs at most.
  public var epochs = 20
  /// Windows in a batch; the last one of an epoch may be smaller.
  public var batchSize = 64
  /// The optimizer and its rate.
  public var optimizer = OptimizerConfiguration()
  /// How the rate moves.
  public var learningRateSchedule = LearningRateSchedule.constant
  /// What is minimized, in scaled units, whatever is taken out of a window; a likelihood is that of the window's normalized
  /// values, which differs by what no forecast can change.
  ///
  /// - Source: RevIN, Kim et al. (ICLR 2022): the loss stands behind the mapping back.
  public var loss = LossKind.meanSquaredError
  /// The largest norm of the gradient; nil does not clip.
  public var clipping: GradientClipping?
  /// Epochs without improvement before a `strict` training stops.
  public var patience = 5
  /// The first epoch, counted from 0, that may stop or be selected under `strict`; nil takes three quarters of the
  /// epochs, the same for every method, and never one before the regularizer has finished.
  public var firstSelectedEpoch: Int?
  /// What decides which products of pruned matrices are computed from the survivors alone; nil takes the shipped numbers.
  public var costModel: SparseCostModel?

  /// The published settings.
  public init() {}

  /// Checks the numbers.
  ///
  /// - Throws: ``TrainingError``, a `QuantileError` or an `OptimizerError` that names the first one out of range.
  public func validate() throws {
    for (name, value) in [("number of epochs", epochs), ("batch size", batchSize), ("patience", patience)]
    where value < 1 {
      throw TrainingError.notPositive(name: name, value: value)
    }
    if case .huber(let delta) = loss, !(delta > 0 && delta.isFinite) { throw TrainingError.deltaNotPositive(delta) }
    try loss.validate()
    try optimizer.validate()
    try learningRateSchedule.validate()
  }
}

extension TrainingConfiguration {
  /// Checks that a model can be trained so.
  ///
  /// - Throws: ``TrainingError/distributionOfNLinear(loss:)``.
  package func validate(with model: ModelKind) throws(TrainingError) {
    if model == .nlinear, loss.isDistribution { throw .distributionOfNLinear(loss: loss.name) }
  }
}

/// One run: a pure function of this configuration, the data and the seed.
public struct RunConfiguration: Codable, Equatable, Sendable {
  /// The model's kind and sizes; its outputs a step are those of the loss.
  public var model: ModelConfiguration
  /// How it is trained.
  public var training: TrainingConfiguration {
    didSet { model.outputsPerStep = training.loss.outputsPerStep }
  }
  /// What regularizes it.
  public var regularizer: RegularizerConfiguration
  /// Drives initialization, shuffling and dropout.
  public var seed: UInt64

  /// Describes a run.
  public init(
    model: ModelConfiguration, training: TrainingConfiguration = TrainingConfiguration(),
    regularizer: RegularizerConfiguration = RegularizerConfiguration(kind: .none), seed: UInt64 = 42
  ) {
    self.model = model
    self.training = training
    self.regularizer = regularizer
    self.seed = seed
    self.model.outputsPerStep = training.loss.outputsPerStep
  }

  /// Checks everything that needs no data.
  ///
  /// - Throws: A typed error of the part that is wrong.
  public func validate() throws {
    try model.validate()
    try training.validate()
    try training.validate(with: model.kind)
    guard model.outputsPerStep == training.loss.outputsPerStep else {
      throw TrainingError.outputsDisagree(model: model.outputsPerStep, loss: training.loss.outputsPerStep)
    }
    try regularizer.validate()
  }

  /// The settings in a few words, for messages.
  public var summary: String {
    "\(model.kind.rawValue), look-back \(model.lookback), \(regularizer.kind.rawValue), learning rate "
      + "\(training.optimizer.learningRate), seed \(seed)"
  }
}
