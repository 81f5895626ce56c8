import EspalierPruning

/// Why a search can't be done.
public enum TuneError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting has no values.
  case nothingToChoose(String)
  /// A final sparsity is not in 0 ..< 1.
  case sparsity(Double)
  /// There is no schedule of that name.
  case schedule(String)
  /// The values have too many combinations.
  case tooManyCombinations
  /// A number must be larger.
  case tooSmall(name: String, value: Int, least: Int)
  /// The first rung has more epochs than the last one.
  case firstEpochs(Int, epochs: Int)
  /// Trainings of a study have no such setting.
  case notSearched(setting: String)
  /// Losses of different look-backs can't be compared under the loss of that name.
  case lookbacksNotComparable(loss: String)
  /// All trainings of a rung have failed.
  case allFailed(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .nothingToChoose(let name): "The search has no \(name) to choose from: give at least one."
    case .sparsity(let value): "A final sparsity of \(value) can't be searched: give shares from 0 to below 1."
    case .schedule(let name):
      "There is no schedule \"\(name)\": choose from \(SparsityScheduleKind.names.joined(separator: ", "))."
    case .tooManyCombinations:
      "The search has more than \(TuneSpace.mostCombinations) combinations: give fewer values of some settings."
    case .tooSmall(let name, let value, let least): "The \(name) is \(value): give at least \(least)."
    case .firstEpochs(let first, let epochs):
      "The first rung has \(first) epochs and a whole training \(epochs): give at most as many."
    case .notSearched(let setting): "A search can't set the task's \(setting): leave it out."
    case .lookbacksNotComparable(let loss):
      "The loss \(loss) of windows that are divided by their own deviation can't be compared between look-backs, nor with "
        + "others: search one look-back, or choose another loss or window normalization."
    case .allFailed(let reason): "All trainings of a rung have failed, the first because: \(reason)"
    }
  }
}
