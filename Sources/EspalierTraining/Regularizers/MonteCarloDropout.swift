import EspalierData
import EspalierTensor

/// Dropout in evaluation too: forecasts are the mean of several stochastic passes, their spread an uncertainty.
///
/// - Source: Gal and Ghahramani, arXiv:1506.02142.
public final class MonteCarloDropout: Regularizer {
  /// The probability that a value is dropped.
  public let rate: Double
  private var seed: UInt64 = 0

  /// The passes of a `strict` evaluation; the published experiments make one.
  public static let strictPasses = 50

  /// Monte Carlo dropout with a rate in 0 ..< 1.
  public init(rate: Double) {
    self.rate = rate
  }

  /// Notes the run's seed.
  public func begin(_ plan: TrainingPlan) { seed = plan.seed }

  /// Drops with masks of this step.
  public func beforeForward(_ step: TrainingStep, on tape: Tape) {
    tape.dropout = DropoutPlan(rate: rate, seed: seed, pass: UInt32(truncatingIfNeeded: step.step))
  }

  /// 50 under `strict`, one under `paper`.
  public func passes(_ evaluation: Evaluation) -> Int { evaluation == .strict ? Self.strictPasses : 1 }

  /// True: that is the method.
  public var dropsInEvaluation: Bool { true }

  /// Drops with masks of this pass.
  public func beforeEvaluation(pass: UInt32, firstLane: Int, on tape: Tape) {
    // The upper half of the passes belongs to evaluation, so that training and evaluation never share masks.
    tape.dropout = DropoutPlan(rate: rate, seed: seed, pass: pass | 1 << 31, firstLane: firstLane)
  }
}
