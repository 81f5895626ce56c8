/// A series with what is known of it, what came to pass and what was forecast.
public struct ForecastSeries: Equatable, Sendable {
  /// A name for messages and tables.
  public let name: String
  /// The past that the forecast may use, in time order and the target's unit.
  public let training: [Double]
  /// What came to pass over the horizon; NaN marks a missing truth, which is not scored.
  public let truths: [Double]
  /// The forecast of every step of the horizon.
  public let forecasts: [Double]

  /// Puts a series together.
  public init(name: String, training: [Double], truths: [Double], forecasts: [Double]) {
    self.name = name
    self.training = training
    self.truths = truths
    self.forecasts = forecasts
  }
}

/// The scores of one series, as in the M4 and M5 competitions.
public struct SeriesMetrics: Codable, Equatable, Sendable {
  /// The series' name.
  public let name: String
  /// Symmetric mean absolute percentage error, 0 to 200.
  public let smape: Double
  /// Mean absolute error over that of the seasonal-naive forecast within the training part; `nil` where that is 0 or
  /// unknown.
  public let mase: Double?
  /// Root of the mean squared error over that of the last value within the training part; `nil` where that is 0 or
  /// unknown.
  ///
  /// The training part counts from its first value that is not 0, when the series began to be sold.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2022, doi:10.1016/j.ijforecast.2021.11.013, equation 1.
  public let rmsse: Double?

  /// Scores a series.
  ///
  /// - Parameters:
  ///   - series: The series; at least one truth is there.
  ///   - season: Steps of the season of MASE, at least 1.
  /// - Throws: ``SeriesError`` when counts differ, a number that is needed is not finite or no truth is there.
  public init(_ series: ForecastSeries, season: Int) throws(SeriesError) {
    guard season >= 1 else { throw .notPositive(name: "season", value: season) }
    guard series.forecasts.count == series.truths.count else {
      throw .counts(series: series.name, forecasts: series.forecasts.count, truths: series.truths.count)
    }
    let errors: ForecastErrors, scales: NaiveScales
    do throws(MetricError) {
      var sums = ForecastErrors()
      for (forecast, truth) in zip(series.forecasts, series.truths) { try sums.add(forecast: forecast, truth: truth) }
      errors = sums
      scales = try NaiveScales(of: series.training, season: season)
    } catch {
      throw Self.error(error, series)
    }
    try self.init(name: series.name, errors: errors, scales: scales)
  }

  /// Makes the scores of a series, or of some steps of its forecast, from sums.
  ///
  /// - Parameters:
  ///   - name: The series' name.
  ///   - errors: The sums over the scored steps.
  ///   - scales: What scaled errors are divided by.
  /// - Throws: ``SeriesError/nothingToScore``.
  public init(name: String, errors: ForecastErrors, scales: NaiveScales) throws(SeriesError) {
    guard errors.count > 0 else { throw .nothingToScore }
    let count = Double(errors.count)
    self.name = name
    smape = errors.symmetric / count
    mase = scales.absolute.map { errors.absolute / count / $0 }
    rmsse = scales.squared.map { (errors.squared / count / $0).squareRoot() }
  }

  private static func error(_ error: MetricError, _ series: ForecastSeries) -> SeriesError {
    switch error {
    case .forecastNotFinite(let position): .notFinite(name: "forecasts of '\(series.name)'", position: position)
    case .truthInfinite(let position): .notFinite(name: "values of '\(series.name)'", position: position)
    default: .nothingToScore
    }
  }
}

/// The scores of many series, as in the M4 and M5 competitions: each by itself and all together.
public struct PanelMetrics: Codable, Equatable, Sendable {
  /// Every series by itself, in the order given.
  public let series: [SeriesMetrics]
  /// The mean of the series' sMAPE, 0 to 200.
  public let smape: Double
  /// The mean of the series' MASE over the series that have one; `nil` where none has.
  public let mase: Double?
  /// The weighted mean of the series' RMSSE: WRMSSE where the weights are sales.
  ///
  /// Series without one are left out, and the weights of the others count for all; `nil` where none has one.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2022, doi:10.1016/j.ijforecast.2021.11.013, equation 2.
  public let wrmsse: Double?
  /// The overall weighted average: the mean of sMAPE and MASE, each over that of Naive2; below 1 is better than Naive2.
  ///
  /// `nil` where MASE is, or where Naive2 makes no error.
  ///
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014.
  public let owa: Double?

  /// Scores series.
  ///
  /// - Parameters:
  ///   - all: The series; at least one.
  ///   - season: Steps of the season of MASE and Naive2, at least 1.
  ///   - weights: The weight of each series in WRMSSE, such as its sales; nil weighs all alike.
  /// - Throws: ``SeriesError`` as ``SeriesMetrics/init(_:season:)`` and ``NaiveForecast/naive2(of:season:horizon:)`` do,
  ///   or for weights that are no weights.
  public init(_ all: [ForecastSeries], season: Int, weights: [Double]? = nil) throws(SeriesError) {
    var own: [SeriesMetrics] = [], naive: [SeriesMetrics] = []
    for one in all {
      own.append(try SeriesMetrics(one, season: season))
      // Naive2 bridges no gaps: a series starts with its first value.
      let known = Array(one.training.drop(while: \.isNaN))
      let forecasts = try NaiveForecast.naive2(of: known, season: season, horizon: one.truths.count)
      naive.append(
        try SeriesMetrics(
          ForecastSeries(name: one.name, training: one.training, truths: one.truths, forecasts: forecasts),
          season: season))
    }
    try self.init(series: own, naive2: naive, weights: weights)
  }

  /// Takes scores that were computed before together.
  ///
  /// - Parameters:
  ///   - own: The scores of every series; at least one.
  ///   - naive: The scores of Naive2 on the same series, in the same order.
  ///   - weights: The weight of each series in WRMSSE, such as its sales; nil weighs all alike.
  /// - Throws: ``SeriesError`` for no series and for weights that are no weights.
  package init(
    series own: [SeriesMetrics], naive2 naive: [SeriesMetrics], weights: [Double]? = nil
  ) throws(SeriesError) {
    if own.isEmpty { throw .nothingToScore }
    let weights = weights ?? [Double](repeating: 1, count: own.count)
    guard weights.count == own.count else { throw .weights("are \(weights.count) for \(own.count) series") }
    guard weights.allSatisfy({ $0 >= 0 && $0.isFinite }) else { throw .weights("include a negative or infinite one") }
    guard weights.contains(where: { $0 > 0 }) else { throw .weights("are all 0") }
    series = own
    smape = Self.mean(own.map(\.smape)) ?? 0
    mase = Self.mean(own.compactMap(\.mase))
    let weighted = zip(weights, own).compactMap { weight, one in one.rmsse.map { (weight, $0) } }
    let total = weighted.reduce(0) { $0 + $1.0 }
    wrmsse = total > 0 ? weighted.reduce(0) { $0 + $1.0 / total * $1.1 } : nil
    if let mase, let scale = Self.mean(naive.compactMap(\.mase)), let percent = Self.mean(naive.map(\.smape)),
      scale > 0, percent > 0
    {
      owa = (smape / percent + mase / scale) / 2
    } else {
      owa = nil
    }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
