import Espalier

/// The sample of `Documentation/intervals.md`, on a series that is forecast by its last value.
func followResiduals() throws {
  let series = SyntheticSeries.load.table(rows: 2000).columns[0].values
  let (truths, forecasts) = (series.dropFirst(), series.dropLast())
  let forecast = series[series.count - 1]

  let residuals = zip(truths, forecasts).map { $0 - $1 }
  let adaptive = AdaptiveConformal(level: 0.95)
  // Intervals of the residuals from the 500th on, and of one more whose truth is not known yet.
  let bands = try adaptive.bands(residuals: residuals + [.nan], from: 500, delay: 1)
  let next = bands[bands.count - 1].shifted(by: forecast)

  let hits = zip(bands, residuals[500...]).filter { $0.lower <= $1 && $1 <= $0.upper }
  print("covered: \(Double(hits.count) / Double(residuals.count - 500))")
  print("the next value lies between \(next.lower) and \(next.upper)")
}
