/// The forecasts that any other has to beat, from a series alone.
public enum NaiveForecast {
  /// Repeats the last value.
  ///
  /// - Parameters:
  ///   - series: Values in time order, the last one finite.
  ///   - horizon: Steps to forecast, at least 1.
  /// - Returns: `horizon` values in the series' unit.
  /// - Throws: ``SeriesError`` when the series is empty, its last value not finite or the horizon below 1.
  public static func lastValue(of series: [Double], horizon: Int) throws(SeriesError) -> [Double] {
    try seasonal(of: series, season: 1, horizon: horizon)
  }

  /// Repeats the last season.
  ///
  /// - Parameters:
  ///   - series: Values in time order, those of the last season finite.
  ///   - season: Steps after which the series repeats, at least 1.
  ///   - horizon: Steps to forecast, at least 1.
  /// - Returns: `horizon` values in the series' unit.
  /// - Throws: ``SeriesError`` when the series has no whole season, a value is not finite or a number below 1.
  public static func seasonal(of series: [Double], season: Int, horizon: Int) throws(SeriesError) -> [Double] {
    guard season >= 1 else { throw .notPositive(name: "season", value: season) }
    guard horizon >= 1 else { throw .notPositive(name: "horizon", value: horizon) }
    guard series.count >= season else { throw .tooShort(count: series.count, needed: season) }
    let last = series.suffix(season)
    if let position = last.firstIndex(where: { !$0.isFinite }) { throw .notFinite(name: "series", position: position) }
    return (0..<horizon).map { last[last.startIndex + $0 % season] }
  }

  /// Repeats the last value of the seasonally adjusted series and puts the pattern back: the M4 competition's Naive2.
  ///
  /// Adjusted by ``SeasonalIndices`` where ``SeasonalIndices/isSeasonal(_:season:)`` says so, else the last value.
  ///
  /// - Parameters:
  ///   - series: Finite values in time order.
  ///   - season: Steps after which the series may repeat, at least 1.
  ///   - horizon: Steps to forecast, at least 1.
  /// - Returns: `horizon` values in the series' unit.
  /// - Throws: ``SeriesError`` when the series is empty, a value not finite or a number below 1.
  /// - Source: Makridakis, Spiliotis and Assimakopoulos 2020, doi:10.1016/j.ijforecast.2019.04.014.
  public static func naive2(of series: [Double], season: Int, horizon: Int) throws(SeriesError) -> [Double] {
    guard season >= 1 else { throw .notPositive(name: "season", value: season) }
    if let position = series.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(name: "series", position: position)
    }
    let plain = try lastValue(of: series, horizon: horizon)
    guard SeasonalIndices.isSeasonal(series, season: season) else { return plain }
    let indices = try SeasonalIndices(of: series, season: season)
    let level = indices.adjusted(plain[0], at: series.count - 1)
    return (0..<horizon).map { indices.restored(level, at: series.count + $0) }
  }
}
