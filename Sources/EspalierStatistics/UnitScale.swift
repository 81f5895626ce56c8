import Foundation

/// Values divided by a power of two so that the largest magnitude is near 1: exact, and squares don't overflow.
struct UnitScale {
  let values: [Double]
  /// What the values were divided by.
  let unit: Double

  /// - Parameter values: Finite numbers.
  init(_ values: [Double]) {
    let largest = values.reduce(0) { max($0, abs($1)) }
    // The largest magnitude of a double is below 2^1024, and 2^-1000 still has a finite inverse.
    let exponent = largest > 0 ? max(-1000, min(1000, largest.exponent)) : 0
    unit = scalbn(1, Int(exponent))
    self.values = values.map { [unit] in $0 / unit }
  }
}
