/// Why a table can't be prepared for a task.
public enum PreparationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A count that must be at least 1 is not.
  case notPositive(name: String, value: Int)
  /// Look-back or horizon is beyond any use.
  case tooLong(lookback: Int, horizon: Int, most: Int)
  /// Mean and deviation of a window need at least three steps.
  case lookbackTooShortForDeviation(Int)
  /// A file was given without the column to forecast.
  case targetNeeded
  /// The target was listed as a feature.
  case targetAmongFeatures(String)
  /// The table has no such column of numbers.
  case unknownColumn(name: String, nearest: String?)
  /// The column holds text.
  case textColumn(String)
  /// The target has one value only.
  case constantTarget(String)
  /// The target has no value in the rows that are fitted.
  case missingTarget(String)
  /// No input is left.
  case noInputs
  /// No series has enough rows; `longest` is the longest one's count.
  case tooShort(longest: Int, lookback: Int, horizon: Int)
  /// A part holds no window.
  case emptyPart(name: String, rows: Int, horizon: Int)
  /// A fixed split needs more rows than there are.
  case splitBeyondRows(needed: Int, rows: Int)
  /// A fixed split was given for a panel whose series have different time stamps.
  case splitOfPanel
  /// The share of validation that is kept for calibration is not strictly between 0 and 1.
  case calibrationOutOfRange(Double)
  /// The paper's evaluation has no part to calibrate on.
  case calibrationInPaper
  /// Columns can't become channels.
  case channels(ChannelError)
  /// Scalers of their own for every series were asked for in the paper's evaluation.
  case perSeriesInPaper
  /// A series was not trained on, and every series has scalers of its own.
  case unseenSeries(String)
  /// Known and static covariates were asked for in the paper's evaluation.
  case covariatesInPaper
  /// A column is listed with two roles.
  case twoRoles(String)
  /// A column is listed as known and as drifting.
  case knownDrifts(String)
  /// A wide table's channels have no static columns.
  case staticOfChannels(String)
  /// The table has no column of that name to take static values from.
  case unknownStatic(name: String, nearest: String?)
  /// A static column has no value in a series.
  case staticMissing(column: String, series: String)
  /// A static column has several values in a series.
  case staticVaries(column: String, series: String)
  /// A series has a category that no series of the training had.
  case unseenCategory(column: String, series: String, category: String)
  /// A known covariate has no value at a step to forecast.
  case futureMissing(column: String, series: String, time: Int64, isDate: Bool)
  /// Rows of the future don't fit the data that they follow.
  case futureRows(FutureRowsFault)
  /// Calendar inputs were asked for without dates.
  case calendarWithoutDates
  /// A value is infinite or too large for 32-bit floats once scaled; rows count from 0.
  case notFinite(column: String, row: Int)
  /// The target has several values that can't be scaled: the squares of their distances overflow or vanish.
  case extremeTarget(String)
  /// No series of new data has a known target, from which forecasts begin.
  case noKnownTarget(String)
  /// No series has as many rows as a look-back up to its last known target.
  case noFuture(target: String, lookback: Int)
  /// The times of new data are told in another way than those that were trained on.
  case otherTimes(expected: RowTimes, actual: RowTimes)
  /// New data lie on another grid than the data that were trained on.
  case otherGrid(expected: TimeGrid, actual: TimeGrid)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositive(let name, let value): "The \(name) is \(value): give at least 1 step."
    case .tooLong(let lookback, let horizon, let most):
      "Look-back \(lookback) and horizon \(horizon) must each be at most \(most) steps: give shorter ones."
    case .lookbackTooShortForDeviation(let lookback):
      "Normalizing windows by mean and deviation needs a look-back of at least "
        + "\(WindowNormalization.shortestLookback), not \(lookback): lengthen it or subtract the last value instead."
    case .targetNeeded: "A file does not say which column to forecast: name the target."
    case .targetAmongFeatures(let name):
      "The target \"\(name)\" is listed among the features: leave it out, its history is an input in the strict "
        + "evaluation and never one in the paper's."
    case .unknownColumn(let name, let nearest): "The data have no numeric column \"\(name)\"\(hint(nearest))."
    case .textColumn(let name): "Column \"\(name)\" holds text: choose a column of numbers."
    case .constantTarget(let name):
      "The target \"\(name)\" is constant in the rows to fit: there is nothing to learn, choose another column or rows."
    case .missingTarget(let name):
      "The target \"\(name)\" has no value in the rows to fit: choose another column or other rows."
    case .noInputs: "No input is left: name at least one feature that is not constant."
    case .tooShort(let longest, let lookback, let horizon):
      "The longest series has \(counted(longest, "row", were: false)) where "
        + (horizon == 0
          ? "a look-back of \(lookback) needs \(lookback): give more rows."
          : "look-back \(lookback) plus horizon \(horizon) need \(lookback + horizon): shorten them or give more rows.")
    case .emptyPart(let name, let rows, let horizon):
      "No window of horizon \(horizon) with a known target fits into the \(name) part of \(rows) rows: "
        + "shorten look-back or horizon, or give more rows."
    case .splitBeyondRows(let needed, let rows):
      "The fixed split needs \(needed) rows and the data have \(rows): use the whole file or another split."
    case .calibrationOutOfRange(let share):
      "The share of validation to calibrate on is strictly between 0 and 1, not \(share): 0.5 is usual."
    case .calibrationInPaper:
      "The paper's evaluation validates on the test part and keeps nothing to calibrate on: choose the strict one."
    case .splitOfPanel:
      "A fixed split counts rows, and the series of this panel have different time stamps: leave it out, a panel is "
        + "split on dates."
    case .channels(let error): error.description
    case .perSeriesInPaper:
      "The paper's evaluation has one scaler a column: choose the strict evaluation, or let the series share scalers."
    case .unseenSeries(let id):
      "Series \"\(id)\" was not trained on and the model has a scaler for each series that was: leave it out, or ask "
        + "for scalers from its own history."
    case .covariatesInPaper:
      "The paper's evaluation has neither known nor static covariates: choose the strict evaluation or leave them out."
    case .twoRoles(let name):
      "Column \"\(name)\" is listed with two roles: let it be the target, a feature, known or static, and only one of them."
    case .knownDrifts(let name):
      "Column \"\(name)\" is listed as known and as drifting: window normalization applies to the past alone, so take it "
        + "off one of the lists."
    case .staticOfChannels(let name):
      "The channels of a wide table have no static columns: leave out \"\(name)\", or give the data in long format."
    case .unknownStatic(let name, let nearest): "The data have no column \"\(name)\"\(hint(nearest))."
    case .staticMissing(let column, let series):
      "The static column \"\(column)\" has no value\(Self.of(series)): fill it in or leave the series out."
    case .staticVaries(let column, let series):
      "The static column \"\(column)\" has several values\(Self.of(series)): make it a feature instead, or correct it."
    case .unseenCategory(let column, let series, let category):
      "The static column \"\(column)\" is \"\(category)\"\(Self.of(series)), which no series of the training was: leave "
        + "the series out or train again."
    case .futureMissing(let column, let series, let time, let isDate):
      "The known column \"\(column)\" has no value\(Self.of(series)) at \(isDate ? TimeStamp.text(time) : "row \(time)"): "
        + "give it in rows behind the last target, or in a file of the future."
    case .futureRows(let fault): fault.description
    case .calendarWithoutDates: "Calendar inputs need dates: name the date column or leave the calendar out."
    case .notFinite(let column, let row):
      "Row \(row) of column \"\(column)\" is infinite or too large: correct it or mark it as missing."
    case .extremeTarget(let name):
      "The values of the target \"\(name)\" are too large, or too close to each other, to be scaled: divide or multiply "
        + "them by a power of ten."
    case .noKnownTarget(let name):
      "No series of these data has a known value of \"\(name)\", from which a forecast begins: give rows that have it."
    case .noFuture(let target, let lookback):
      "No series has the \(lookback) rows of a look-back up to its last known \"\(target)\", where a forecast begins: give "
        + "more of the past."
    case .otherTimes(let expected, let actual):
      "The model was trained on rows \(expected) and these are rows \(actual): "
        + (expected == .order
          ? "remove that column from the file, or train anew with it."
          : "name the column that tells them, or train anew on such rows.")
    case .otherGrid(let expected, let actual):
      "The model was trained on steps of \(expected) and these data have steps of \(actual): give data with the same step, "
        + "or train anew on such data."
    }
  }

  private static func of(_ series: String) -> String { series.isEmpty ? "" : " in series \"\(series)\"" }
}
