import EspalierTensor
import Foundation

/// Made-up series whose signal is known, equal for equal seeds on every machine up to the rounding of its `log` and `cos`.
public enum SyntheticSeries: String, Codable, Sendable, CaseIterable {
  /// Hourly load: 100, a daily and a weekly cycle, 0.8 per degree away from 15, and noise
  /// `e(t) = 0.7 e(t-1) + N(0, 2)`. Columns `load` (the target), `temperature`, `wind` (without influence).
  ///
  /// One step ahead no forecast can have a smaller mean absolute error than `2 sqrt(2/pi)`, about 1.6, and that only
  /// where the next hour's temperature is known.
  case load
  /// Daily prices with clustered volatility: log returns `r(t) = 0.0003 + 0.2 r(t-1) + s(t) N(0, 1)` with
  /// `s(t)^2 = 4e-6 + 0.1 u(t-1)^2 + 0.88 s(t-1)^2`, u the shock before (GARCH(1,1)). Columns `Open`, `High`, `Low`,
  /// `Close` (the target), `Volume`, which grows with `s`.
  ///
  /// The signal is the 0.2 of yesterday's return: a forecast with it has a smaller error than the last value by 2 %.
  case financial
  /// Hourly air: traffic (two rush hours, less at weekends) disperses with wind; `benzene` (the target) follows it with
  /// memory 0.6, `co` and `no2` with gains and noise of their own, `sensor` measures benzene and drifts with
  /// `temperature`; `humidity` falls with temperature. One value in fifty of every gas is missing, in runs of 3 hours.
  case air

  /// 2020-01-01 00:00:00.
  private static let start: Int64 = 1_577_836_800_000
  private static let hour: Int64 = 3_600_000

  /// Makes a table.
  ///
  /// - Parameters:
  ///   - rows: Hours or days; below 1 the table is empty.
  ///   - seed: Equal seeds give equal tables; a longer table starts with the shorter one's rows.
  /// - Returns: The table; NaN where a value is missing.
  public func table(rows: Int, seed: UInt64 = 1) -> SeriesTable {
    let rows = max(0, rows)
    let step = self == .financial ? CivilTime.day : Self.hour
    let columns =
      switch self {
      case .load: Self.load(rows, seed)
      case .financial: Self.financial(rows, seed)
      case .air: Self.air(rows, seed)
      }
    return SeriesTable(
      checkedTimes: (0..<rows).map { Self.start + Int64($0) * step },
      columns: columns.map { NumericColumn(name: $0.0, values: $0.1) }, texts: [],
      series: [SeriesRows(id: "", rows: 0..<rows)], hasDates: true, notes: [])
  }

  /// A stream of a generator's own for each of its random inputs.
  private static func stream(_ seed: UInt64, _ kind: UInt32, _ input: UInt32) -> RandomStream {
    RandomStream(seed: seed, purpose: .generation, first: kind, second: input)
  }

  private static func load(_ rows: Int, _ seed: UInt64) -> [(String, [Double])] {
    var weather = stream(seed, 1, 0)
    var noise = stream(seed, 1, 1)
    var gusts = stream(seed, 1, 2)
    var (load, temperature, wind): ([Double], [Double], [Double]) = ([], [], [])
    var (deviation, error, breeze) = (0.0, 0.0, 5.0)
    for row in 0..<rows {
      let hour = Double(row % 24)
      let weekday = (row / 24 + 2) % 7
      deviation = 0.95 * deviation + 0.6 * weather.nextNormal()
      error = 0.7 * error + 2 * noise.nextNormal()
      breeze = abs(0.9 * breeze + 0.5 + gusts.nextNormal())
      let season = -cos(2 * .pi * Double(row) / 8766)
      let degrees = 12 + 9 * season + 4 * sin(2 * .pi * (hour - 9) / 24) + deviation
      let daily = 15 * sin(2 * .pi * (hour - 7) / 24) + 6 * sin(4 * .pi * (hour - 4) / 24)
      load.append(100 + daily + (weekday >= 5 ? -12 : 0) + 0.8 * abs(degrees - 15) + error)
      temperature.append(degrees)
      wind.append(breeze)
    }
    return [("load", load), ("temperature", temperature), ("wind", wind)]
  }

  private static func financial(_ rows: Int, _ seed: UInt64) -> [(String, [Double])] {
    var shocks = stream(seed, 2, 0)
    var ranges = stream(seed, 2, 1)
    var trade = stream(seed, 2, 2)
    var columns: [[Double]] = Array(repeating: [], count: 5)
    var (price, change, shock, variance) = (100.0, 0.0, 0.0, 2e-4)
    for _ in 0..<rows {
      variance = 4e-6 + 0.1 * shock * shock + 0.88 * variance
      let deviation = variance.squareRoot()
      shock = deviation * shocks.nextNormal()
      change = 0.0003 + 0.2 * change + shock
      let open = price
      price *= exp(change)
      let up = exp(0.4 * deviation * abs(ranges.nextNormal()))
      let down = exp(-0.4 * deviation * abs(ranges.nextNormal()))
      let volume = (1e6 * exp(40 * deviation + 0.3 * trade.nextNormal())).rounded()
      for (index, value) in [open, max(open, price) * up, min(open, price) * down, price, volume].enumerated() {
        columns[index].append(value)
      }
    }
    return Array(zip(["Open", "High", "Low", "Close", "Volume"], columns))
  }

  private static func air(_ rows: Int, _ seed: UInt64) -> [(String, [Double])] {
    var streams = (0..<7).map { stream(seed, 3, UInt32($0)) }
    var gaps = (0..<4).map { stream(seed, 3, UInt32(8 + $0)) }
    var gapEnd = [0, 0, 0, 0]
    var columns: [[Double]] = Array(repeating: [], count: 6)
    var (benzene, wind, deviation) = (6.0, 1.0, 0.0)
    for row in 0..<rows {
      let hour = Double(row % 24)
      let weekend = (row / 24 + 2) % 7 >= 5
      wind = 1 + 0.85 * (wind - 1) + 0.15 * streams[0].nextNormal()
      deviation = 0.95 * deviation + 0.5 * streams[1].nextNormal()
      let rush = exp(-(hour - 8) * (hour - 8) / 6) + exp(-(hour - 18) * (hour - 18) / 8)
      let traffic = (weekend ? 0.5 : 1) * (1 + 4 * rush) / max(0.4, wind)
      benzene = max(0.1, 0.6 * benzene + 2 * traffic + 0.5 * streams[2].nextNormal())
      let temperature = 15 - 8 * cos(2 * .pi * Double(row) / 8766) + 5 * sin(2 * .pi * (hour - 9) / 24) + deviation
      let gases = [
        benzene, 0.2 * benzene + 0.1 * streams[3].nextNormal(), 60 + 5 * benzene + 4 * streams[4].nextNormal(),
        800 + 30 * benzene + 3 * temperature + 10 * streams[5].nextNormal(),
      ]
      for (index, value) in gases.enumerated() {
        if gaps[index].nextUniform() < 1 / 150 { gapEnd[index] = row + 3 }
        columns[index].append(row < gapEnd[index] ? .nan : value)
      }
      columns[4].append(temperature)
      columns[5].append(min(100, max(5, 75 - 1.5 * temperature + 5 * streams[6].nextNormal())))
    }
    return Array(zip(["benzene", "co", "no2", "sensor", "temperature", "humidity"], columns))
  }
}
