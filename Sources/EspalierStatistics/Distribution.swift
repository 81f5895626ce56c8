internal import CEspalierMath

/// Distribution functions that intervals and tests need; each returns `nil` outside its domain.
///
/// - Source: Boost.Math; relative error near 1e-14, checked against SciPy in the tests.
public enum Distribution {
  /// Returns the probability that a standard normal variable is at most `value`.
  ///
  /// - Parameter value: Any finite number.
  /// - Returns: A probability in 0...1, or `nil` when the value is not finite.
  public static func normalProbability(of value: Double) -> Double? {
    number(esp_normal_cdf(value))
  }

  /// Returns the value below which a standard normal variable falls with a given probability.
  ///
  /// - Parameter probability: Without unit, strictly between 0 and 1.
  /// - Returns: The quantile, or `nil` when the probability is outside (0, 1) or not a number.
  public static func normalQuantile(_ probability: Double) -> Double? {
    number(esp_normal_quantile(probability))
  }

  /// Returns the probability that a Student t variable is at most `value`.
  ///
  /// - Parameters:
  ///   - value: Any finite number.
  ///   - degrees: Degrees of freedom, above 0; need not be whole.
  /// - Returns: A probability in 0...1, or `nil` when an argument is outside its domain.
  public static func studentTProbability(of value: Double, degrees: Double) -> Double? {
    number(esp_student_t_cdf(value, degrees))
  }

  /// Returns the value below which a Student t variable falls with a given probability.
  ///
  /// - Parameters:
  ///   - probability: Without unit, strictly between 0 and 1.
  ///   - degrees: Degrees of freedom, above 0; need not be whole.
  /// - Returns: The quantile, or `nil` when an argument is outside its domain or the quantile is not finite in a
  ///   double.
  public static func studentTQuantile(_ probability: Double, degrees: Double) -> Double? {
    number(esp_student_t_quantile(probability, degrees))
  }

  /// Returns the probability that a chi-squared variable is above `value`.
  ///
  /// - Parameters:
  ///   - value: A finite number of at least 0.
  ///   - degrees: Degrees of freedom, above 0; need not be whole.
  /// - Returns: A probability in 0...1, or `nil` when an argument is outside its domain.
  public static func chiSquaredTail(of value: Double, degrees: Double) -> Double? {
    number(esp_chi_squared_tail(value, degrees))
  }

  /// Returns the probability that an F variable is above `value`.
  ///
  /// - Parameters:
  ///   - value: A finite number of at least 0.
  ///   - numerator: Degrees of freedom of the numerator, above 0; need not be whole.
  ///   - denominator: Degrees of freedom of the denominator, above 0; need not be whole.
  /// - Returns: A probability in 0...1, or `nil` when an argument is outside its domain.
  public static func fTail(of value: Double, numerator: Double, denominator: Double) -> Double? {
    number(esp_f_tail(value, numerator, denominator))
  }

  static func number(_ value: Double) -> Double? {
    value.isNaN ? nil : value
  }
}
