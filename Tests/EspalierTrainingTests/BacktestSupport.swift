import EspalierData
import EspalierNN
import EspalierStatistics

@testable import EspalierTraining

/// Small backtests on made-up series.
enum SmallBacktest {
  static func task(lookback: Int = 4, horizon: Int = 3, season: Int = 7) -> ForecastTask {
    ForecastTask(target: "y", lookback: lookback, horizon: horizon, season: season)
  }

  static func run(_ kind: ModelKind = .rnn, epochs: Int = 3) -> RunConfiguration {
    var run = RunConfiguration(model: ModelConfiguration(kind: kind, features: 1, lookback: 1, hidden: 4))
    run.training.epochs = epochs
    run.training.batchSize = 16
    return run
  }

  static func configuration(
    origins: Int = 3, _ change: (inout BacktestConfiguration) -> Void = { _ in }
  ) -> BacktestConfiguration {
    var configuration = BacktestConfiguration()
    configuration.origins = origins
    change(&configuration)
    return configuration
  }

  /// A series' value at a day: a week's rhythm, a slow wave and something that looks like noise, all positive.
  static func value(_ series: Int, _ day: Int) -> Double {
    let level = Double(20 + 5 * series)
    let week = Double(day % 7) / 2
    let slow = 3 * wave(Double(day) / 9 + Double(series))
    // Squares modulo a prime have no pattern that a model could learn.
    let noise = Double(day * day % 101) / 101
    return level + week + slow + noise
  }

  /// A parabola for a sine, the same on every machine.
  private static func wave(_ x: Double) -> Double {
    let phase = x - x.rounded(.down)
    return 4 * phase * (1 - phase) - 0.5
  }

  /// Daily series with one input; `days` are the first and the end of each, and `change` may replace a row's values.
  static func table(
    _ days: [Range<Int>] = [0..<80], change: (Int, Int, String, Double) -> Double = { $3 }
  ) throws -> SeriesTable { try table(at: days.map(Array.init), change: change) }

  /// Series at some days each, with one input.
  static func table(
    at days: [[Int]], change: (Int, Int, String, Double) -> Double = { $3 }
  ) throws -> SeriesTable {
    var times: [Int64] = [], y: [Double] = [], x: [Double] = [], series: [SeriesRows] = []
    for (index, own) in days.enumerated() {
      let name = days.count == 1 ? "" : "s\(index)"
      series.append(SeriesRows(id: name, rows: times.count..<times.count + own.count))
      for day in own {
        times.append(Int64(day) * 86_400_000)
        y.append(change(index, day, "y", value(index, day)))
        x.append(change(index, day, "x", wave(Double(day * 3 % 17) / 5)))
      }
    }
    return try SeriesTable(
      times: times, columns: [NumericColumn(name: "y", values: y), NumericColumn(name: "x", values: x)], series: series)
  }

  /// The same series with a column `plan`, and a column `size` and a text `kind` that don't change within one.
  ///
  /// - Parameters:
  ///   - days: The days of each series.
  ///   - kinds: The kind of each series.
  ///   - rule: What becomes of days that are missing between others; nil where none is.
  ///   - change: May replace the values of `y`, `x` and `plan`.
  /// - Returns: The panel.
  /// - Throws: An error of the table when days don't ascend, or of its grid.
  static func rich(
    _ days: [[Int]], kinds: [String], rule: FillRule? = nil, change: (Int, Int, String, Double) -> Double = { $3 }
  ) throws -> SeriesTable {
    let plain = try table(at: days, change: change)
    var plan: [Double] = [], size: [Double] = [], codes: [Int32] = []
    for (index, own) in days.enumerated() {
      plan += own.map { change(index, $0, "plan", wave(Double($0 * 5 % 23) / 7)) }
      size += own.map { _ in Double(index) }
      codes += own.map { _ in Int32(index) }
    }
    let more = [NumericColumn(name: "plan", values: plan), NumericColumn(name: "size", values: size)]
    let kind = TextColumn(name: "kind", texts: kinds, codes: codes)
    return try SeriesTable(
      times: plain.times, columns: plain.columns + more, texts: [kind], series: plain.series
    ).onGrid(rule)
  }

  static func backtest(
    _ configuration: BacktestConfiguration, table: SeriesTable, task: ForecastTask = task(),
    run: RunConfiguration = run()
  ) throws -> Backtest {
    try Backtest(configuration, table: table, task: task, run: run, dataset: "made up")
  }
}

extension BacktestForecast {
  /// What must not depend on anything from the origin on.
  var foreseen: [[Double]] {
    trials.map(\.values) + [lastValue, seasonal, naive2, [scales.absolute ?? -1, scales.squared ?? -1, volume ?? -1]]
  }
}
