import EspalierTensor

/// Prunes parameters while they train, for any training loop.
///
/// Made before the training, it is asked between the backward pass and the optimizer's step:
///
/// ```swift
/// tape.backward(from: loss)
/// try pruner.beforeOptimizerStep(epoch: epoch)
/// optimizer.step(parameters, learningRate: 1e-2)
/// ```
///
/// An optimizer from elsewhere is followed by ``afterOptimizerStep()``. A pruned weight stays 0. Steps without an update
/// cost next to nothing.
public struct Pruner {
  /// What a mask update did.
  public struct Update: Codable, Equatable, Sendable {
    /// The optimizer step that it preceded, counted from 1.
    public let step: Int
    /// The epoch, counted from 0.
    public let epoch: Int
    /// The sparsity that the schedule asked for.
    public let target: Double
    /// How many weights it pruned.
    public let pruned: Int
    /// The sparsity afterwards, in 0...1.
    public let sparsity: Double
  }

  /// The prunable parameters, in their order.
  public let parameters: [Parameter]
  /// What decides.
  public let configuration: PruningConfiguration
  /// The epoch or step (as the timing counts) at which the final sparsity is reached.
  public let end: Int
  /// Optimizer steps seen so far.
  public private(set) var steps = 0

  private let schedule: any SparsitySchedule
  private let importance: any ImportanceScore
  private let seed: UInt64
  private var isAtEnd = false

