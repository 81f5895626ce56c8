import EspalierStatistics
import Testing

@Suite struct NaiveScalesTests {
  @Test func scalesByHand() throws {
    // Differences over a season 4, -1 and 2; steps behind the leading zero 2, -3 and 5.
    let scales = try NaiveScales(of: [0, 2, 4, 1, 6], season: 2)
    let (absolute, squared) = (7.0 / 3, 38.0 / 3)
    #expect(scales.absolute == absolute && scales.squared == squared)
    // A missing value takes the differences with it.
    let gap = try NaiveScales(of: [1, 2, .nan, 4, 7], season: 1)
    #expect(gap.absolute == 2 && gap.squared == 5)
  }

  @Test func whatNeverChangesHasNone() throws {
    let pasts: [[Double]] = [[], [3], [3, 3, 3], [.nan, 3, .nan], [0, 0, 0]]
    for past in pasts {
      let scales = try NaiveScales(of: past, season: 1)
      #expect(scales.absolute == nil && scales.squared == nil)
    }
    // Too short for a season, but not for a step.
    let short = try NaiveScales(of: [1, 2], season: 4)
    #expect(short.absolute == nil && short.squared == 1)
    // What overflows is no scale either.
    #expect(try NaiveScales(of: [-1e308, 1e308], season: 1).squared == nil)
  }

  @Test func badInputIsRefused() {
    #expect(throws: MetricError.season(0)) { try NaiveScales(of: [1, 2], season: 0) }
    #expect(throws: MetricError.truthInfinite(position: 1)) { try NaiveScales(of: [1, .infinity], season: 1) }
  }
}
