/// Holm's step-down correction of p values for a family of tests.
///
/// - Source: Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
public enum HolmCorrection {
  /// Returns p values that may each be held against the level that the whole family is to keep.
  ///
  /// The i-th smallest of `m` is multiplied by `m - i + 1`, is at least the one before it and at most 1.
  ///
  /// - Parameter pValues: One a test of the family, each in 0...1; none gives none.
  /// - Returns: Adjusted values in the order of the tests.
  /// - Throws: ``SampleError/pValue(_:position:)`` when one is outside 0...1 or not a number.
  public static func adjust(_ pValues: [Double]) throws(SampleError) -> [Double] {
    if let position = pValues.firstIndex(where: { !($0 >= 0 && $0 <= 1) }) {
      throw .pValue(pValues[position], position: position)
    }
    var adjusted = pValues
    var largest = 0.0
    for (place, index) in pValues.indices.sorted(by: { pValues[$0] < pValues[$1] }).enumerated() {
      largest = max(largest, min(1, pValues[index] * Double(pValues.count - place)))
      adjusted[index] = largest
    }
    return adjusted
  }
}
