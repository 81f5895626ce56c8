/// How far forecasts lie from the truth, over all windows and horizon steps.
///
/// Every scored pair counts the same: means are over pairs, never over batches or windows.
public struct ForecastMetrics: Codable, Equatable, Sendable {
  /// Number of scored pairs, at least 1.
  public let count: Int
  /// Mean absolute error, in the target's unit.
  public let mae: Double
  /// Root of the mean squared error, in the target's unit.
  public let rmse: Double
  /// Mean absolute scaled error, without unit: `mae` over the scale; `nil` when the scale is absent or 0.
  ///
  /// - Source: Hyndman and Koehler, doi:10.1016/j.ijforecast.2006.03.001.
  public let mase: Double?
  /// Symmetric mean absolute percentage error, 0 to 200: mean of `200 * |y - f| / (|y| + |f|)`.
  ///
  /// A pair of two zeros is a perfect forecast and counts 0.
  public let smape: Double
  /// Coefficient of determination, at most 1: `1 - sum (y - f)² / sum (y - mean y)²`.
  ///
  /// `nil` when the scored truths are all equal, because nothing is there to explain.
  public let r2: Double?

  /// Makes metrics from the sums of an accumulator.
  ///
  /// - Parameters:
  ///   - errors: Sums over the scored pairs.
  ///   - scale: Mean absolute error of the seasonal-naive forecast on the training rows, in the target's unit; see
  ///     ``naiveScale(of:season:)``.
  /// - Throws: ``MetricError/nothingToScore`` or ``MetricError/scale(_:)``.
  public init(_ errors: ForecastErrors, scale: Double? = nil) throws(MetricError) {
    if let scale, !(scale >= 0 && scale.isFinite) { throw .scale(scale) }
    guard errors.count > 0 else { throw .nothingToScore }
    let number = Double(errors.count)
    count = errors.count
    mae = errors.absolute / number
    rmse = (errors.squared / number).squareRoot()
    smape = errors.symmetric / number
    mase = scale.flatMap { $0 > 0 ? errors.absolute / number / $0 : nil }
    r2 = errors.variation > 0 ? 1 - errors.squared / errors.variation : nil
  }

  /// Puts scores together that were computed before, as a store keeps them.
  public init(count: Int, mae: Double, rmse: Double, mase: Double?, smape: Double, r2: Double?) {
    self.count = count
    self.mae = mae
    self.rmse = rmse
    self.mase = mase
    self.smape = smape
    self.r2 = r2
  }

  /// Scores forecasts of any precision against truths; sums are in double precision.
  ///
  /// - Parameters:
  ///   - forecasts: In the target's unit, windows times horizon steps in any order.
  ///   - truths: In the same order; NaN marks a missing truth, and its pair is not scored.
  ///   - scale: As in ``init(_:scale:)``.
  /// - Throws: ``MetricError`` when the counts differ, a scored number is not finite, or nothing is to score.
  @inlinable
  public init<Number: BinaryFloatingPoint>(
    forecasts: [Number], truths: [Number], scale: Double? = nil
  ) throws(MetricError) {
    guard forecasts.count == truths.count else {
      throw .counts(forecasts: forecasts.count, truths: truths.count)
    }
    var errors = ForecastErrors()
    for (forecast, truth) in zip(forecasts, truths) {
      try errors.add(forecast: Double(forecast), truth: Double(truth))
    }
    try self.init(errors, scale: scale)
  }
}
