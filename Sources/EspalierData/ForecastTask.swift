/// How honest an evaluation is.
public enum Evaluation: String, Codable, Sendable, CaseIterable {
  /// Train, validation and test in time order; everything fitted on train alone; the target's history is an input.
  case strict
  /// What the published experiments do: everything fitted on the whole file, the last fifth of the windows is
  /// validation and test at once, and the target's history is not among the inputs.
  case paper
}

/// Numbers of rows of the three parts, counted from the first row; rows beyond them are not used.
public struct FixedSplit: Codable, Equatable, Sendable {
  /// Rows to train on.
  public let train: Int
  /// Rows to stop and select by, behind those of train.
  public let validation: Int
  /// Rows to report, behind those of validation.
  public let test: Int

  /// Counts rows.
  public init(train: Int, validation: Int, test: Int) {
    self.train = train
    self.validation = validation
    self.test = test
  }
}

/// What is to be forecast from what.
public struct ForecastTask: Codable, Equatable, Sendable {
  /// The column to forecast.
  public var target: String
  /// The columns to forecast from, beside the target's own history; nil takes all other columns of numbers.
  public var features: [String]?
  /// Steps of history in a window, at least 1.
  public var lookback: Int
  /// Steps to forecast, at least 1.
  public var horizon: Int
  /// How parts are cut and what fitting may see.
  public var evaluation: Evaluation
  /// How columns are brought to a common scale.
  public var scaler: ScalerKind
  /// What is taken out of every window; nil takes the evaluation's default: last value in strict, none in paper.
  public var normalization: WindowNormalization?
  /// Whether sines and cosines of the time of day, week, month and year are inputs.
  public var calendar: Bool
  /// The parts, where a benchmark fixes them; only in strict.
  public var split: FixedSplit?
  /// Steps of a season, at least 1: for the seasonal naive forecast and the scale of MASE.
  public var season: Int
  /// The share of the validation part, at its end, that is kept apart to calibrate intervals on; nil keeps none.
  ///
  /// Strictly between 0 and 1, and only in strict.
  public var calibration: Double?
  /// The columns of a wide table that become one series each, whose values are the column ``target``.
  ///
  /// Empty takes all columns of numbers that are no inputs; nil leaves the table as it is.
  public var channels: [String]?
  /// Columns whose values at the forecast steps are known when a forecast is made, which makes them inputs; nil for none.
  public var known: [String]?
  /// Whether the calendar of the forecast steps is among those inputs; nil for no.
  public var knownCalendar: Bool?
  /// Columns that don't change within a series: numbers, or texts that become categories; nil for none.
  public var statics: [String]?
  /// Whether all series share scalers, which nil does.
  ///
  /// Only the strict evaluation can give every series its own.
  public var scaling: ScalerScope?
  /// The rows of its series that a validation window must have before it; nil asks for the look-back alone.
  ///
  /// At least 1; a number below the look-back changes nothing, and only strict looks at it. Series of a panel that
  /// begin late have fewer windows the longer the look-back is. With the longest one's history all look-backs are
  /// judged by the same windows, so that their losses can be compared.
  public var validationHistory: Int?

  /// A task with the defaults of the strict evaluation.
  public init(
    target: String, features: [String]? = nil, lookback: Int, horizon: Int = 1, evaluation: Evaluation = .strict,
    scaler: ScalerKind = .standard, normalization: WindowNormalization? = nil, calendar: Bool = false,
    split: FixedSplit? = nil, season: Int = 1, calibration: Double? = nil
  ) {
    self.target = target
    self.features = features
    self.lookback = lookback
    self.horizon = horizon
    self.evaluation = evaluation
    self.scaler = scaler
    self.normalization = normalization
    self.calendar = calendar
    self.split = split
    self.season = season
    self.calibration = calibration
  }

  /// The normalization with the evaluation's default filled in.
  public var resolvedNormalization: WindowNormalization {
    normalization ?? (evaluation == .strict ? .lastValue : .none)
  }

  /// Checks what can be checked without data.
  ///
  /// - Throws: ``PreparationError`` for counts below 1 and for a normalization that needs a longer look-back.
  public func validate() throws(PreparationError) {
    guard lookback >= 1 else { throw .notPositive(name: "look-back", value: lookback) }
    guard horizon >= 1 else { throw .notPositive(name: "horizon", value: horizon) }
    guard season >= 1 else { throw .notPositive(name: "season", value: season) }
    if let validationHistory, validationHistory < 1 {
      throw .notPositive(name: "history of validation windows", value: validationHistory)
    }
    if lookback > Self.longest || horizon > Self.longest {
      throw .tooLong(lookback: lookback, horizon: horizon, most: Self.longest)
    }
    if resolvedNormalization == .meanAndDeviation, lookback < WindowNormalization.shortestLookback {
      throw .lookbackTooShortForDeviation(lookback)
    }
    if let calibration {
      guard evaluation == .strict else { throw .calibrationInPaper }
      guard calibration > 0, calibration < 1 else { throw .calibrationOutOfRange(calibration) }
    }
    if features?.contains(target) == true { throw .targetAmongFeatures(target) }
    if evaluation == .paper, scaling == .perSeries { throw .perSeriesInPaper }
    try validateCovariates()
  }

  private func validateCovariates() throws(PreparationError) {
    let covariates = (known ?? []) + (statics ?? [])
    guard !covariates.isEmpty || knownCalendar == true else { return }
    if evaluation == .paper { throw .covariatesInPaper }
    var seen: Set<String> = [target]
    for name in covariates + (features ?? []) where !seen.insert(name).inserted { throw .twoRoles(name) }
    if channels != nil, let first = statics?.first { throw .staticOfChannels(first) }
  }

  /// The table that the task is about: a wide one becomes a panel of channels.
  ///
  /// - Parameters:
  ///   - table: The data.
  ///   - inputs: The columns that all channels share; nil takes the task's features and known columns.
  /// - Returns: The table or its panel.
  /// - Throws: ``PreparationError/channels(_:)``.
  package func arranged(_ table: SeriesTable, inputs: [String]? = nil) throws(PreparationError) -> SeriesTable {
    guard let channels else { return table }
    do throws(ChannelError) {
      return try table.channels(channels, as: target, shared: inputs ?? (features ?? []) + (known ?? []))
    } catch {
      throw .channels(error)
    }
  }

  /// The longest look-back or horizon, in steps.
  static let longest = 1_000_000
}
