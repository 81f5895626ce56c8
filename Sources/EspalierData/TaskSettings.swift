/// What a forecast is about, as far as it does not depend on the data.
public struct TaskSettings: Codable, Equatable, Sendable {
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
  /// The share of the validation part, at its end, that is kept apart to calibrate intervals on; nil keeps none.
  public var calibration: Double?
  /// Whether the calendar of the forecast steps is known to the model.
  public var knownCalendar: Bool?
  /// Whether all series share scalers; nil shares them, but for the channels of a wide table.
  public var scaling: ScalerScope?
  /// The rows of its series that a validation window must have before it; nil asks for the look-back alone.
  ///
  /// See ``ForecastTask/validationHistory``.
  public var validationHistory: Int?

  /// Settings; what is left out has the default of the strict evaluation.
  public init(
    lookback: Int = 30, horizon: Int = 1, evaluation: Evaluation = .strict, scaler: ScalerKind = .standard,
    normalization: WindowNormalization? = nil, calendar: Bool = false, scaling: ScalerScope? = nil,
    calibration: Double? = nil
  ) {
    self.lookback = lookback
    self.horizon = horizon
    self.evaluation = evaluation
    self.scaler = scaler
    self.normalization = normalization
    self.calendar = calendar
    self.calibration = calibration
    self.scaling = scaling
  }
}
