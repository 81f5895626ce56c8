internal import CEspalierMath
import Foundation

/// The range (largest minus smallest) of independent standard normal variables.
struct NormalRange {
  /// Number of variables, at least 2.
  let groups: Double

  /// The probability that the range is above `value`, at least 0, to nearly full relative accuracy.
  ///
  /// With `z` the largest of `k` variables, `a = Phi(z)` and `b = Phi(z - value)`, the range stays within `value` with
  /// probability `k * integral phi(z) (a - b)^(k - 1) dz`. Taken from the same integral with `b = 0`, which is 1, this
  /// leaves the tail without cancellation: `k * integral phi(z) a^(k - 1) (1 - (1 - b / a)^(k - 1)) dz`.
  func tail(of value: Double) -> Double {
    // At 60 even the tail of a billion variables is below the smallest double.
    if value >= 60 { return 0 }
    let lower = -9.0
    // The integrand of a far tail peaks near half the value.
    let upper = max(9, value / 2 + 9)
    return GaussLegendre.integral(from: lower, to: upper, panels: Int((upper - lower).rounded(.up))) { z in
      let within = esp_normal_cdf(z)
      let below = esp_normal_cdf(z - value)
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let allWithin = exp((groups - 1) * log(within))
      return -groups * density * allWithin * expm1((groups - 1) * log1p(-below / within))
    }
  }
}

/// Composite Gauss-Legendre quadrature with 16 nodes a panel.
enum GaussLegendre {
  private static let order = 16
  private static let rule = makeRule()

  /// The integral of a smooth function, exact on each panel for polynomials up to degree 31.
  static func integral(from lower: Double, to upper: Double, panels: Int, of function: (Double) -> Double) -> Double {
    let half = (upper - lower) / Double(panels) / 2
    var sum = 0.0
    for panel in 0..<panels {
      let center = lower + half * Double(2 * panel + 1)
      for (node, weight) in rule { sum += weight * function(center + half * node) }
    }
    return sum * half
  }

  /// Nodes and weights on -1...1: the roots of the Legendre polynomial by Newton's method.
  private static func makeRule() -> [(node: Double, weight: Double)] {
    (1...order).map { index in
      var node = cos(Double.pi * (Double(index) - 0.25) / (Double(order) + 0.5))
      var slope = 0.0
      // Quadratic convergence from a start that is right to three digits.
      for _ in 0..<6 {
        let (value, derivative) = legendre(at: node)
        slope = derivative
        node -= value / derivative
      }
      return (node, 2 / ((1 - node * node) * slope * slope))
    }
  }

  /// The Legendre polynomial of the rule's order and its derivative, by the three-term recurrence.
  private static func legendre(at x: Double) -> (value: Double, derivative: Double) {
    var (before, value) = (1.0, x)
    for degree in 2...order {
      let number = Double(degree)
      (before, value) = (value, ((2 * number - 1) * x * value - (number - 1) * before) / number)
    }
    return (value, Double(order) * (x * value - before) / (x * x - 1))
  }
}
