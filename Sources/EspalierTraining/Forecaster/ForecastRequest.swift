import EspalierData
import EspalierStatistics

/// What a forecast of what comes after the data's end shall hold.
public struct ForecastRequest: Codable, Equatable, Sendable {
  /// Steps to forecast, the first ones of the model's horizon; nil takes them all.
  public var horizon: Int?
  /// The coverages of the intervals beside the forecasts, each strictly between 0 and 1, in any order; empty for none.
  public var levels: [Double]
  /// How the intervals come about.
  public var method: IntervalMethod
  /// How adaptive intervals adapt; its own level is not used.
  public var adaptive: AdaptiveConformal
  /// What becomes of a series that was not trained on, where every series has scalers of its own.
  public var unseen: UnseenSeries
  /// Rows of the past in the report, for a chart, at most.
  public var history: Int

  /// Describes a forecast; without arguments, the model's whole horizon without intervals.
  public init(
    horizon: Int? = nil, levels: [Double] = [], method: IntervalMethod = .adaptive,
    adaptive: AdaptiveConformal = AdaptiveConformal(), unseen: UnseenSeries = .refuse, history: Int = 0
  ) {
    self.horizon = horizon
    self.levels = levels
    self.method = method
    self.adaptive = adaptive
    self.unseen = unseen
    self.history = history
  }

  /// Checks what needs no data.
  ///
  /// - Parameter saved: The model that shall forecast.
  /// - Throws: ``ForecastRequestError``, an `IntervalError` for a level or setting out of range, or a `QuantileError` when
  ///   the model's own intervals are asked for and its loss doesn't tell them.
  public func validate(for saved: SavedModel) throws {
    let most = saved.preparation.task.horizon
    if let horizon {
      if horizon < 1 { throw ForecastRequestError.notPositive(horizon) }
      if horizon > most { throw ForecastRequestError.horizonTooLong(asked: horizon, model: most) }
    }
    guard !levels.isEmpty else { return }
    try IntervalConfiguration(levels: levels, adaptive: adaptive).validate()
    let sorted = levels.sorted()
    if let repeated = zip(sorted, sorted.dropFirst()).first(where: { $0 == $1 }) {
      throw ForecastRequestError.levelRepeated(repeated.0)
    }
    let loss = saved.run.training.loss
    if method == .uncalibrated {
      if loss.quantileLevels.isEmpty { throw ForecastRequestError.noIntervalsOfItsOwn(loss: loss.name) }
      _ = try OutputReader(loss, levels: IntervalConfiguration(levels: levels).quantileLevels)
    } else if saved.extent == nil {
      throw ForecastRequestError.extentUnknown
    }
  }
}

/// Why a model can't forecast what is asked for.
public enum ForecastRequestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A horizon is below 1.
  case notPositive(Int)
  /// More steps are asked for than the model forecasts.
  case horizonTooLong(asked: Int, model: Int)
  /// A coverage is asked for twice.
  case levelRepeated(Double)
  /// The model's file does not say which data the model has seen.
  case extentUnknown
  /// Only one of the training's data and the new ones have dates.
  case datesDiffer(trainedOnDates: Bool)
  /// No window of the data is new to the model.
  case nothingNew(after: TrainingExtent)
  /// Fewer new windows are there than intervals of a coverage need.
  case tooFewWindows(level: Double, count: Int, needed: Int, after: TrainingExtent)
  /// The model forecasts points alone.
  case noIntervalsOfItsOwn(loss: String)
  /// A forecaster that was read from a file is asked to go on behind the data that it was trained on.
  case withoutData

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositive(let horizon): "A forecast of \(horizon) steps is not possible; ask for at least 1."
    case .horizonTooLong(let asked, let model):
      "The model forecasts \(model) \(model == 1 ? "step" : "steps") and not \(asked); ask for at most \(model), or train "
        + "one with a horizon of \(asked)."
    case .levelRepeated(let level):
      "Intervals of \(Self.percent(level)) % are asked for twice; name each coverage once."
    case .extentUnknown:
      "This model does not say up to where its training reached, so no window is known to be new to it and intervals can't "
        + "be calibrated; train it anew, or ask for no intervals."
    case .datesDiffer(let trainedOnDates):
      trainedOnDates
        ? "The model was trained on data with dates and these have none, so no window is known to be new to it; give data "
          + "with dates, or ask for no intervals."
        : "The model was trained on data without dates and these have some, so no window is known to be new to it; give "
          + "data as those of the training, or ask for no intervals."
    case .nothingNew(let extent):
      "No window with known targets lies behind \(extent.description), up to where the model was trained and selected, so "
        + "intervals can't be calibrated; give data that go on behind it, or ask for no intervals."
    case .tooFewWindows(let level, let count, let needed, let extent):
      "Intervals of \(Self.percent(level)) % need \(needed) windows of a series to be calibrated on, and behind "
        + "\(extent.description), up to where the model was trained and selected, there \(count == 1 ? "is" : "are") "
        + "\(count) at most; give newer rows, or ask for a lower coverage."
    case .noIntervalsOfItsOwn(let loss):
      "A model with the loss '\(loss)' has no intervals of its own; ask for adaptive or split ones, or train with the loss "
        + "quantile, normal or student-t."
    case .withoutData:
      "This forecaster was read from a file, which holds no data; give it the table to go on behind."
    }
  }

  /// A coverage in percent without the digits of rounding.
  static func percent(_ level: Double) -> String {
    let rounded = (100 * level * 1e6).rounded() / 1e6
    return rounded.description.hasSuffix(".0") ? String(rounded.description.dropLast(2)) : rounded.description
  }
}
