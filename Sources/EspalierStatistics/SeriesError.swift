/// Why a series could not be forecast naively or scored.
public enum SeriesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A season or horizon is below 1.
  case notPositive(name: String, value: Int)
  /// A series has too few values for what was asked.
  case tooShort(count: Int, needed: Int)
  /// A value is NaN or infinite where none may be missing.
  case notFinite(name: String, position: Int)
  /// A series' forecasts and truths differ in number.
  case counts(series: String, forecasts: Int, truths: Int)
  /// No series has a truth.
  case nothingToScore
  /// Weights are negative, not finite, all 0, or not one a series.
  case weights(String)

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .notPositive(let name, let value): "The \(name) is \(value); choose at least 1 step."
    case .tooShort(let count, let needed):
      "The series has \(count) values and \(needed) are needed; give more of its past."
    case .notFinite(let name, let position):
      "Value \(position) of the \(name) is not a finite number; fill gaps first."
    case .counts(let series, let forecasts, let truths):
      "Series '\(series)' has \(forecasts) forecasts for \(truths) truths; pass one for every step of the horizon."
    case .nothingToScore: "No series has a truth to score forecasts against; use a part of the data with targets."
    case .weights(let reason): "The weights of the series \(reason); give one number of at least 0 a series."
    }
  }
}
