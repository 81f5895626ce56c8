import EspalierData
import EspalierStatistics

/// How well intervals cover the test part, and how wide they are for it.
///
/// Conformal intervals are calibrated on the calibration part, which selected nothing, every series and every step of
/// the horizon by itself. Adaptive ones go on learning from the test part, each from what is known at its origin: the
/// truth of step `h` of an origin `t` is known to origins from `t + h` on.
public struct IntervalEvaluation: Codable, Equatable, Sendable {
  /// One kind of intervals of one forecaster at one level.
  public struct Row: Codable, Equatable, Sendable {
    /// The forecaster's name.
    public let forecaster: String
    /// How the intervals came about.
    public let method: IntervalMethod
    /// The coverage that they are meant to have.
    public let level: Double
    /// The scores over all test windows and steps, in the target's unit.
    public let metrics: IntervalMetrics
    /// The scores of each step of the horizon.
    public let steps: [IntervalMetrics]
  }

  /// How good the quantiles of a forecaster are.
  public struct Quantiles: Codable, Equatable, Sendable {
    /// The forecaster's name.
    public let forecaster: String
    /// The scores over all test windows and steps, in the target's unit.
    public let metrics: QuantileMetrics
  }

  /// Level after level, forecaster after forecaster.
  public let rows: [Row]
  /// For every forecaster with quantiles.
  public let quantiles: [Quantiles]

  /// Makes intervals for the test windows and scores them.
  ///
  /// - Parameters:
  ///   - forecasters: Forecasts of the data's calibration and test windows.
  ///   - data: Data that keep a calibration part.
  ///   - configuration: Which intervals are made.
  /// - Throws: `IntervalError` when a setting is out of range, a forecast is not finite or forecasts are missing.
  public init(
    of forecasters: [IntervalForecaster], on data: PreparedData, configuration: IntervalConfiguration
  ) throws(IntervalError) {
    try configuration.validate()
    let truths = (data.calibration + data.test).flatMap { window in
      (0..<data.horizon).map { data.truth(window, step: $0) }
    }
    let first = data.calibration.count * data.horizon
    var rows: [Row] = []
    for level in configuration.levels {
      for forecaster in forecasters {
        let maker = try IntervalMaker(
          forecaster, truths: truths, data: data, level: level, configuration: configuration)
        for method in maker.methods {
          let intervals = try maker.intervals(method)
          let scored = Array(truths[first...])
          var steps: [IntervalMetrics] = []
          for step in 0..<data.horizon {
            let places = stride(from: step, to: scored.count, by: data.horizon)
            steps.append(
              try IntervalMetrics(places.map { intervals[$0] }, truths: places.map { scored[$0] }, level: level))
          }
          rows.append(
            Row(
              forecaster: forecaster.name, method: method, level: level,
              metrics: try IntervalMetrics(intervals, truths: scored, level: level), steps: steps))
        }
      }
    }
    self.rows = rows
    var scores: [Quantiles] = []
    for forecaster in forecasters {
      guard let quantiles = forecaster.quantiles else { continue }
      scores.append(
        Quantiles(
          forecaster: forecaster.name,
          metrics: try QuantileMetrics(
            Array(quantiles.values[(first * quantiles.levels.count)...]), truths: Array(truths[first...]),
            levels: quantiles.levels)))
    }
    self.quantiles = scores
  }

  /// The row of a forecaster, a method and a level; nil where there is none.
  public func row(_ forecaster: String, _ method: IntervalMethod, level: Double) -> Row? {
    rows.first { $0.forecaster == forecaster && $0.method == method && $0.level == level }
  }
}
