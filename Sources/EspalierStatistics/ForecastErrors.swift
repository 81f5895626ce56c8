/// Running sums from which ``ForecastMetrics`` are made, so that forecasts need not all be kept.
///
/// The result depends on the order of the pairs only by rounding in double precision.
public struct ForecastErrors: Equatable, Sendable {
  /// Number of scored pairs.
  public private(set) var count = 0
  /// Number of pairs seen, scored or not.
  public private(set) var seen = 0
  /// Sum of absolute errors, in the target's unit.
  public private(set) var absolute = 0.0
  /// Sum of squared errors, in the target's unit squared.
  public private(set) var squared = 0.0
  /// Sum of symmetric percentage errors, each 0 to 200.
  public private(set) var symmetric = 0.0
  /// Sum of the truths' squared distances from their mean, in the target's unit squared.
  public private(set) var variation = 0.0
  private var center = 0.0

  /// Starts with nothing scored.
  public init() {}

  /// Scores one forecast.
  ///
  /// - Parameters:
  ///   - forecast: In the target's unit; must be finite when there is a truth.
  ///   - truth: In the target's unit; NaN marks a missing one, which is not scored.
  /// - Throws: ``MetricError/forecastNotFinite(position:)`` or ``MetricError/truthInfinite(position:)`` with the
  ///   position among the pairs seen; the sums are then unchanged.
  public mutating func add(forecast: Double, truth: Double) throws(MetricError) {
    let position = seen
    if truth.isInfinite { throw .truthInfinite(position: position) }
    if !truth.isNaN && !forecast.isFinite { throw .forecastNotFinite(position: position) }
    seen += 1
    if truth.isNaN { return }
    let error = abs(truth - forecast)
    count += 1
    absolute += error
    squared += error * error
    // Halved, so that the sum of two huge magnitudes does not overflow.
    let magnitude = abs(truth) / 2 + abs(forecast) / 2
    if magnitude > 0 { symmetric += 100 * error / magnitude }
    // Welford's update: exactly 0 for equal truths, and stable when the mean is far larger than the spread.
    let distance = truth - center
    center += distance / Double(count)
    variation += distance * (truth - center)
  }
}
