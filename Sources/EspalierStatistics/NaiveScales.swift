/// What the scaled errors of a series are divided by, from its past alone.
public struct NaiveScales: Codable, Equatable, Sendable {
  /// The scale of MASE, in the target's unit and above 0; `nil` where it is 0 or unknown.
  ///
  /// - Source: Hyndman and Koehler 2006, doi:10.1016/j.ijforecast.2006.03.001.
  public let absolute: Double?
  /// The scale of RMSSE before its root is taken, in the target's unit squared and above 0; `nil` where it is 0 or unknown.
  ///
  /// The mean square of the last value's errors, from the first value that is not 0, when the series began to be sold.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2022, doi:10.1016/j.ijforecast.2021.11.013, equation 1.
  public let squared: Double?

  /// Takes the scales of a past.
  ///
  /// - Parameters:
  ///   - past: The target in time order and in its unit; NaN marks a missing value, and a difference with one is left out.
  ///   - season: Steps of the season of MASE, at least 1.
  /// - Throws: ``MetricError/season(_:)`` or ``MetricError/truthInfinite(position:)``.
  public init(of past: [Double], season: Int) throws(MetricError) {
    let scale = try naiveScale(of: past, season: season)
    absolute = scale.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    let sold = past.drop { $0 == 0 || $0.isNaN }
    let steps = zip(sold, sold.dropFirst()).map { $1 - $0 }.filter { !$0.isNaN }
    let squares = steps.reduce(0) { $0 + $1 * $1 } / Double(steps.count)
    squared = squares > 0 && squares.isFinite ? squares : nil
  }
}
