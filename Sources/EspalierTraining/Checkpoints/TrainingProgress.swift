/// How far a training has come; everything else that numbers its steps follows from it.
public struct TrainingProgress: Codable, Equatable, Sendable {
  /// The epochs that are over, in order.
  public var history: [EpochRecord] = []
  /// The batches of the next epoch that are done.
  public var batch = 0
  /// The sum of the losses of those batches' windows, in scaled units.
  public var lossSum = 0.0
  /// Seconds of processor time so far.
  public var seconds = 0.0

  /// A training at its beginning.
  public init() {}

  /// The epoch that is under way or comes next, counted from 0.
  public var epoch: Int { history.count }

  /// Whether the numbers are possible in a training.
  ///
  /// - Parameters:
  ///   - epochs: Its epochs at most.
  ///   - stepsPerEpoch: Its batches an epoch.
  /// - Returns: Whether a training can have come to them.
  func isPossible(epochs: Int, stepsPerEpoch: Int) -> Bool {
    let isBetweenEpochs = batch == 0 && lossSum == 0
    let isWithin = epoch < epochs && (1..<stepsPerEpoch).contains(batch)
    return epoch <= epochs && (isBetweenEpochs || isWithin)
      && history.enumerated().allSatisfy { $0 == $1.epoch && $1.validationLoss.isFinite }
  }
}
