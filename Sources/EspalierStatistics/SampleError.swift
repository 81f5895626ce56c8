/// Why a sample could not be summarized.
public enum SampleError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The sample has too few values for what was asked.
  case tooFew(count: Int, needed: Int)
  /// A value is NaN or infinite.
  case notFinite(position: Int)
  /// A confidence level is not strictly between 0 and 1.
  case level(Double)

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .tooFew(let count, let needed):
      "\(needed) \(needed == 1 ? "value is" : "values are") needed here but there \(count == 1 ? "is" : "are") \(count); "
        + "add trials."
    case .notFinite(let position):
      "Value \(position) of the sample is not a finite number; leave failed trials out."
    case .level(let level):
      "The confidence level must lie between 0 and 1, not at \(level); 0.95 is usual."
    }
  }
}
