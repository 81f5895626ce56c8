/// How a column is brought to a common scale.
public enum ScalerKind: String, Codable, Sendable, CaseIterable {
  /// Less the mean, over the population deviation.
  case standard
  /// Less the median, over the distance between the quartiles (linear interpolation); over the population deviation
  /// where the quartiles are equal.
  case robust
  /// Less the minimum, over the distance from minimum to maximum: 0...1 in the rows that were fitted.
  case minMax = "min-max"
}

/// An affine map from a column's unit to a scale without unit: `(value - offset) / scale`.
public struct ColumnScaler: Codable, Equatable, Sendable {
  /// What becomes 0, in the column's unit.
  public let offset: Double
  /// What becomes 1 above the offset, in the column's unit; above 0.
  public let scale: Double

  /// A map; `scale` must be above 0.
  public init(offset: Double, scale: Double) {
    precondition(scale > 0, "a scale is above 0")
    self.offset = offset
    self.scale = scale
  }

  /// Fits a map to values; NaN is left out.
  ///
  /// - Returns: The map, or nil when fewer than two different values are there.
  public init?(_ kind: ScalerKind, fitting values: some Sequence<Double>) {
    let known = values.filter { !$0.isNaN }
    guard let low = known.min(), let high = known.max(), low < high else { return nil }
    switch kind {
    case .standard:
      let (mean, deviation) = Self.moments(known)
      (offset, scale) = (mean, deviation)
    case .robust:
      let sorted = known.sorted()
      let width = Self.quantile(sorted, 0.75) - Self.quantile(sorted, 0.25)
      (offset, scale) = (Self.quantile(sorted, 0.5), width > 0 ? width : Self.moments(known).deviation)
    case .minMax: (offset, scale) = (low, high - low)
    }
    guard scale > 0, scale.isFinite, offset.isFinite else { return nil }
  }

  /// From the column's unit to the common scale.
  @inline(__always)
  public func scaled(_ value: Double) -> Double { (value - offset) / scale }

  /// From the common scale back to the column's unit.
  @inline(__always)
  public func unscaled(_ value: Double) -> Double { value * scale + offset }

  /// Mean and population deviation, in two passes.
  private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count)).squareRoot())
  }

  /// A quantile of ascending values by linear interpolation between neighbours, as NumPy's default.
  private static func quantile(_ sorted: [Double], _ fraction: Double) -> Double {
    let position = fraction * Double(sorted.count - 1)
    let index = Int(position)
    let next = min(index + 1, sorted.count - 1)
    return sorted[index] + (position - Double(index)) * (sorted[next] - sorted[index])
  }
}
