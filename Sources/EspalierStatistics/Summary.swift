/// What the trials of one setting say together: centre, spread, and how well the mean is known.
public struct Summary: Codable, Equatable, Sendable {
  /// Number of trials.
  public let count: Int
  /// Arithmetic mean, in the unit of the values.
  public let mean: Double
  /// Standard deviation with `n - 1`, in the unit of the values; `nil` for a single trial.
  public let standardDeviation: Double?
  /// Student's t interval of the mean; `nil` for a single trial.
  public let interval: ConfidenceInterval?
  /// The middle value, or the mean of the two middle ones.
  public let median: Double
  /// The smallest value.
  public let minimum: Double
  /// The largest value.
  public let maximum: Double

  /// Summarizes one number a trial.
  ///
  /// - Parameters:
  ///   - values: At least one finite number, all in one unit.
  ///   - level: Confidence level of the interval, strictly between 0 and 1.
  /// - Throws: ``SampleError`` when there is no value, one is not finite, or the level is outside (0, 1).
  public init(of values: [Double], level: Double = 0.95) throws(SampleError) {
    guard level > 0, level < 1 else { throw .level(level) }
    count = values.count
    mean = try EspalierStatistics.mean(of: values)
    if values.count >= 2 {
      standardDeviation = try EspalierStatistics.standardDeviation(of: values)
      interval = try ConfidenceInterval(ofMean: values, level: level)
    } else {
      standardDeviation = nil
      interval = nil
    }
    let ordered = values.sorted()
    let middle = ordered.count / 2
    median = ordered.count % 2 == 1 ? ordered[middle] : ordered[middle - 1] / 2 + ordered[middle] / 2
    minimum = ordered[0]
    maximum = ordered[ordered.count - 1]
  }
}
