import EspalierData
import EspalierNN
import EspalierTestSupport
import Testing

@testable import EspalierTraining

/// Every value that comes at or behind an origin is changed; what is forecast from there stays, to the last bit.
///
/// Whatever is learned, known in advance or filled in; `BacktestTests` has windows, refitting and alignment.
@Suite struct BacktestLeakageTests {
  /// One way to learn.
  struct Variant: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var rule: FillRule?
    var task = SmallBacktest.task()
    var run = SmallBacktest.run()
    var configuration = SmallBacktest.configuration()

    init(_ name: String, _ change: (inout Variant) -> Void) {
      testDescription = name
      (task.features, task.known) = (["x"], ["plan"])
      change(&self)
    }
  }

  private static let variants =
    [
      Variant("known beside features") { $0.task.knownCalendar = true },
      Variant("scales a series") { $0.task.scaling = .perSeries },
      Variant("scales a series, trained once") {
        $0.task.scaling = .perSeries
        $0.configuration.refit = .never
        $0.configuration.step = 2
      },
      Variant("static") { $0.task.statics = ["kind", "size"] },
      Variant("Monte Carlo dropout") { $0.run.regularizer = RegularizerConfiguration(kind: .monteCarloDropout) },
    ]
    + FillRule.allCases.map { rule in Variant("fill \(rule.rawValue)") { $0.rule = rule } }

  /// With a rule, days are missing early, just before an origin and within a horizon.
  private static func table(
    _ variant: Variant, change: (Int, Int, String, Double) -> Double = { $3 }
  ) throws -> SeriesTable {
    let missing = variant.rule == nil ? [] : [20, 41, 73, 76]
    let days = [0..<80, 30..<80, 10..<80].map { $0.filter { !missing.contains($0) } }
    return try SmallBacktest.rich(days, kinds: ["shop", "depot", "kiosk"], rule: variant.rule, change: change)
  }

  @Test(arguments: variants)
  func nothingBehindAnOriginReachesItsForecasts(variant: Variant) throws {
    try SIMDTargetLock.holding {
      func report(_ table: SeriesTable) throws -> BacktestReport {
        try SmallBacktest.backtest(variant.configuration, table: table, task: variant.task, run: variant.run)
          .run(threads: 2)
      }
      let original = try report(Self.table(variant))
      #expect(original.failures.isEmpty)
      for origin in 0..<variant.configuration.origins {
        let seen = original.forecasts.filter { $0.origin <= origin }
        let own = Dictionary(uniqueKeysWithValues: seen.filter { $0.origin == origin }.map { ($0.series, $0) })
        #expect(own.count == 3)
        let changed = try Self.table(variant) { series, day, name, value in
          guard let forecast = own[series], let last = forecast.times.last else { return value }
          // What is known in advance may change behind the horizon alone.
          let end = name == "plan" ? last : forecast.cutoff
          guard Int64(day) * 86_400_000 > end else { return value }
          return name == "y" ? 1000 - 3 * value : value * 7 - 40
        }
        let again = try report(changed)
        let same = again.forecasts.filter { $0.origin <= origin }
        #expect(same.map(\.foreseen) == seen.map(\.foreseen))
        #expect(same.filter { $0.origin == origin }.map(\.truths) != seen.filter { $0.origin == origin }.map(\.truths))
        if origin + 1 < variant.configuration.origins {
          #expect(again.forecasts.last?.foreseen != original.forecasts.last?.foreseen)
        }
      }
    }
  }
}
