/// Returns the scale of MASE: the mean absolute error of the seasonal-naive forecast on the training rows.
///
/// - Parameters:
///   - series: The target on the training rows in time order, in its unit; NaN marks a missing value, and a
///     difference with one is left out.
///   - season: Steps after which the series repeats, at least 1; 1 means the last value.
/// - Returns: The scale in the target's unit, 0 for a series that repeats exactly, or `nil` when no two present values
///   are a season apart.
/// - Throws: ``MetricError/season(_:)`` or ``MetricError/truthInfinite(position:)``.
public func naiveScale(of series: [Double], season: Int) throws(MetricError) -> Double? {
  guard season >= 1 else { throw .season(season) }
  if let position = series.firstIndex(where: \.isInfinite) { throw .truthInfinite(position: position) }
  var sum = 0.0
  var count = 0
  for index in series.indices.dropFirst(season) {
    let difference = abs(series[index] - series[index - season])
    if difference.isNaN { continue }
    sum += difference
    count += 1
  }
  return count > 0 ? sum / Double(count) : nil
}
