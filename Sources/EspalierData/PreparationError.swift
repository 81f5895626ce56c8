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
  /// A fixed split was given for a panel.
  case splitOfPanel
  /// The share of validation that is kept for calibration is not strictly between 0 and 1.
  case calibrationOutOfRange(Double)
  /// The paper's evaluation has no part to calibrate on.
  case calibrationInPaper
  /// Calendar inputs were asked for without dates.
  case calendarWithoutDates
  /// A value is infinite or too large for 32-bit floats once scaled; rows count from 0.
  case notFinite(column: String, row: Int)
  /// New data come in other steps than the data that were trained on; in milliseconds.
  case otherStep(expected: Int64, actual: Int64)

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
      "The longest series has \(longest) rows where look-back \(lookback) plus horizon \(horizon) need "
        + "\(lookback + horizon): shorten them or give more rows."
    case .emptyPart(let name, let rows, let horizon):
      "No window of horizon \(horizon) with a known target fits into the \(name) part of \(rows) rows: "
        + "shorten look-back or horizon, or give more rows."
    case .splitBeyondRows(let needed, let rows):
      "The fixed split needs \(needed) rows and the data have \(rows): use the whole file or another split."
    case .splitOfPanel: "A fixed split counts rows of one series: leave it out for a panel, which is split on dates."
    case .calibrationOutOfRange(let share):
      "The share of validation to calibrate on is strictly between 0 and 1, not \(share): 0.5 is usual."
    case .calibrationInPaper:
      "The paper's evaluation validates on the test part and keeps nothing to calibrate on: choose the strict one."
    case .calendarWithoutDates: "Calendar inputs need dates: name the date column or leave the calendar out."
    case .notFinite(let column, let row):
      "Row \(row) of column \"\(column)\" is infinite or too large: correct it or mark it as missing."
    case .otherStep(let expected, let actual):
      "The model was trained on steps of \(TimeStamp.length(expected)) and these data have steps of "
        + "\(TimeStamp.length(actual)): give data with the same step."
    }
  }
}
