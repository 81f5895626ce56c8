import EspalierStatistics
import Foundation
import Testing

/// What `Tests/Fixtures/statistics/make_competitions.py` wrote.
private struct Competitions: Decodable {
  struct Series: Decodable {
    let training, truths, forecasts, naive2: [Double]
    let isSeasonal: Bool
    let smape, mase, rmsse: Double
  }
  struct Panel: Decodable {
    let season: Int
    let series: [Series]
    let weights: [Double]
    let smape, mase, owa, wrmsse: Double

    var cases: [ForecastSeries] {
      series.enumerated().map {
        ForecastSeries(
          name: "\($0.offset)", training: $0.element.training, truths: $0.element.truths,
          forecasts: $0.element.forecasts)
      }
    }
  }
  struct Indices: Decodable {
    let season: Int
    let series, multiplicative, additive: [Double]
  }
  let panels: [Panel]
  let indices: [Indices]

  static func load() throws -> Competitions {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/statistics/competitions.json").standardized
    return try JSONDecoder().decode(Competitions.self, from: Data(contentsOf: file))
  }
}

@Suite struct CompetitionTests {
  @Test func panelsAreTheReferences() throws {
    for panel in try Competitions.load().panels {
      let metrics = try PanelMetrics(panel.cases, season: panel.season, weights: panel.weights)
      for (own, reference) in zip(metrics.series, panel.series) {
        let name = Comment(rawValue: "season \(panel.season), series \(own.name)")
        #expect(close(own.smape, reference.smape, within: 1e-12), name)
        #expect(close(own.mase, reference.mase, within: 1e-12), name)
        #expect(close(own.rmsse, reference.rmsse, within: 1e-12), name)
      }
      #expect(metrics.series.count == panel.series.count)
      #expect(close(metrics.smape, panel.smape, within: 1e-12))
      #expect(close(metrics.mase, panel.mase, within: 1e-12))
      #expect(close(metrics.owa, panel.owa, within: 1e-11))
      #expect(close(metrics.wrmsse, panel.wrmsse, within: 1e-12))
    }
  }

  @Test func naive2IsTheReference() throws {
    let panels = try Competitions.load().panels
    #expect(Set(panels.flatMap(\.series).map(\.isSeasonal)) == [true, false])
    for panel in panels {
      for (index, series) in panel.series.enumerated() {
        let name = Comment(rawValue: "season \(panel.season), series \(index)")
        #expect(SeasonalIndices.isSeasonal(series.training, season: panel.season) == series.isSeasonal, name)
        let naive = try NaiveForecast.naive2(
          of: series.training, season: panel.season, horizon: series.naive2.count)
        #expect(zip(naive, series.naive2).allSatisfy { close($0, $1, within: 1e-12) }, name)
      }
    }
  }

  @Test func indicesAreThoseOfDecompose() throws {
    for one in try Competitions.load().indices {
      let indices = try SeasonalIndices(of: one.series, season: one.season)
      #expect(indices.form == .multiplicative && indices.values.count == one.season)
      #expect(zip(indices.values, one.multiplicative).allSatisfy { close($0, $1, within: 1e-12) })
      let shifted = try SeasonalIndices(of: one.series.map { $0 - 100 }, season: one.season)
      #expect(shifted.form == .additive)
      #expect(zip(shifted.values, one.additive).allSatisfy { abs($0 - $1) <= 1e-11 })
    }
  }

  @Test func naiveForecastsByHand() throws {
    #expect(try NaiveForecast.lastValue(of: [1, 2, 5], horizon: 3) == [5, 5, 5])
    #expect(try NaiveForecast.seasonal(of: [9, 1, 2, 3], season: 3, horizon: 5) == [1, 2, 3, 1, 2])
    // Two values a season and no noise: the pattern is known exactly.
    let saw = (0..<12).map { $0 % 2 == 0 ? 2.0 : 6 }
    let naive2 = try NaiveForecast.naive2(of: saw, season: 2, horizon: 3)
    #expect(zip(naive2, [2, 6, 2]).allSatisfy { close($0, $1, within: 1e-14) })
    #expect(try NaiveForecast.naive2(of: [3, 3, 3, 3, 3, 3], season: 2, horizon: 2) == [3, 3])
  }

