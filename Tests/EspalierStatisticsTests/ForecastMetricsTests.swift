import EspalierStatistics
import Testing

@Suite struct ForecastMetricsTests {
  @Test func metricsAreNumPys() throws {
    for sample in try Reference.load().metrics {
      let truths = sample.truths.map { $0 ?? .nan }
      let metrics = try ForecastMetrics(forecasts: sample.forecasts, truths: truths, scale: sample.scale)
      #expect(metrics.count == sample.expected.count, "\(sample.name)")
      #expect(close(metrics.mae, sample.expected.mae, within: 1e-13), "\(sample.name)")
      #expect(close(metrics.rmse, sample.expected.rmse, within: 1e-13), "\(sample.name)")
      #expect(close(metrics.mase, sample.expected.mase, within: 1e-13), "\(sample.name)")
      #expect(close(metrics.smape, sample.expected.smape, within: 1e-13), "\(sample.name)")
      #expect(close(metrics.r2, sample.expected.r2, within: 1e-9), "\(sample.name)")
    }
  }

  @Test func byHand() throws {
    let metrics = try ForecastMetrics(forecasts: [1.0, 2, 6], truths: [1, 4, 2], scale: 4)
    #expect(metrics.mae == 2)
    #expect(close(metrics.rmse, (20.0 / 3).squareRoot(), within: 1e-15))
    #expect(metrics.mase == 0.5)
    #expect(close(metrics.smape, (0 + 200.0 * 2 / 6 + 200.0 * 4 / 8) / 3, within: 1e-15))
    #expect(close(metrics.r2, 1 - 20 / (14.0 / 3), within: 1e-14))
  }

  @Test func singlePrecisionIsSummedInDouble() throws {
    let count = 1 << 21
    let metrics = try ForecastMetrics(
      forecasts: [Float](repeating: 0.1, count: count), truths: [Float](repeating: 0, count: count))
    #expect(close(metrics.mae, Double(Float(0.1)), within: 1e-9))
    #expect(metrics.smape == 200)
  }

  @Test func edgesAreStatedValues() throws {
    let constant = try ForecastMetrics(forecasts: [1.0, 2], truths: [3.0, 3], scale: 0)
    #expect(constant.r2 == nil && constant.mase == nil)
    let zeros = try ForecastMetrics(forecasts: [0.0], truths: [0.0])
    #expect(zeros.smape == 0 && zeros.mae == 0)
    let huge = try ForecastMetrics(forecasts: [1e308], truths: [-1e308 / 2])
    #expect(close(huge.smape, 200, within: 1e-15))
  }

  @Test func missingTruthsAreNotScored() throws {
    let metrics = try ForecastMetrics(forecasts: [1.0, 9, .nan], truths: [2, .nan, .nan])
    #expect(metrics.count == 1 && metrics.mae == 1)
  }

  @Test func badForecastsAreRefused() {
    #expect(throws: MetricError.counts(forecasts: 1, truths: 2)) {
      try ForecastMetrics(forecasts: [1.0], truths: [1, 2])
    }
    #expect(throws: MetricError.forecastNotFinite(position: 1)) {
      try ForecastMetrics(forecasts: [1.0, .nan], truths: [1, 2])
    }
    #expect(throws: MetricError.truthInfinite(position: 0)) {
      try ForecastMetrics(forecasts: [1.0], truths: [.infinity])
    }
    #expect(throws: MetricError.nothingToScore) { try ForecastMetrics(forecasts: [1.0], truths: [.nan]) }
    #expect(throws: MetricError.scale(-1)) { try ForecastMetrics(forecasts: [1.0], truths: [1], scale: -1) }
  }

  @Test func aRefusedPairLeavesTheSumsAlone() throws {
    var errors = ForecastErrors()
    try errors.add(forecast: 1, truth: 2)
    let before = errors
    #expect(throws: MetricError.forecastNotFinite(position: 1)) { try errors.add(forecast: .infinity, truth: 2) }
    #expect(errors == before)
  }

  @Test func scaleOfTheSeasonalNaiveForecast() throws {
    #expect(try naiveScale(of: [1, 3, 2, 6], season: 1) == 7.0 / 3)
    #expect(try naiveScale(of: [1, 3, 2, 6], season: 2) == 2)
    #expect(try naiveScale(of: [1, .nan, 2, 6], season: 1) == 4)
    #expect(try naiveScale(of: [1, 2], season: 2) == nil)
    #expect(throws: MetricError.season(0)) { try naiveScale(of: [1, 2], season: 0) }
  }
}
