import EspalierStatistics

extension PredictionInterval {
  /// The narrowest interval that holds this one and another.
  func widened(toHold other: PredictionInterval) -> PredictionInterval {
    PredictionInterval(lower: min(lower, other.lower), upper: max(upper, other.upper))
  }

  /// Widens intervals until each holds its forecast and the interval of the next lower coverage.
  ///
  /// Every coverage is calibrated by itself, and around the quantiles of a barely trained model the interval of 90 %
  /// may end inside that of 50 %, or beside the forecast. Widening can only raise what an interval covers.
  ///
  /// - Parameters:
  ///   - levels: By ascending coverage, as many intervals each as there are points.
  ///   - points: The forecasts, finite.
  /// - Returns: As many; where an interval lacks an end, those of higher coverages lack it too.
  static func nested(_ levels: [[PredictionInterval]], holding points: [Double]) -> [[PredictionInterval]] {
    var inner = points.map { PredictionInterval(lower: $0, upper: $0) }
    return levels.map { intervals in
      inner = zip(intervals, inner).map { $0.widened(toHold: $1) }
      return inner
    }
  }
}
