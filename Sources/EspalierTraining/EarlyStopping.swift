import EspalierData

/// Decides after every epoch whether to go on, and whose weights to keep.
///
/// Under `strict`, a training stops after `patience` epochs without a better validation loss, and the best epoch's weights
/// are kept; both only from `firstEpoch` on. Under `paper`, it stops when each of the last three epochs was no better than
/// the one before it, and the last weights are kept.
public struct EarlyStopping: Equatable, Sendable {
  /// What to do after an epoch.
  public struct Decision: Equatable, Sendable {
    /// Whether this epoch's weights are the ones to keep.
    public let keeps: Bool
    /// Whether to stop.
    public let stops: Bool
  }

  /// The rule.
  public let evaluation: Evaluation
  /// Epochs without improvement before a `strict` training stops.
  public let patience: Int
  /// The first epoch that may stop or be kept under `strict`, counted from 0.
  public let firstEpoch: Int
  /// The epoch whose weights are kept so far.
  public private(set) var bestEpoch: Int?
  private var best = Double.infinity
  private var losses: [Double] = []

  /// A rule at its beginning.
  public init(evaluation: Evaluation, patience: Int, firstEpoch: Int) {
    self.evaluation = evaluation
    self.patience = patience
    self.firstEpoch = firstEpoch
  }

  /// Takes an epoch's validation loss and decides.
  public mutating func decide(epoch: Int, loss: Double) -> Decision {
    losses.append(loss)
    switch evaluation {
    case .paper:
      bestEpoch = epoch
      let recent = losses.suffix(4)
      let stops = recent.count == 4 && zip(recent, recent.dropFirst()).allSatisfy { before, after in after >= before }
      return Decision(keeps: true, stops: stops)
    case .strict:
      guard epoch >= firstEpoch else { return Decision(keeps: false, stops: false) }
      if bestEpoch == nil || loss < best {
        best = loss
        bestEpoch = epoch
        return Decision(keeps: true, stops: false)
      }
      return Decision(keeps: false, stops: epoch - (bestEpoch ?? epoch) >= patience)
    }
  }
}
