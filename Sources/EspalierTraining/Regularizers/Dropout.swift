import EspalierTensor

/// Dropout while training, none in evaluation.
///
/// - Source: Srivastava et al., JMLR 15 (2014).
public final class Dropout: Regularizer {
  /// The probability that a value is dropped.
  public let rate: Double
  private var seed: UInt64 = 0

  /// Dropout with a rate in 0 ..< 1.
  public init(rate: Double) {
    self.rate = rate
  }

  /// Notes the run's seed.
  public func begin(_ plan: TrainingPlan) { seed = plan.seed }

  /// Drops with masks of this step.
  public func beforeForward(_ step: TrainingStep, on tape: Tape) {
    tape.dropout = DropoutPlan(rate: rate, seed: seed, pass: UInt32(truncatingIfNeeded: step.step))
  }
}