  @Test func scoresByHand() throws {
    let one = ForecastSeries(name: "a", training: [0, 0, 4, 2, 4], truths: [1, .nan, 3], forecasts: [2, 9, 3])
    let metrics = try SeriesMetrics(one, season: 1)
    // Absolute errors 1 and 0; steps within training 0, 4, 2, 2.
    #expect(metrics.mase == 0.5 / 2)
    #expect(close(metrics.smape, 200.0 / 3 / 2, within: 1e-14))
    // Sold from the third value on: steps 2 and 2.
    #expect(close(metrics.rmsse, (0.5 / 4).squareRoot(), within: 1e-14))
  }

  /// A series without a scale has no scaled score, and takes no part in the means.
  @Test func constantSeriesHaveNoScale() throws {
    let still = ForecastSeries(name: "still", training: [5, 5, 5], truths: [5], forecasts: [6])
    let moving = ForecastSeries(name: "moving", training: [1, 3, 5], truths: [5], forecasts: [6])
    let metrics = try PanelMetrics([still, moving], season: 1, weights: [10, 1])
    #expect(metrics.series[0].mase == nil && metrics.series[0].rmsse == nil)
    #expect(metrics.mase == 0.5 && metrics.wrmsse == 0.5)
    // Naive2 is exact here, so nothing is relative to it.
    #expect(metrics.owa == nil)
    let alone = try PanelMetrics([still], season: 1)
    #expect(alone.mase == nil && alone.wrmsse == nil && alone.smape > 0)
  }

  @Test func badInputIsRefused() {
    let good = ForecastSeries(name: "a", training: [1, 2, 4], truths: [1], forecasts: [1])
    #expect(throws: SeriesError.nothingToScore) { try PanelMetrics([], season: 1) }
    #expect(throws: SeriesError.notPositive(name: "season", value: 0)) { try PanelMetrics([good], season: 0) }
    #expect(throws: SeriesError.weights("are 2 for 1 series")) { try PanelMetrics([good], season: 1, weights: [1, 2]) }
    #expect(throws: SeriesError.weights("are all 0")) { try PanelMetrics([good], season: 1, weights: [0]) }
    #expect(throws: SeriesError.weights("include a negative or infinite one")) {
      try PanelMetrics([good], season: 1, weights: [-1])
    }
    #expect(throws: SeriesError.counts(series: "b", forecasts: 2, truths: 1)) {
      try SeriesMetrics(ForecastSeries(name: "b", training: [1, 2], truths: [1], forecasts: [1, 2]), season: 1)
    }
    #expect(throws: SeriesError.notFinite(name: "forecasts of 'b'", position: 0)) {
      try SeriesMetrics(ForecastSeries(name: "b", training: [1, 2], truths: [1], forecasts: [.nan]), season: 1)
    }
    #expect(throws: SeriesError.nothingToScore) {
      try SeriesMetrics(ForecastSeries(name: "b", training: [1, 2], truths: [.nan], forecasts: [1]), season: 1)
    }
    #expect(throws: SeriesError.tooShort(count: 0, needed: 1)) { try NaiveForecast.lastValue(of: [], horizon: 1) }
    #expect(throws: SeriesError.notPositive(name: "horizon", value: 0)) {
      try NaiveForecast.naive2(of: [1], season: 1, horizon: 0)
    }
    #expect(throws: SeriesError.notFinite(name: "series", position: 1)) {
      try NaiveForecast.naive2(of: [1, .nan, 2], season: 1, horizon: 1)
    }
    #expect(throws: SeriesError.notFinite(name: "series", position: 2)) {
      try NaiveForecast.seasonal(of: [1, 2, .infinity], season: 2, horizon: 1)
    }
    #expect(throws: SeriesError.tooShort(count: 3, needed: 4)) { try SeasonalIndices(of: [1, 2, 3], season: 2) }
    #expect(throws: SeriesError.tooShort(count: 1, needed: .max)) { try SeasonalIndices(of: [1], season: .max) }
  }
}
