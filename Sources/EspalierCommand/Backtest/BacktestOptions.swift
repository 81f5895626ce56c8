import Espalier

/// What `espalier backtest` takes beside the shared options, and the backtest that all of them describe.
enum BacktestOptions {
  private static let usual = BacktestConfiguration()

  static let origins = Option(
    "origins", .int("number", from: 1, to: 1_000_000), default: usual.origins,
    help: "Origins of forecasts; the horizon of the last one ends with the data")
  static let step = Option(
    "step", .int("rows", from: 1, to: 1_000_000), otherwise: "the horizon", help: "Rows from one origin to the next")
  static let window = Option(
    "window", .choice(["expanding", "sliding"]), default: "expanding",
    help: "Whether all rows before an origin may be learned from, or the last ones alone")
  static let windowRows = Option(
    "window-rows", .int("rows", from: 1, to: 1_000_000),
    otherwise: "as many as the longest series has before the first origin", help: "The rows of a sliding window")
  static let refit = Option(
    "refit", refitKind, default: usual.refit,
    help: "Whether the model is trained anew at every origin, at the first one alone, or at every so many")
  static let align = Option(
    "align", .choice(BacktestConfiguration.Alignment.self), default: usual.alignment,
    help: "Whether a panel's origins are counted from the end of every series or are moments that all share")
  static let validation = Option(
    "validation", .double("fraction", above: 0, to: 0.9), default: usual.validation,
    help:
      "The share of the rows before an origin, at their end, that trainings stop and select by; at least the horizon")
  static let trials = Option(
    "trials", .int("number", from: 1, to: 1000), default: usual.trials,
    help: "Seeds a training, counted on from --seed; every one is scored")
  static let byOrigin = Option.flag("by-origin", help: "Show scores for every origin, too")
  static let byStep = Option.flag("by-step", help: "Show scores for every step of the horizon, too")
  static let bySeries = Option.flag("by-series", help: "Show scores for every series, too")
  static let out = Option(
    "out", .text("file"), otherwise: "forecasts are not kept",
    help: "Where all forecasts go, with truths and naive forecasts beside them, as comma-separated text")

  private static let refitKind = ValueKind<BacktestConfiguration.Refit>(
    placeholder: "when", expected: "always, never or a whole number of origins from 1 to 1000000",
    limits: "always, never or a number of origins",
    read: { word in
      switch word {
      case "always": .always
      case "never": .never
      default: Int(word).flatMap { (1...1_000_000).contains($0) ? .every(origins: $0) : nil }
      }
    }, show: { name(of: $0) })

  /// How a rule of refitting is written.
  static func name(of refit: BacktestConfiguration.Refit) -> String {
    switch refit {
    case .always: "always"
    case .never: "never"
    case .every(let origins): "\(origins)"
    }
  }

  static let sections =
    [
      Command.Section(
        "Backtest",
        [
          origins.parameter, step.parameter, window.parameter, windowRows.parameter, refit.parameter, align.parameter,
          validation.parameter, trials.parameter, TrainingOptions.threads.parameter,
        ]),
      Command.Section("Output", [byOrigin.parameter, byStep.parameter, bySeries.parameter, out.parameter]),
    ] + DataOptions.sections + [
      TaskOptions.section, ModelOptions.section, TrainingOptions.section, RegularizerOptions.section,
    ]

  /// The backtest that a command line asks for.
  ///
  /// - Throws: `UsageError` when options don't go together, or a typed error of the data's place.
  static func job(_ context: Context) throws -> BacktestJob {
    if context[TaskOptions.evaluation] == .paper {
      throw UsageError.conflict(
        "--evaluation paper learns from the whole of the data and has no origins to roll; leave it out.")
    }
    if context.arguments.isGiven(DataOptions.split) {
      throw UsageError.conflict("--split has no effect on a backtest, whose origins cut the data; leave it out.")
    }
    if context.arguments.isGiven(windowRows), context[window] == "expanding" {
      throw UsageError.conflict("--window-rows has no effect on an expanding window; leave it out or choose sliding.")
    }
    let model = context[ModelOptions.model]
    let task = TaskOptions.settings(context)
    let training = TrainingJob(
      source: try DataOptions.source(context), task: task, model: try ModelOptions.sizes(context, kinds: [model]),
      training: try TrainingOptions.configuration(context, evaluation: task.evaluation),
      regularizer: try RegularizerOptions.configuration(context, model: model, evaluation: task.evaluation),
      seed: UInt64(context[TrainingOptions.seed]))
    var backtest = BacktestConfiguration()
    backtest.origins = context[origins]
    backtest.step = context[step]
    backtest.window = context[window] == "expanding" ? .expanding : .sliding(rows: context[windowRows])
    backtest.refit = context[refit]
    backtest.alignment = context[align]
    backtest.validation = context[validation]
    backtest.trials = context[trials]
    return BacktestJob(training: training, backtest: backtest)
  }
}
