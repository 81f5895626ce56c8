/// An interval that covers the true mean in a stated share of repetitions.
public struct ConfidenceInterval: Codable, Equatable, Sendable {
  /// The lower end, in the unit of the values.
  public let lower: Double
  /// The upper end, in the unit of the values.
  public let upper: Double
  /// The share of repetitions in which such an interval covers the mean, strictly between 0 and 1.
  public let level: Double

  /// Makes an interval from its two ends, in either order.
  ///
  /// - Parameters:
  ///   - lower: One end, in the unit of the values.
  ///   - upper: The other end.
  ///   - level: Strictly between 0 and 1.
  public init(lower: Double, upper: Double, level: Double) {
    self.lower = min(lower, upper)
    self.upper = max(lower, upper)
    self.level = level
  }

  /// Student's t interval of the mean of independent values.
  ///
  /// The ends are `mean ± t * sd / sqrt(n)`, with `t` the two-sided quantile for `n - 1` degrees of freedom. Equal
  /// values give an interval of width 0.
  ///
  /// - Parameters:
  ///   - values: At least two finite numbers, one a trial.
  ///   - level: Strictly between 0 and 1.
  /// - Throws: ``SampleError`` when there are fewer values, one is not finite, or the level is outside (0, 1).
  public init(ofMean values: [Double], level: Double = 0.95) throws(SampleError) {
    guard level > 0, level < 1 else { throw .level(level) }
    let center = try mean(of: values)
    let deviation = try standardDeviation(of: values)
    let count = Double(values.count)
    guard let quantile = Distribution.studentTQuantile(0.5 + level / 2, degrees: count - 1) else {
      throw .level(level)
    }
    let half = quantile * deviation / count.squareRoot()
    self.init(lower: center - half, upper: center + half, level: level)
  }

  /// Whether two intervals share at least one point.
  public func overlaps(_ other: ConfidenceInterval) -> Bool {
    lower <= other.upper && other.lower <= upper
  }
}
