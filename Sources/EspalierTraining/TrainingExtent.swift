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

  /// What two trainings have seen together; nil where one has dates and the other has none.
  func joined(_ other: TrainingExtent) -> TrainingExtent? {
    isDate == other.isDate ? TrainingExtent(lastTime: max(lastTime, other.lastTime), isDate: isDate) : nil
  }
}

extension PreparedData {
  /// Up to where training and validation windows reach with their horizons; nil without such windows.
  var extent: TrainingExtent? {
    // In the paper's evaluation validation is the test part, and everything was fitted on the whole file.
    (train + validation).map { time($0, step: horizon - 1) }.max()
      .map { TrainingExtent(lastTime: $0, isDate: timesAreDates) }
  }
}
