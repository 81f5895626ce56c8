import Espalier

/// Options that say how far back and ahead a forecast reaches, and how it is judged.
enum TaskOptions {
  static let lookback = Option("lookback", .int("steps", from: 1, to: 65_536), default: 30, help: "Steps of history")
  static let horizon = Option("horizon", .int("steps", from: 1, to: 65_536), default: 1, help: "Steps to forecast")
  static let evaluation = Option(
    "evaluation", .choice(Evaluation.self), default: .strict,
    help: "strict cuts train, validation and test in time order and fits on train alone; paper does what the published "
      + "experiments do, to reproduce their figures")
  static let scaler = Option(
    "scaler", .choice(ScalerKind.self), default: .standard, help: "How columns are brought to a common scale")
  static let scaling = Option(
    "scaling", .choice(ScalerScope.self), otherwise: "per-series for --channels, else shared",
    help: "Whether all series share scalers or each has its own; strict evaluation only")
  static let normalization = Option(
    "normalization", .choice(WindowNormalization.self),
    otherwise:
      "last-value in strict, none in paper; channel-patchtst in strict: mean-and-deviation, in compare where it is alone",
    help: "What is taken out of every window and put back into its forecast")
  static let calendar = Option.flag(
    "calendar", help: "Add the time of day, week, month and year to the inputs")
  static let knownCalendar = Option.flag(
    "known-calendar", help: "Let the model know the time of day, week, month and year of the steps that it forecasts")

  /// All but the look-back, of which a comparison takes several.
  static let common = [
    horizon.parameter, evaluation.parameter, scaler.parameter, scaling.parameter, normalization.parameter,
    calendar.parameter, knownCalendar.parameter,
  ]
  static let section = Command.Section("Task", [lookback.parameter] + common)

  /// What the command line says; a command without ``lookback`` gives one of its own.
  static func settings(_ context: Context, lookback steps: Int? = nil) -> TaskSettings {
    var settings = TaskSettings(
      lookback: steps ?? context[lookback], horizon: context[horizon], evaluation: context[evaluation],
      scaler: context[scaler], normalization: context[normalization], calendar: context[calendar],
      scaling: context[scaling])
    if context[knownCalendar] { settings.knownCalendar = true }
    return settings
  }
}
