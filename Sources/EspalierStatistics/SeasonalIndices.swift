/// The seasonal pattern of a series by classical decomposition: a centred moving average, and the mean deviation from it
/// at each place in the season.
///
/// Computed as the M4 competition's benchmarks do, by R's `decompose`.
///
/// - Source: Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014, and its benchmarks.
public struct SeasonalIndices: Equatable, Sendable {
  /// How the pattern and the rest make the series.
  public enum Form: String, Codable, Sendable, CaseIterable {
    /// Rest times index, as in M4; indices have mean 1.
    case multiplicative
    /// Rest plus index, for series with values of 0 or below; indices have mean 0.
    case additive
  }

  /// How the pattern and the rest make the series.
  public let form: Form
  /// One index a place in the season; the first belongs to the first value of the series.
  public let values: [Double]

  /// Takes the seasonal pattern of a series.
  ///
  /// Multiplicative for series above 0 throughout, else additive.
  ///
  /// - Parameters:
  ///   - series: At least two seasons of finite values, in time order.
  ///   - season: Steps after which the pattern repeats, at least 1.
  /// - Throws: ``SeriesError`` when the season is below 1, the series too short or a value not finite.
  public init(of series: [Double], season: Int) throws(SeriesError) {
    guard season >= 1 else { throw .notPositive(name: "season", value: season) }
    if let position = series.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "series", position: position)
    }
    guard series.count / 2 >= season else {
      throw .tooShort(count: series.count, needed: season > Int.max / 2 ? Int.max : 2 * season)
    }
    form = series.allSatisfy { $0 > 0 } ? .multiplicative : .additive
    let half = season / 2
    var sums = [Double](repeating: 0, count: season)
    var counts = [Double](repeating: 0, count: season)
    for index in half..<(series.count - half) {
      var trend = series[(index - half)...(index + half)].reduce(0, +)
      // An even season has its ends half inside.
      if season % 2 == 0 { trend -= (series[index - half] + series[index + half]) / 2 }
      trend /= Double(season)
      sums[index % season] += form == .multiplicative ? series[index] / trend : series[index] - trend
      counts[index % season] += 1
    }
    let means = zip(sums, counts).map { $0 / $1 }
    let center = means.reduce(0, +) / Double(season)
    values = form == .multiplicative ? means.map { $0 / center } : means.map { $0 - center }
  }

  /// A value without the pattern.
  ///
  /// - Parameters:
  ///   - value: A value of the series.
  ///   - index: Its place in the series, from 0.
  /// - Returns: The value over the index, or less the index.
  public func adjusted(_ value: Double, at index: Int) -> Double {
    let seasonal = values[index % values.count]
    return form == .multiplicative ? value / seasonal : value - seasonal
  }

  /// A value with the pattern put back; `index` may lie behind the series' end.
  public func restored(_ value: Double, at index: Int) -> Double {
    let seasonal = values[index % values.count]
    return form == .multiplicative ? value * seasonal : value + seasonal
  }

  /// Whether a series is seasonal, by the M4 competition's test at the 90 % level.
  ///
  /// It is when `|r(m)| > 1.645 sqrt((1 + 2 (r(1)² + ... + r(m - 1)²)) / n)`, with `r` the autocorrelations and `n` the
  /// number of values. Series of fewer than three seasons, constant ones and seasons of 1 are not.
  ///
  /// - Parameters:
  ///   - series: Finite values in time order.
  ///   - season: Steps of the season `m`.
  /// - Returns: Whether the pattern shall be taken out.
  public static func isSeasonal(_ series: [Double], season: Int) -> Bool {
    guard season > 1, series.count / 3 >= season else { return false }
    let center = series.reduce(0, +) / Double(series.count)
    let distances = series.map { $0 - center }
    let variation = distances.reduce(0) { $0 + $1 * $1 }
    guard variation > 0 else { return false }
    func correlation(_ lag: Int) -> Double {
      zip(distances, distances.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / variation
    }
    let squares = (1..<season).reduce(0.0) { $0 + correlation($1) * correlation($1) }
    return abs(correlation(season)) > 1.645 * ((1 + 2 * squares) / Double(series.count)).squareRoot()
  }
}
