/// Why intervals or quantiles could not be made or scored.
public enum IntervalError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A coverage is not strictly between 0 and 1.
  case level(Double)
  /// A coverage is named twice.
  case levelRepeated(Double)
  /// Levels of quantiles don't ascend strictly within 0 and 1, or there are none.
  case levels([Double])
  /// What belongs together differs in number.
  case counts(name: String, count: Int, truths: Int)
  /// A number is NaN or infinite where that has no meaning.
  case notFinite(name: String, position: Int)
  /// No truth is present.
  case nothingToScore
  /// A count is below 1.
  case notPositive(name: String, value: Int)
  /// A step size is missing, negative or not finite.
  case stepSizes([Double])
  /// The first interval lies outside the residuals.
  case start(Int, count: Int)

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .level(let level): "The coverage of an interval is strictly between 0 and 1, not \(level); 0.95 is usual."
    case .levelRepeated(let level): "The coverage \(level) of intervals is named twice; name each coverage once."
    case .levels(let levels):
      "The levels of quantiles ascend strictly within 0 and 1, and \(levels) do not; sort them and name each once."
    case .counts(let name, let count, let truths):
      "There are \(count) \(name) for \(truths) truths; pass one for every truth."
    case .notFinite(let name, let position):
      "Number \(position) of the \(name) is not finite; correct it, or mark a missing truth by NaN."
    case .nothingToScore: "There is no truth to hold intervals against; use a part of the data with targets."
    case .notPositive(let name, let value): "The \(name) is \(value); choose a number of at least 1."
    case .stepSizes(let sizes):
      "Adaptive intervals need step sizes that are finite and at least 0, not \(sizes); 0.005 is usual."
    case .start(let start, let count):
      "Intervals can't begin at \(start) of \(count) residuals; begin at 0 or above, within them."
    }
  }
}
