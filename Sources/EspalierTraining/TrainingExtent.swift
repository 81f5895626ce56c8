import EspalierData

/// Up to where the data have had a part in a model: rows behind it are new to the model.
///
/// Weights were trained and epochs selected by rows up to there, in all series. The parts are cut in time order, so that
/// one moment says it.
public struct TrainingExtent: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The last moment: milliseconds since 1970, or a row number without dates.
  public let lastTime: Int64
  /// Whether it is a date.
  public let isDate: Bool

  /// Names a moment.
  public init(lastTime: Int64, isDate: Bool) {
    self.lastTime = lastTime
    self.isDate = isDate
  }

  /// The moment in words: a date, or `row 12`.
  public var description: String { isDate ? TimeStamp.text(lastTime) : "row \(lastTime)" }

  /// What two trainings on data of their own have seen together; nil unless both have dates, because a row's number says
  /// nothing about another file.
  func joined(_ other: TrainingExtent) -> TrainingExtent? {
    isDate && other.isDate ? TrainingExtent(lastTime: max(lastTime, other.lastTime), isDate: true) : nil
  }
}

extension PreparedData {
  /// Whether a row's time is the same in newer data: a date is, and so is a row's number where one file's rows are one
  /// series or channels of one table.
  ///
  /// The rows of an undated panel are numbered over all series, so that more rows of one series move the others'.
  var timesStay: Bool { timesAreDates || seriesNames.count == 1 || fitted.task.channels != nil }

  /// Up to where training and validation windows reach with their horizons; nil without such windows, and where times of
  /// newer data can't be compared with it.
  var extent: TrainingExtent? {
    guard timesStay else { return nil }
    // In the paper's evaluation validation is the test part, and everything was fitted on the whole file.
    return (train + validation).map { time($0, step: horizon - 1) }.max()
      .map { TrainingExtent(lastTime: $0, isDate: timesAreDates) }
  }
}
