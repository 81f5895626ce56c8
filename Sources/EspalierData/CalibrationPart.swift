/// The part of the data that intervals are calibrated on: the end of validation, which then selects nothing.
///
/// Residuals of data that a model was chosen by are too small, so calibration needs rows of its own.
enum CalibrationPart {
  /// Takes the last rows of every series' validation part for calibration.
  ///
  /// One series gives up `floor(fraction * rows)` of its validation rows; a panel's series share the date from which on
  /// they do, the last `floor(fraction * dates)` of the validation dates. Products within 1e-9 of a whole number are it.
  ///
  /// - Parameters:
  ///   - fraction: The share of validation, strictly between 0 and 1.
  ///   - parts: The parts of every series.
  ///   - table: The data.
  /// - Returns: The parts with shorter validation and with calibration behind it.
  static func reserving(_ fraction: Double, of parts: [SeriesParts], table: SeriesTable) -> [SeriesParts] {
    func share(of count: Int) -> Int { Int((fraction * Double(count) + 1e-9).rounded(.down)) }
    if table.series.count == 1, let only = parts.first {
      return [only.calibrating(from: only.validation.upperBound - share(of: only.validation.count))]
    }
    let dates = Set(parts.flatMap { $0.validation.map { table.times[$0] } }).sorted()
    let kept = dates.count - share(of: dates.count)
    guard kept < dates.count else { return parts }
    return parts.map { part in
      part.calibrating(from: part.validation.first { table.times[$0] >= dates[kept] } ?? part.validation.upperBound)
    }
  }
}

extension SeriesParts {
  fileprivate func calibrating(from row: Int) -> SeriesParts {
    SeriesParts(
      train: train, validation: validation.lowerBound..<row, test: test, calibration: row..<validation.upperBound)
  }
}
