import EspalierData
import EspalierNN
import EspalierTensor

/// Where a training stands.
public struct TrainingStep: Equatable, Sendable {
  /// The epoch, counted from 0.
  public let epoch: Int
  /// The optimizer step since the start of training, counted from 0.
  public let step: Int
}

/// What a training is, as far as a regularizer needs to know.
public struct TrainingPlan {
  /// The model that is trained.
  public let model: any ForecastModel
  /// Epochs at most.
  public let epochs: Int
  /// Optimizer steps in an epoch.
  public let stepsPerEpoch: Int
  /// The run's seed.
  public let seed: UInt64
}

/// Something that acts on a training to make its forecasts better: hooks into every step, and into evaluation.
///
/// A regularizer serves one training. A new one is one file with a type that conforms, and one line in
/// ``RegularizerConfiguration/makeRegularizer()``.
public protocol Regularizer: AnyObject {
  /// Called once before the first step.
  func begin(_ plan: TrainingPlan) throws
  /// Called before the forward pass: sets the tape's dropout.
  func beforeForward(_ step: TrainingStep, on tape: Tape)
  /// Called after the backward pass and before the optimizer's step.
  func afterBackward(_ step: TrainingStep) throws
  /// Called after the optimizer's step.
  func afterOptimizerStep(_ step: TrainingStep)
  /// How many forward passes make one forecast, at least 1; their mean is the forecast.
  func passes(_ evaluation: Evaluation) -> Int
  /// Whether forward passes of an evaluation drop values, so that forecasts need the model's own forward pass.
  var dropsInEvaluation: Bool { get }
  /// Called before a forward pass of an evaluation: sets the tape's dropout. `pass` is unique within the run.
  func beforeEvaluation(pass: UInt32, firstLane: Int, on tape: Tape)
  /// The first epoch whose weights may be kept: before it the regularizer has not done its work.
  var firstFinishedEpoch: Int { get }
  /// What a checkpoint has to keep beside weights, masks and the number of steps, as text; nil for nothing.
  func checkpointState() throws -> String?
  /// Goes on after an interruption: called once, after ``begin(_:)``, when weights and masks are back.
  ///
  /// - Parameters:
  ///   - steps: Optimizer steps that were taken before.
  ///   - state: What ``checkpointState()`` gave.
  /// - Throws: An error when the state can't be read.
  func resume(afterSteps steps: Int, from state: String?) throws
}

extension Regularizer {
  /// Does nothing.
  public func begin(_ plan: TrainingPlan) throws {}
  /// Drops nothing.
  public func beforeForward(_ step: TrainingStep, on tape: Tape) { tape.dropout = nil }
  /// Does nothing.
  public func afterBackward(_ step: TrainingStep) throws {}
  /// Does nothing.
  public func afterOptimizerStep(_ step: TrainingStep) {}
  /// One pass.
  public func passes(_ evaluation: Evaluation) -> Int { 1 }
  /// False.
  public var dropsInEvaluation: Bool { false }
  /// Drops nothing.
  public func beforeEvaluation(pass: UInt32, firstLane: Int, on tape: Tape) { tape.dropout = nil }
  /// The first one.
  public var firstFinishedEpoch: Int { 0 }
  /// Nothing.
  public func checkpointState() throws -> String? { nil }
  /// Does nothing: what is drawn depends on the number of the step alone.
  public func resume(afterSteps steps: Int, from state: String?) throws {}
}
