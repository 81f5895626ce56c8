/// What is taken out of every window, from the target's history and from every drifting feature, each by its own values.
///
/// Prices leave the range that a model was trained on; a window that is told relative to its own past does not.
/// The forecast is mapped back. Everything happens on scaled values: subtracting the last value there is the same as in
/// the column's unit, up to the column's scale.
public enum WindowNormalization: String, Codable, Sendable, CaseIterable {
  /// Nothing.
  case none
  /// The last value of the look-back is subtracted.
  case lastValue = "last-value"
  /// The look-back's mean is subtracted, then divided by `sqrt(population variance + 1e-5)`.
  ///
  /// - Source: RevIN, Kim et al., "Reversible instance normalization" (ICLR 2022), without its affine parameters.
  case meanAndDeviation = "mean-and-deviation"

  /// Added to the variance, in scaled units squared.
  public static let epsilon = 1e-5
  /// The shortest look-back of ``meanAndDeviation``: the deviation of one or two values says nothing.
  public static let shortestLookback = 3
}
