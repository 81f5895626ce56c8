/// When masks are updated, and how far the pruning phase has come.
///
/// An update is due on every step whose number (counted from 1 over the whole training) is a multiple of `every`, once
/// the warm-up is over. Progress is `clamp((position - warmup) / (end - warmup))`, where the position is the epoch or
/// the step, both counted from 0.
public struct PruningTiming: Codable, Equatable, Sendable {
  /// What `warmup` and `end` count.
  public enum Unit: String, Codable, Sendable, CaseIterable {
    /// Passes over the training data.
    case epochs
    /// Optimizer steps.
    case steps

    var noun: String { self == .epochs ? "epoch" : "step" }
  }

  /// Where the pruning phase ends by default.
  public enum Formula: String, Codable, Sendable, CaseIterable {
    /// With the training, so that the last epoch still falls short of the final sparsity.
    case published
    /// At three quarters of the training, rounded down, with an update on its first step there whatever `every` is:
    /// the final sparsity is reached, and from then on every epoch is one of the final network.
    case corrected
  }

  /// What `warmup` and `end` count.
  public var unit: Unit
  /// Where the pruning phase begins: the number of epochs or steps without pruning, at least 0.
  public var warmup: Int
  /// Where it ends, in the same unit; nil for what `formula` says.
  public var end: Int?
  /// Optimizer steps between two updates, at least 1.
  public var every: Int
  /// Where the phase ends by default.
  public var formula: Formula

  /// A timing; the defaults are those of the corrected rule.
  public init(
    unit: Unit = .epochs, warmup: Int = 2, end: Int? = nil, every: Int = 20, formula: Formula = .corrected
  ) {
    self.unit = unit
    self.warmup = warmup
    self.end = end
    self.every = every
    self.formula = formula
  }

  /// Reads a timing; what is missing has the default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let base = PruningTiming()
    unit = try container.decodeIfPresent(Unit.self, forKey: .unit) ?? base.unit
    warmup = try container.decodeIfPresent(Int.self, forKey: .warmup) ?? base.warmup
    end = try container.decodeIfPresent(Int.self, forKey: .end)
    every = try container.decodeIfPresent(Int.self, forKey: .every) ?? base.every
    formula = try container.decodeIfPresent(Formula.self, forKey: .formula) ?? base.formula
  }

  /// Where the pruning phase ends, in `unit`.
  ///
  /// - Parameters:
  ///   - epochs: The length of the training, at least 1.
  ///   - stepsPerEpoch: Optimizer steps in an epoch; needed when the unit is steps.
  /// - Returns: An epoch or a step, counted from 0.
  /// - Throws: ``PruningError`` when the training is too short for the warm-up or the end. The published formula has
  ///   no such limit: a training that is over before its warm-up is not pruned.
  public func resolvedEnd(epochs: Int, stepsPerEpoch: Int?) throws(PruningError) -> Int {
    guard epochs >= 1, (stepsPerEpoch ?? 1) >= 1 else {
      throw .emptyTraining(epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    }
    var length = epochs
    if unit == .steps {
      guard let stepsPerEpoch else { throw .stepsPerEpochUnknown }
      let (steps, overflow) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
      length = overflow ? .max : steps
    }
    if formula == .published { return end ?? length }
    let end = end ?? length / 4 * 3 + length % 4 * 3 / 4
    guard warmup <= end else { throw .endsBeforeWarmup(warmup: warmup, end: end, unit: unit) }
    guard end < length else { throw .endsAfterTraining(end: end, length: length, unit: unit) }
    return end
  }

  /// Progress of the pruning phase.
  ///
  /// - Parameters:
  ///   - position: The epoch or the step, counted from 0.
  ///   - end: What ``resolvedEnd(epochs:stepsPerEpoch:)`` returned.
  /// - Returns: A fraction in 0...1; 1 from `end` on, even when the phase has no length.
  public func progress(at position: Int, end: Int) -> Double {
    if position >= end { return 1 }
    return max(0, Double(position - warmup) / Double(end - warmup))
  }

  /// Checks the numbers that don't depend on the training.
  ///
  /// - Throws: ``PruningError`` that names the first number out of range.
  public func validate() throws(PruningError) {
    guard warmup >= 0 else { throw .negativeWarmup(warmup) }
    guard every >= 1 else { throw .intervalTooShort(every) }
    if let end, end < warmup { throw .endsBeforeWarmup(warmup: warmup, end: end, unit: unit) }
  }
}
