internal import CEspalierMath

/// How large a difference is, without unit, beside the question whether it is there at all.
///
/// For paired ranks there is ``WilcoxonSignedRank/rankBiserial``, for blocks of methods ``FriedmanTest/kendallW``.
public enum EffectSize {
  /// Returns Cohen's d of two independent samples: the difference of means over the pooled standard deviation.
  ///
  /// - Parameters:
  ///   - first: At least two finite numbers.
  ///   - second: At least two finite numbers in the same unit.
  /// - Returns: Positive when the first mean is larger.
  /// - Throws: ``SampleError`` when values are too few or not finite, or neither sample varies.
  /// - Source: Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, section 2.5.
  public static func cohensD(_ first: [Double], _ second: [Double]) throws(SampleError) -> Double {
    // Each checked by itself, so that an error names the position in its sample.
    for sample in [first, second] {
      guard sample.count >= 2 else { throw .tooFew(count: sample.count, needed: 2) }
      _ = try mean(of: sample)
    }
    let scaled = UnitScale(first + second).values
    let (first, second) = (Array(scaled[..<first.count]), Array(scaled[first.count...]))
    let deviations = (try standardDeviation(of: first), try standardDeviation(of: second))
    let degrees = (Double(first.count - 1), Double(second.count - 1))
    let squares = degrees.0 * deviations.0 * deviations.0 + degrees.1 * deviations.1 * deviations.1
    let pooled = (squares / (degrees.0 + degrees.1)).squareRoot()
    guard pooled > rounding else { throw .noVariation }
    return (try mean(of: first) - mean(of: second)) / pooled
  }

  /// Returns Hedges' g of two independent samples: ``cohensD(_:_:)`` freed from its bias for normal values.
  ///
  /// The factor is the exact `gamma(m / 2) / (sqrt(m / 2) gamma((m - 1) / 2))` with `m` degrees of freedom.
  ///
  /// - Parameters:
  ///   - first: At least two finite numbers.
  ///   - second: At least two finite numbers in the same unit.
  /// - Returns: Positive when the first mean is larger, and nearer to 0 than d.
  /// - Throws: As ``cohensD(_:_:)``.
  /// - Source: Hedges, doi:10.3102/10769986006002107.
  public static func hedgesG(_ first: [Double], _ second: [Double]) throws(SampleError) -> Double {
    let half = Double(first.count + second.count - 2) / 2
    return try cohensD(first, second) * esp_gamma_ratio(half, half - 0.5) / half.squareRoot()
  }

  /// Returns Cohen's d of paired values: the mean difference over the differences' standard deviation.
  ///
  /// - Parameters:
  ///   - first: At least two finite numbers.
  ///   - second: As many, in the same order and unit.
  /// - Returns: Positive when the first values are larger on average.
  /// - Throws: ``SampleError`` when counts differ, values are too few, a value or difference is not finite, or the
  ///   differences are equal up to the rounding of the values.
  /// - Source: Cohen 1988, section 2.3.5, where it is called `d_z`.
  public static func pairedCohensD(_ first: [Double], _ second: [Double]) throws(SampleError) -> Double {
    _ = try pairedDifferences(first, second, needed: 2)
    let scaled = UnitScale(first + second).values
    let differences = zip(scaled[..<first.count], scaled[first.count...]).map { $0 - $1 }
    let deviation = try standardDeviation(of: differences)
    guard deviation > rounding else { throw .noVariation }
    return try mean(of: differences) / deviation
  }

  /// Returns Cliff's delta: how much likelier a first value is above a second than below it.
  ///
  /// - Parameters:
  ///   - first: At least one finite number.
  ///   - second: At least one finite number in the same unit; the counts may differ.
  /// - Returns: From -1, every first value is below every second, to 1; ties count for neither.
  /// - Throws: ``SampleError`` when a sample is empty or a value not finite.
  /// - Source: Cliff, doi:10.1037/0033-2909.114.3.494.
  public static func cliffsDelta(_ first: [Double], _ second: [Double]) throws(SampleError) -> Double {
    for sample in [first, second] { _ = try mean(of: sample) }
    let (ordered, others) = (first.sorted(), second.sorted())
    var (below, notAbove) = (0, 0)
    var balance = 0.0
    for value in ordered {
      while below < others.count, others[below] < value { below += 1 }
      while notAbove < others.count, others[notAbove] <= value { notAbove += 1 }
      balance += Double(below - (others.count - notAbove))
    }
    return balance / Double(first.count) / Double(second.count)
  }

  /// Returns Vargha and Delaney's A: the probability that a first value is above a second, ties counted half.
  ///
  /// - Parameters:
  ///   - first: At least one finite number.
  ///   - second: At least one finite number in the same unit; the counts may differ.
  /// - Returns: 0...1, with 0.5 when neither is likelier; `(delta + 1) / 2`, with delta from ``cliffsDelta(_:_:)``.
  /// - Throws: ``SampleError`` when a sample is empty or a value not finite.
  /// - Source: Vargha and Delaney, doi:10.3102/10769986025002101.
  public static func varghaDelaneyA(_ first: [Double], _ second: [Double]) throws(SampleError) -> Double {
    (try cliffsDelta(first, second) + 1) / 2
  }

  /// A deviation of numbers of magnitude 1 that is no more than their rounding.
  private static let rounding = 4 * Double.ulpOfOne
}
