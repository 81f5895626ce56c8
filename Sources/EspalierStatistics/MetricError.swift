/// Why forecasts could not be scored.
public enum MetricError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Forecasts and truths differ in number.
  case counts(forecasts: Int, truths: Int)
  /// A forecast is NaN or infinite where there is a truth to hold it against.
  case forecastNotFinite(position: Int)
  /// The quantile at a level is NaN or infinite where the point forecast is not.
  case quantileNotFinite(level: Double)
  /// A truth is infinite; a missing one would be NaN.
  case truthInfinite(position: Int)
  /// No truth is present.
  case nothingToScore
  /// The scale of MASE is negative, infinite or NaN.
  case scale(Double)
  /// A season is below 1.
  case season(Int)

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .counts(let forecasts, let truths):
      "There are \(forecasts) forecasts for \(truths) truths; pass one forecast for every window and horizon step."
    case .forecastNotFinite(let position):
      "Forecast \(position) is not a finite number; the model has diverged, so lower its learning rate."
    case .quantileNotFinite(let level):
      "The quantile at the level \(level) is not a finite number; ask for levels that are nearer to 0.5."
    case .truthInfinite(let position):
      "The truth at position \(position) is infinite; mark it as missing or correct the data."
    case .nothingToScore:
      "There is no truth to score the forecasts against; use a part of the data with targets."
    case .scale(let scale):
      "The scale of MASE must be a finite number of at least 0, not \(scale)."
    case .season(let season):
      "The season must be at least 1 step, not \(season)."
    }
  }
}
