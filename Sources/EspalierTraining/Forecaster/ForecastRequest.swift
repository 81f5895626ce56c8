import EspalierData
import EspalierStatistics
import EspalierTensor

/// What a forecast of what comes after the data's end shall hold.
public struct ForecastRequest: Codable, Equatable, Sendable {
  /// Steps to forecast, the first ones of the model's horizon; nil takes them all.
  public var horizon: Int?
  /// The coverages of the intervals beside the forecasts, each strictly between 0 and 1, in any order; empty for none.
  public var levels: [Double]
  /// How the intervals come about.
  public var method: IntervalMethod
  /// How adaptive intervals adapt; its own level is not used.
  ///
  /// Its window also says how many windows are calibrated on, and its scores are those of split intervals too. Around the
  /// quantiles of a loss, scores are absolute: one distance moves both ends.
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
  ///   the model's own intervals are asked for and neither its loss nor passes of Monte Carlo dropout tell them.
  public func validate(for saved: SavedModel) throws {
    let most = saved.preparation.task.horizon
    if let horizon {
      if horizon < 1 { throw ForecastRequestError.notPositive(horizon) }
      if horizon > most { throw ForecastRequestError.horizonTooLong(asked: horizon, model: most) }
    }
    guard !levels.isEmpty else { return }
    let sorted = levels.sorted()
    if let repeated = ForecastIntervals.repeated(in: sorted) { throw ForecastRequestError.levelRepeated(repeated) }
    try IntervalConfiguration(levels: levels, adaptive: adaptive).validate()
    let loss = saved.run.training.loss
    if method == .uncalibrated {
      if !loss.quantileLevels.isEmpty {
        _ = try OutputReader(loss, levels: IntervalConfiguration(levels: levels).quantileLevels)
      } else if !saved.run.forecastsInPasses(saved.preparation.task.evaluation) {
        throw ForecastRequestError.noIntervalsOfItsOwn(loss: loss.name)
      }
      return
    }
    if saved.extent == nil { throw ForecastRequestError.extentUnknown }
    if adaptive.scores == .signed, !loss.quantileLevels.isEmpty {
      throw ForecastRequestError.signedAroundQuantiles(loss: loss.name)
    }
    for level in sorted where method == .adaptive {
      let needed = try residualsNeeded(level: level, loss: loss)
      if needed > adaptive.window {
        throw ForecastRequestError.coverageTooHigh(level: level, needed: needed, window: adaptive.window)
      }
    }
  }

  /// The fewest residuals that an interval needs to have two ends.
  func residualsNeeded(level: Double, loss: LossKind) throws(IntervalError) -> Int {
    try SplitConformal.fewestResiduals(
      level: level, scores: loss.quantileLevels.isEmpty ? adaptive.scores : .absolute)
  }

  /// The most windows of a series that intervals are calibrated on.
  ///
  /// Of adaptive ones the first half is calibrated on alone and the second one adapts, so that both have a full window of
  /// residuals; split ones take more where their highest coverage needs them.
  func mostWindows(loss: LossKind) throws(IntervalError) -> Int {
    let usual = 2 * min(adaptive.window, Int.max / 2)
    guard method == .split, let highest = levels.max() else { return usual }
    return max(usual, try residualsNeeded(level: highest, loss: loss))
  }
}

/// Why a model can't forecast what is asked for.
public enum ForecastRequestError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A horizon is below 1.
  case notPositive(Int)
  /// More steps are asked for than the model forecasts.
  case horizonTooLong(asked: Int, model: Int)
  /// A coverage is asked for twice, or two that are the same in percent with six decimals.
  case levelRepeated(Double)
  /// The model's file does not say which data the model has seen.
  case extentUnknown
  /// Only one of the training's data and the new ones have dates.
  case datesDiffer(trainedOnDates: Bool)
  /// The new data are a panel without dates.
  case undatedPanel
  /// Adaptive intervals of a coverage need more residuals than they look back on.
  case coverageTooHigh(level: Double, needed: Int, window: Int)
  /// Each side shall be judged by itself, and intervals are put around quantiles.
  case signedAroundQuantiles(loss: String)
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
      "This model does not say up to where its training reached, as those of older files, of panels without dates and of "
        + "warm starts without dates don't, so no window is known to be new to it and intervals can't be calibrated; train it "
        + "anew, on data with dates, or ask for no intervals."
    case .datesDiffer(let trainedOnDates):
      trainedOnDates
        ? "The model was trained on data with dates and these have none, so no window is known to be new to it; give data "
          + "with dates, or ask for no intervals."
        : "The model was trained on data without dates and these have some, so no window is known to be new to it; give "
          + "data as those of the training, or ask for no intervals."
    case .undatedPanel:
      "The data are several series without dates, whose rows can't be told from those of the training, so no window is known "
        + "to be new to the model; give data with dates, or ask for no intervals."
    case .coverageTooHigh(let level, let needed, let window):
      "Adaptive intervals of \(Self.percent(level)) % need \(needed) residuals of a series and look back on the latest "
        + "\(window); ask for a lower coverage or for split intervals, or in Swift for a longer window."
    case .signedAroundQuantiles(let loss):
      "Intervals around the quantiles of the loss '\(loss)' are moved by one distance on both sides; choose absolute scores."
    case .nothingNew(let extent):
      "No window with known targets lies after \(extent.description), up to which the model was trained and selected, so "
        + "intervals can't be calibrated; give data that go on after it, or ask for no intervals."
    case .tooFewWindows(let level, let count, let needed, let extent):
      "Intervals of \(Self.percent(level)) % need \(needed) windows of a series to be calibrated on, and after "
        + "\(extent.description), up to which the model was trained and selected, there \(count == 1 ? "is" : "are") "
        + "\(count) at most; give newer rows, or ask for a lower coverage."
    case .noIntervalsOfItsOwn(let loss):
      "A model with the loss '\(loss)' has no intervals of its own; ask for adaptive or split ones, or train with the loss "
        + "quantile, normal or student-t, or with mc-dropout under the strict evaluation."
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
