/// Returns the arithmetic mean, in the unit of the values.
///
/// Summed twice: the mean of what the first pass left over corrects its rounding.
///
/// - Parameter values: At least one finite number.
/// - Returns: The mean, exact for equal values.
/// - Throws: ``SampleError`` when there is none or one is not finite.
public func mean(of values: [Double]) throws(SampleError) -> Double {
  guard !values.isEmpty else { throw .tooFew(count: 0, needed: 1) }
  if let position = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(position: position) }
  let count = Double(values.count)
  // Divided before summing only if the plain sum overflows.
  let sum = values.reduce(0, +)
  let first = sum.isFinite ? sum / count : values.reduce(0) { $0 + $1 / count }
  let rest = values.reduce(0) { $0 + ($1 - first) } / count
  return rest.isFinite ? first + rest : first
}

/// Returns the sample standard deviation, with `n - 1` in the denominator, in the unit of the values.
///
/// - Parameter values: At least two finite numbers.
/// - Returns: The deviation, 0 for equal values.
/// - Throws: ``SampleError`` when there are fewer or one is not finite.
public func standardDeviation(of values: [Double]) throws(SampleError) -> Double {
  let center = try mean(of: values)
  guard values.count >= 2 else { throw .tooFew(count: values.count, needed: 2) }
  let squares = values.reduce(0) { $0 + ($1 - center) * ($1 - center) }
  return (squares / Double(values.count - 1)).squareRoot()
}
