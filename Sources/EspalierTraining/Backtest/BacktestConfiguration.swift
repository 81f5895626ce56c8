import EspalierData

/// From where forecasts are made to test a method, and what it may learn from each time.
///
/// The origin of a forecast rolls forward through the data, and every time only what lies before it is known.
///
/// - Source: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0.
public struct BacktestConfiguration: Codable, Equatable, Sendable {
  /// Which rows before an origin may be learned from.
  public enum Window: Codable, Equatable, Sendable {
    /// All of them.
    case expanding
    /// The last so many; nil takes as many as the longest series has before the first origin.
    case sliding(rows: Int?)
  }

  /// At which origins the model is trained anew.
  public enum Refit: Codable, Equatable, Sendable {
    /// At every origin.
    case always
    /// At the first origin alone.
    case never
    /// At the first origin and every so many from there, at least 1.
    case every(origins: Int)
  }

  /// Where the origins of a panel's series lie.
  public enum Alignment: String, Codable, Sendable, CaseIterable {
    /// So many rows before the end of every series, whenever that is, as StatsForecast's cross-validation counts.
    case seriesEnds = "series-ends"
    /// At moments that all series share, so many before the last one: no series is learned from beyond them.
    case calendar
  }

  /// How many origins there are; the horizon of the last one ends with the data.
  public var origins = 5
  /// Rows from one origin to the next; nil takes the horizon, so that forecasts touch without overlapping.
  public var step: Int?
  /// Which rows may be learned from.
  public var window = Window.expanding
  /// When the model is trained anew.
  public var refit = Refit.always
  /// Where the origins of a panel's series lie.
  public var alignment = Alignment.seriesEnds
  /// The share of the rows before an origin, at their end, that trainings stop and select by.
  ///
  /// Above 0 and at most 0.9; at least the horizon is taken. The default is that of the strict evaluation, 1/10 beside
  /// 7/10.
  public var validation = 0.125
  /// Seeds a training, counted on from the run's; at most 1000.
  public var trials = 1

  /// Five origins, a horizon apart, with a training at each.
  public init() {}

  /// The most origins or rows, whose products still are numbers, and the most seeds.
  private static let most = (rows: 1_000_000, trials: 1000)

  /// Checks the numbers.
  ///
  /// - Throws: ``BacktestError``.
  public func validate() throws(BacktestError) {
    var counts = [("number of origins", origins), ("distance between origins", step ?? 1)]
    if case .sliding(let rows?) = window { counts.append(("number of rows of the sliding window", rows)) }
    if case .every(let count) = refit { counts.append(("number of origins from one training to the next", count)) }
    for (name, value) in counts where !(1...Self.most.rows).contains(value) {
      throw .outOfRange(name: name, value: value, most: Self.most.rows)
    }
    guard (1...Self.most.trials).contains(trials) else {
      throw .outOfRange(name: "number of trials", value: trials, most: Self.most.trials)
    }
    guard validation > 0, validation <= 0.9 else { throw .validationOutOfRange(validation) }
  }

  /// The origins that each training forecasts from, in time order; every list begins with that of the training.
  var groups: [Range<Int>] {
    let length =
      switch refit {
      case .always: 1
      case .never: origins
      case .every(let count): count
      }
    return stride(from: 0, to: origins, by: length).map { $0..<min($0 + length, origins) }
  }
}

extension BacktestConfiguration.Alignment {
  /// What origins are counted in.
  var units: String { self == .calendar ? "moments" : "rows" }
}

/// Why a backtest can't be done.
public enum BacktestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A count is below 1 or beyond any use.
  case outOfRange(name: String, value: Int, most: Int)
  /// The share of rows to validate on is not above 0 and at most 0.9.
  case validationOutOfRange(Double)
  /// The paper's evaluation was asked for.
  case paperEvaluation
  /// A part of the data was to be kept for calibrating intervals.
  case calibration
  /// A model that is trained already would have seen what is behind the first origins.
  case warmStart
  /// The longest series is too short for so many origins.
  ///
  /// With the calendar's alignment, counts are moments, and `longest` is that of all series together.
  case tooManyOrigins(
    origins: Int, step: Int, needed: Int, longest: Int, fitting: Int, alignment: BacktestConfiguration.Alignment)
  /// The sliding window does not hold a training and a validation window.
  case slidingTooShort(rows: Int, needed: Int)
  /// The target is not known anywhere.
  case missingTarget(String)
  /// A value is infinite or too large for 32-bit floats once scaled by what a fold knows; times as in `SeriesTable`.
  case notFinite(column: String, series: String, time: Int64, isDate: Bool)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .outOfRange(let name, let value, let most):
      "The \(name) is \(value); choose a number from 1 to \(most)."
    case .validationOutOfRange(let share):
      "The share of rows to validate on is above 0 and at most 0.9, not \(share); 0.125 is usual."
    case .paperEvaluation:
      "The paper's evaluation learns from the whole of the data and has no origins to roll; choose the strict one."
    case .calibration: "A backtest keeps no part of validation for calibration; leave its share out."
    case .warmStart:
      "A finished model may have been trained on what a backtest forecasts; let its trainings begin with random weights."
    case .tooManyOrigins(let origins, let step, let needed, let longest, let fitting, let alignment):
      "\(origins == 1 ? "One origin needs" : "\(origins) origins \(step) \(alignment.units) apart need") \(needed) "
        + "\(alignment.units) and \(alignment == .calendar ? "the series together have" : "the longest series has") "
        + "\(longest): "
        + (fitting > 0
          ? "at most \(fitting) \(fitting == 1 ? "fits" : "fit"), so ask for fewer, or for a smaller distance."
          : "not even one fits, so shorten look-back or horizon, or give more rows.")
    case .slidingTooShort(let rows, let needed):
      "A sliding window of \(rows) rows is too short to train and to validate on; choose at least \(needed)."
    case .missingTarget(let name):
      "The target \"\(name)\" has no value: choose another column or other rows."
    case .notFinite(let column, let series, let time, let isDate):
      "Column \"\(column)\"\(series.isEmpty ? "" : " of series \"\(series)\"") is infinite or too large at "
        + "\(isDate ? TimeStamp.text(time) : "row \(time)"): correct it or mark it as missing."
    }
  }
}
