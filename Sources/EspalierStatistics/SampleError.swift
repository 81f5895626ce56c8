/// Why a sample could not be summarized.
public enum SampleError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The sample has too few values for what was asked.
  case tooFew(count: Int, needed: Int)
  /// A value is NaN or infinite.
  case notFinite(position: Int)
  /// Two samples that belong together pair by pair differ in number.
  case unequalCounts(first: Int, second: Int)
  /// Nothing varies in what a statistic is divided by.
  case noVariation
  /// A p value is not in 0...1.
  case pValue(Double, position: Int)
  /// There are more pairs than an exact null distribution is counted for.
  case tooManyForExact(count: Int, limit: Int)
  /// The number of resamples is out of range.
  case resamples(Int)
  /// A statistic is NaN or infinite on the sample or on a resample of it.
  case statisticNotFinite
  /// No resample, or every one, lies below the estimate, so that its bias can't be told.
  case oneSidedBootstrap
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
    case .unequalCounts(let first, let second):
      "Paired samples need the same number of values, not \(first) and \(second); leave out what has no partner."
    case .noVariation:
      "The sample does not vary, so that an effect can't be measured against its spread; add trials that differ."
    case .pValue(let value, let position):
      "The p value at position \(position) must lie in 0...1, not at \(value)."
    case .tooManyForExact(let count, let limit):
      "The exact null distribution is counted for up to \(limit) differences, not \(count); use the normal one."
    case .resamples(let count):
      "The number of resamples must be \(Resamples.range.lowerBound) to \(Resamples.range.upperBound), not \(count)."
    case .statisticNotFinite:
      "The statistic is not a finite number on some resample; use one that is defined for repeated values."
    case .oneSidedBootstrap:
      "All resamples lie on one side of the estimate; use the percentile interval, or add values."
    case .level(let level):
      "The confidence level must lie between 0 and 1, not at \(level); 0.95 is usual."
    }
  }
}