  /// A pruner for one training.
  ///
  /// - Parameters:
  ///   - parameters: What may be pruned; those that ``prunable(_:includingGains:)`` leaves out are ignored.
  ///   - configuration: What decides.
  ///   - epochs: The length of the training, at least 1.
  ///   - stepsPerEpoch: Optimizer steps in an epoch; needed when the timing counts steps.
  ///   - seed: The run's seed, for scores that draw numbers.
  ///   - importance: A score of your own in place of the configuration's.
  /// - Throws: ``PruningError`` when a setting is out of range, nothing is prunable, or the final sparsity would break
  ///   the minimum per tensor.
  public init(
    _ parameters: [Parameter], configuration: PruningConfiguration = .default, epochs: Int, stepsPerEpoch: Int? = nil,
    seed: UInt64 = 0, importance: (any ImportanceScore)? = nil
  ) throws(PruningError) {
    try configuration.validate()
    self.parameters = Self.prunable(parameters, includingGains: configuration.prunesGains)
    self.configuration = configuration
    self.seed = seed
    schedule = configuration.schedule.schedule
    self.importance = importance ?? configuration.importance.score
    end = try configuration.timing.resolvedEnd(epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    guard self.parameters.contains(where: { $0.count > 0 }) else { throw .nothingToPrune }
    try checkMinimum()
  }

  /// The parameters that pruning may touch: those whose name contains `weight`; biases and positions never.
  ///
  /// - Parameters:
  ///   - parameters: Candidates, in the order that breaks ties.
  ///   - includingGains: Whether the gains of normalizations belong to them, as in the published runs.
  /// - Returns: The prunable ones, in the same order.
  public static func prunable(_ parameters: [Parameter], includingGains: Bool) -> [Parameter] {
    parameters.filter { $0.name.contains("weight") && (includingGains || $0.role != .gain) }
  }

  /// Counts a step and updates the masks when that is due; called after the backward pass.
  ///
  /// - Parameter epoch: The epoch that the step belongs to, counted from 0.
  /// - Returns: What was done; nil when no update was due.
  /// - Throws: ``PruningError`` when the exact rule cannot be carried out on masks that came from elsewhere, or scores
  ///   don't fit.
  @discardableResult
  public mutating func beforeOptimizerStep(epoch: Int) throws(PruningError) -> Update? {
    let isDue = isUpdateDue(epoch: epoch)
    steps += 1
    guard isDue else { return nil }
    let position = position(epoch: epoch)
    let target = schedule.sparsity(at: configuration.timing.progress(at: position, end: end))
    let pruned = try update(to: target)
    isAtEnd = position >= end
    return Update(step: steps, epoch: epoch, target: target, pruned: pruned, sparsity: sparsity)
  }

  /// Sets pruned weights to 0 again where something other than this package's optimizers has written to them.
  public func afterOptimizerStep() {
    for parameter in parameters { parameter.applyMask() }
  }

  /// Prunes to a target now, whatever the schedule says.
  ///
  /// - Parameter target: The fraction of prunable weights that should be 0.
  /// - Returns: How many weights were pruned; 0 when at least as many are pruned already.
  /// - Throws: ``PruningError`` when the target is out of range or the exact rule cannot be carried out.
  @discardableResult
  public func update(to target: Double) throws(PruningError) -> Int {
    guard target.isFinite, configuration.rule == .published || (0...1).contains(target) else {
      throw .sparsityOutOfRange(target)
    }
    if target <= 0 { return 0 }
    if configuration.scope == .global {
      let total = parameters.reduce(0) { $0 + $1.count }
      let active = parameters.reduce(0) { $0 + $1.activeCount }
      if configuration.rule.isReached(target, total: total, active: active) { return 0 }
    }
    var weights: [RankedWeights] = []
    for (index, parameter) in parameters.enumerated() {
      let context = ImportanceContext(seed: seed, step: steps, index: index)
      do { weights.append(try importance.rank(parameter, in: context)) } catch { throw .scores(error) }
    }
    var pruned = 0
    for group in configuration.scope.groups(of: weights) {
      pruned += try configuration.rule.prune(
        group, to: target, minimumPerTensor: configuration.minimumPerTensor,
        isCapped: configuration.scope == .perTensor)
    }
    return pruned
  }

  /// The sparsity that the schedule asks for in an epoch.
  ///
  /// - Parameter epoch: The epoch, counted from 0; when the timing counts steps, the last step seen decides instead.
  /// - Returns: A fraction without unit; 0 during the warm-up.
  public func target(epoch: Int) -> Double {
    let position = position(epoch: epoch)
    if position < configuration.timing.warmup { return 0 }
    return schedule.sparsity(at: configuration.timing.progress(at: position, end: end))
  }

  /// The fraction of prunable weights that are pruned, in 0...1.
  public var sparsity: Double {
    let total = parameters.reduce(0) { $0 + $1.count }
    let active = parameters.reduce(0) { $0 + $1.activeCount }
    return Double(total - active) / Double(total)
  }

  /// How sparse every prunable parameter is now.
  public var report: SparsityReport { SparsityReport(parameters) }

  /// Continues a training that was interrupted.
  ///
  /// Masks belong to the parameters: see ``Parameter/loadMask(_:)``.
  ///
  /// - Parameters:
  ///   - steps: Optimizer steps seen before the interruption, at least 0.
  ///   - update: The last mask update before it; without one, a pruner that is past the end looks at the weights once more.
  public mutating func resume(afterSteps steps: Int, lastUpdate update: Update? = nil) {
    self.steps = max(0, steps)
    isAtEnd = update.map { (configuration.timing.unit == .epochs ? $0.epoch : $0.step - 1) >= end } ?? false
  }

  private func position(epoch: Int) -> Int {
    configuration.timing.unit == .epochs ? epoch : max(0, steps - 1)
  }

  /// Whether the next step, of this epoch, is one that updates the masks.
  ///
  /// - Parameter epoch: The epoch, counted from 0.
  /// - Returns: Whether ``beforeOptimizerStep(epoch:)`` will look at the weights.
  public func isUpdateDue(epoch: Int) -> Bool {
    let timing = configuration.timing
    let position = timing.unit == .epochs ? epoch : steps
    guard position >= timing.warmup else { return false }
    if (steps + 1) % timing.every == 0 { return true }
    return timing.formula == .corrected && position >= end && !isAtEnd
  }

  /// Finds out before the training whether the final sparsity leaves every tensor its minimum.
  private func checkMinimum() throws(PruningError) {
    guard configuration.rule == .exact, configuration.scope == .global else { return }
    let total = parameters.reduce(0) { $0 + $1.count }
    let wanted = Int((configuration.schedule.finalSparsity * Double(total)).rounded(.toNearestOrAwayFromZero))
    let available = parameters.reduce(0) { $0 + max(0, $1.count - configuration.minimumPerTensor) }
    guard wanted <= available else {
      throw .tooFewWeights(wanted: wanted, available: available, minimumPerTensor: configuration.minimumPerTensor)
    }
  }
}
