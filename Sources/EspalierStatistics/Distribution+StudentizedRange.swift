internal import CEspalierMath
import Foundation

/// The studentized range: the range of `groups` standard normal variables, over an independent estimate of their
/// deviation.
///
/// Boost.Math has no such distribution, so it is integrated here, tail first: the tail keeps its relative accuracy
/// however small it is. Checked against SciPy, against mpmath and against published tables in the tests.
///
/// - Source: Lund and Lund, Algorithm AS 190, doi:10.2307/2347300, for the integrals; the quadrature is our own.
extension Distribution {
  /// Returns the probability that a studentized range is above `value`.
  ///
  /// - Parameters:
  ///   - value: A finite number of at least 0.
  ///   - groups: Variables whose range is taken, at least 2.
  ///   - degrees: Degrees of freedom of the deviation's estimate, at least 1; infinite when the deviation is known.
  /// - Returns: A probability in 0...1, or `nil` when an argument is outside its domain.
  public static func studentizedRangeTail(of value: Double, groups: Int, degrees: Double = .infinity) -> Double? {
    guard value >= 0, value.isFinite, groups >= 2, degrees >= 1 else { return nil }
    let range = NormalRange(groups: Double(groups))
    // Above this the deviation is known to 12 digits, and so is the tail.
    let tail = degrees < 1e12 ? studentized(range, above: value, degrees: degrees) : range.tail(of: value)
    return number(min(1, max(0, tail)))
  }

  /// Returns the value that a studentized range exceeds with a given probability.
  ///
  /// - Parameters:
  ///   - tail: Without unit, strictly between 0 and 1; 0.05 gives the usual critical value.
  ///   - groups: Variables whose range is taken, at least 2.
  ///   - degrees: Degrees of freedom of the deviation's estimate, at least 1; infinite when the deviation is known.
  /// - Returns: The critical value, or `nil` when an argument is outside its domain or the value is above 1e9.
  public static func studentizedRangeCriticalValue(
    tail: Double, groups: Int, degrees: Double = .infinity
  ) -> Double? {
    guard tail > 0, tail < 1, groups >= 2, degrees >= 1 else { return nil }
    // In logarithms the function is smooth over all magnitudes of tails; it falls from -log(tail) > 0 at 0.
    let target = log(tail)
    func excess(_ value: Double) -> Double {
      let logarithm = log(studentizedRangeTail(of: value, groups: groups, degrees: degrees) ?? 0)
      return max(logarithm, -1e4) - target
    }
    var upper = 4.0
    while excess(upper) > 0 {
      upper *= 2
      if upper > 1e9 { return nil }
    }
    return root(of: excess, lower: upper > 4 ? upper / 2 : 0, upper: upper)
  }

  /// The tail when the deviation is estimated: the normal range's tail at `value * s`, averaged over the estimate `s`.
  ///
  /// The variable of integration is `ln s`. There the integrand is log-concave and decays fast on both sides, so that
  /// the plain trapezoidal rule converges exponentially (Trefethen and Weideman, doi:10.1137/130932132).
  private static func studentized(_ range: NormalRange, above value: Double, degrees: Double) -> Double {
    let step = min(0.125, 0.5 / (2 * degrees).squareRoot())
    // Beyond this the chi density is below exp(-42) of its peak.
    var logarithm = log(1 + (84 / degrees).squareRoot())
    var sum = 0.0
    var previous = 0.0
    while true {
      let deviation = exp(logarithm)
      let square = degrees * deviation * deviation
      // The density of s, times s for the change to ln s.
      let density = 2 * square * esp_chi_squared_density(square, degrees)
      let term = density.isNaN ? 0 : density * range.tail(of: value * deviation)
      sum += term
      // Terms rise and then fall; on the way down what is left is a geometric series.
      let negligible = term < previous && term < 1e-18 * sum
      // The bound ends the loop where everything underflows.
      if negligible || logarithm < -700 { return sum * step }
      previous = term
      logarithm -= step
    }
  }

  /// Ridders' method on a bracket whose ends have opposite signs.
  ///
  /// - Source: Ridders, doi:10.1109/TCS.1979.1084580.
  private static func root(of function: (Double) -> Double, lower: Double, upper: Double) -> Double {
    var (lower, upper) = (lower, upper)
    var (atLower, atUpper) = (function(lower), function(upper))
    var best = upper
    for _ in 0..<100 where atUpper != 0 {
      let middle = lower + (upper - lower) / 2
      let atMiddle = function(middle)
      if atMiddle == 0 { return middle }
      let root = (atMiddle * atMiddle - atLower * atUpper).squareRoot()
      let next = middle + (middle - lower) * (atLower >= atUpper ? 1 : -1) * atMiddle / root
      let atNext = function(next)
      if atNext == 0 || abs(next - best) <= 1e-15 * abs(next) { return next }
      best = next
      if (atMiddle < 0) != (atNext < 0) {
        (lower, atLower, upper, atUpper) =
          middle < next ? (middle, atMiddle, next, atNext) : (next, atNext, middle, atMiddle)
      } else if (atLower < 0) != (atNext < 0) {
        (upper, atUpper) = (next, atNext)
      } else {
        (lower, atLower) = (next, atNext)
      }
    }
    return best
  }
}
