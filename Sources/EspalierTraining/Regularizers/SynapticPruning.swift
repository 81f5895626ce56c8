import EspalierNN
import EspalierPruning
import EspalierTensor

/// Prunes weak connections for good while the model trains, in place of dropout.
///
/// - Source: arXiv:2508.09330.
public final class SynapticPruning: Regularizer {
  /// What decides.
  public let configuration: PruningConfiguration
  /// The mask updates so far.
  public private(set) var updates: [Pruner.Update] = []
  /// Seconds of processor time spent on mask updates.
  public private(set) var seconds = 0.0
  private var pruner: Pruner?
  private var seed: UInt64 = 0
  private var epochs = 1

  /// Pruning with a configuration.
  public init(_ configuration: PruningConfiguration) {
    self.configuration = configuration
  }

  /// Takes hold of the model's prunable parameters.
  ///
  /// - Throws: `PruningError` when the configuration does not fit the training.
  public func begin(_ plan: TrainingPlan) throws {
    seed = plan.seed
    epochs = plan.epochs
    let pruner = try Pruner(
      plan.model.prunableParameters, configuration: configuration, epochs: plan.epochs,
      stepsPerEpoch: plan.stepsPerEpoch, seed: plan.seed)
    firstFinishedEpoch = min(
      plan.epochs - 1, configuration.timing.unit == .epochs ? pruner.end : pruner.end / plan.stepsPerEpoch)
    self.pruner = pruner
  }

  /// Drops where the configuration keeps dropout beside pruning.
  public func beforeForward(_ step: TrainingStep, on tape: Tape) {
    tape.dropout =
      configuration.dropout > 0
      ? DropoutPlan(rate: configuration.dropout, seed: seed, pass: UInt32(truncatingIfNeeded: step.step)) : nil
  }

  /// Updates the masks when that is due.
  ///
  /// The optimizer's own step keeps pruned weights at 0.
  public func afterBackward(_ step: TrainingStep) throws {
    guard pruner?.isUpdateDue(epoch: step.epoch) == true else {
      // Only counts the step. Reading the clock would cost more.
      _ = try pruner?.beforeOptimizerStep(epoch: step.epoch)
      return
    }
    let begin = Platform.threadSeconds
    if let update = try pruner?.beforeOptimizerStep(epoch: step.epoch) { updates.append(update) }
    seconds += Platform.threadSeconds - begin
  }

  /// The epoch in which the final sparsity is reached.
  public private(set) var firstFinishedEpoch = 0

  /// The mask updates so far and what they cost; the pruner's own state follows from them.
  private struct State: Codable {
    let updates: [Pruner.Update]
    let seconds: Double
  }

  /// The mask updates so far, as JSON.
  public func checkpointState() throws -> String? {
    try JSONText.encode(State(updates: updates, seconds: seconds))
  }

  /// Takes up the schedule where it was.
  ///
  /// - Throws: ``CheckpointError/badState(_:)`` when the updates can't be read.
  public func resume(afterSteps steps: Int, from state: String?) throws {
    guard let state = state.flatMap({ JSONText.decode(State.self, from: $0) }) else {
      throw CheckpointError.badState("mask updates")
    }
    updates = state.updates
    seconds = state.seconds
    pruner?.resume(afterSteps: steps, lastUpdate: updates.last)
  }
}
