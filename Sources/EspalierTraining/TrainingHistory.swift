import EspalierPruning

/// What an epoch of training came to.
public struct EpochRecord: Codable, Equatable, Sendable {
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The mean loss over the training windows while they were trained on, measured as ``TrainingConfiguration/loss`` says.
  public let trainingLoss: Double
  /// The mean loss over the validation windows after the epoch, measured in the same way.
  public let validationLoss: Double
  /// The fraction of prunable weights that are pruned after the epoch.
  public let sparsity: Double
  /// The learning rate of the epoch's last step.
  public let learningRate: Double

  /// Describes an epoch.
  public init(epoch: Int, trainingLoss: Double, validationLoss: Double, sparsity: Double, learningRate: Double) {
    self.epoch = epoch
    self.trainingLoss = trainingLoss
    self.validationLoss = validationLoss
    self.sparsity = sparsity
    self.learningRate = learningRate
  }
}

/// A finished training.
public struct TrainingResult: Codable, Equatable, Sendable {
  /// The epochs in order.
  public let history: [EpochRecord]
  /// The epoch whose weights the model has now, counted from 0.
  public let selectedEpoch: Int
  /// How sparse every prunable parameter is now.
  public let sparsity: SparsityReport
  /// Seconds of processor time of the training with its validations.
  public let seconds: Double
  /// Of these, seconds spent on mask updates.
  public let maskSeconds: Double
  /// Optimizer steps taken.
  public let steps: Int

  /// Describes a training.
  public init(
    history: [EpochRecord], selectedEpoch: Int, sparsity: SparsityReport, seconds: Double, maskSeconds: Double,
    steps: Int
  ) {
    self.history = history
    self.selectedEpoch = selectedEpoch
    self.sparsity = sparsity
    self.seconds = seconds
    self.maskSeconds = maskSeconds
    self.steps = steps
  }
}
