import EspalierTensor

/// A pruning setting that cannot be carried out; prints as one sentence that says what to change.
public enum PruningError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A target that is not a number in 0...1.
  case sparsityOutOfRange(Double)
  /// A schedule that ends lower than it starts.
  case sparsityFalls(low: Double, high: Double)
  /// An exponential schedule that should leave nothing.
  case exponentialReachesOne
  /// A one-shot moment outside of the pruning phase.
  case momentOutOfRange(Double)
  /// A schedule's name that is not known.
  case unknownSchedule(String)
  /// A warm-up below 0.
  case negativeWarmup(Int)
  /// Less than one step between two updates.
  case intervalTooShort(Int)
  /// A minimum below 0.
  case negativeMinimum(Int)
  /// A dropout probability that is not in 0 ..< 1.
  case dropoutOutOfRange(Double)
  /// Less than one epoch, or less than one step in an epoch.
  case emptyTraining(epochs: Int, stepsPerEpoch: Int?)
  /// A pruning phase that is over before it begins.
  case endsBeforeWarmup(warmup: Int, end: Int, unit: PruningTiming.Unit)
  /// A pruning phase that is longer than the training.
  case endsAfterTraining(end: Int, length: Int, unit: PruningTiming.Unit)
  /// Timing in steps without knowing how many an epoch has.
  case stepsPerEpochUnknown
  /// The published experiments have no such model.
  case noPublishedSettings(model: String)
  /// No parameter is prunable.
  case nothingToPrune
  /// More weights to prune than the minimum of every tensor leaves.
  case tooFewWeights(wanted: Int, available: Int, minimumPerTensor: Int)
  /// Scores that do not fit their parameter.
  case scores(ShapeError)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .sparsityOutOfRange(let value): "The sparsity \(value) is not in 0...1; give a fraction such as 0.5."
    case .sparsityFalls(let low, let high):
      "Sparsity cannot fall from \(low) to \(high); give a final sparsity that is at least the first one."
    case .exponentialReachesOne:
      "An exponential schedule cannot prune everything; give a final sparsity below 1."
    case .momentOutOfRange(let value): "The one-shot moment \(value) is not in 0...1; give a fraction such as 1."
    case .unknownSchedule(let name):
      "There is no schedule '\(name)'; use one of \(SparsityScheduleKind.names.joined(separator: ", "))."
    case .negativeWarmup(let value): "The warm-up of \(value) is negative; give 0 or more."
    case .intervalTooShort(let value): "Masks cannot be updated every \(value) steps; give 1 or more."
    case .negativeMinimum(let value): "A tensor cannot keep at least \(value) weights; give 0 or more."
    case .dropoutOutOfRange(let value):
      "The dropout probability \(value) is not in 0 ..< 1; give a fraction such as 0.3."
    case .emptyTraining(let epochs, let steps):
      "A training of \(epochs) epochs\(steps.map { " of \($0) steps" } ?? "") has no room for pruning; give at least 1."
    case .endsBeforeWarmup(let warmup, let end, let unit):
      "Pruning ends at \(unit.noun) \(end), before its warm-up of \(warmup) is over; train longer or shorten the warm-up."
    case .endsAfterTraining(let end, let length, let unit):
      "Pruning ends at \(unit.noun) \(end) but training has only \(length); end it earlier or train longer."
    case .stepsPerEpochUnknown: "Timing in steps needs to know how many an epoch has; pass stepsPerEpoch."
    case .noPublishedSettings(let model):
      "The published experiments have no pruning settings for '\(model)'; choose the preset 'default'."
    case .nothingToPrune: "No parameter is prunable; pass parameters whose names contain 'weight'."
    case .tooFewWeights(let wanted, let available, let minimum):
      "\(wanted) more weights should be pruned but only \(available) may be when every tensor keeps \(minimum); "
        + "lower the sparsity or the minimum."
    case .scores(let error): error.description
    }
  }
}
