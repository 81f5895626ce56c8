import EspalierData
import EspalierTestSupport
import Testing

@testable import EspalierTraining

/// The coverage that the documentation states, on the data that it states it for.
@Suite(
  .serialized,
  .enabled(
    if: RealDataFolder.has("air_quality.csv") && RealDataFolder.has("household_power_hourly.csv"),
    "the real data are not in the folder that ESPALIER_DATA names"))
struct RealIntervalTests {
  /// Naive forecasts select nothing and need no training, and adaptive intervals owe them the same coverage as a model.
  @Test(arguments: ["air-quality", "household-power"])
  func adaptiveIntervalsOf95PercentCover93To97(name: String) throws {
    let source = DataSource(kind: .named, place: name, folder: RealDataFolder.path)
    // What `espalier intervals` prepares without options.
    let data = try source.load().prepare(TaskSettings(calibration: 0.5))
    #expect(data.calibration.count > 400 && data.test.count > 1700)
    let naive = [IntervalForecaster.lastValue(of: data), .seasonal(of: data)]
    let evaluation = try IntervalEvaluation(
      of: naive, on: data, configuration: IntervalConfiguration(levels: [0.95]))
    for forecaster in naive {
      let metrics = try #require(evaluation.row(forecaster.name, .adaptive, level: 0.95)).metrics
      #expect(0.93...0.97 ~= metrics.coverage, "\(forecaster.name): \(metrics.coverage)")
      // Infinite intervals would cover anything.
      #expect(metrics.infiniteCount < metrics.count / 100)
    }
  }
}
