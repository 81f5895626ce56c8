import EspalierData
import EspalierStatistics

extension WindowForecasts {
  /// The intervals of Monte Carlo dropout: the mean of the passes and, to both sides, their deviation times the normal
  /// distribution's quantile.
  ///
  /// They hold the uncertainty of the model's weights only, not the noise of what is forecast, so they cover too
  /// little.
  ///
  /// - Parameter level: The coverage of a normal distribution's central interval, strictly between 0 and 1.
  /// - Returns: An interval a value in the target's unit, in the order of ``values``; nil without ``spread``.
  /// - Throws: `IntervalError.level` when the level is out of range, `IntervalError.notFinite` when a deviation is not
  ///   finite.
  /// - Source: Gal and Ghahramani 2016, arXiv:1506.02142, section 4: the mean over passes, and the variance less the
  ///   noise's part, the inverse of the precision.
  public func dropoutIntervals(level: Double) throws(IntervalError) -> [PredictionInterval]? {
    guard let spread else { return nil }
    return try DropoutIntervals.of(means: values, deviations: spread, level: level)
  }
}

/// Intervals of Monte Carlo dropout, on plain arrays.
enum DropoutIntervals {
  /// The mean of the passes with `z(level)` deviations to both sides; see ``WindowForecasts/dropoutIntervals(level:)``.
  static func of(means: [Double], deviations: [Double], level: Double) throws(IntervalError) -> [PredictionInterval] {
    guard level > 0, level < 1, let reach = Distribution.normalQuantile((1 + level) / 2) else { throw .level(level) }
    guard deviations.count == means.count else {
      throw .counts(name: "deviations", count: deviations.count, truths: means.count)
    }
    if let position = deviations.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "deviations", position: position)
    }
    return zip(means, deviations).map { PredictionInterval(lower: $0 - reach * $1, upper: $0 + reach * $1) }
  }
}

extension RunConfiguration {
  /// Whether a forecast is the mean of several passes with random units left out, so that it has a deviation over them.
  ///
  /// - Parameter evaluation: That of the task; the published experiments' one pass has no deviation.
  /// - Returns: True with Monte Carlo dropout under `strict`.
  func forecastsInPasses(_ evaluation: Evaluation) -> Bool {
    let made = regularizer.makeRegularizer()
    // At a rate of 0 all passes are the same one.
    return made.dropsInEvaluation && regularizer.dropoutRate > 0 && made.passes(evaluation) > 1
  }
}
