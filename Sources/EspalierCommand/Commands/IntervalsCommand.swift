import Espalier

/// `espalier intervals`: how well prediction intervals cover a test part.
enum IntervalsCommand {
  private static let usual = AdaptiveConformal()

  static let levels = Option(
    "levels", list: .double("percent", above: 0, to: 99.9999), default: [80, 95],
    help: "The coverages of the intervals, in percent")
  static let calibration = Option(
    "calibration", .double("fraction", above: 0, to: 0.99), default: 0.5,
    help: "The share of the validation part, at its end, that intervals are calibrated on and nothing is selected by")
  static let scores = Option(
    "scores", .choice(ConformalScores.self), default: .absolute,
    help: "Whether intervals are symmetric about a point forecast or each side is calibrated by itself")
  static let window = Option(
    "window", .int("residuals", from: 1), default: usual.window,
    help: "The latest residuals that adaptive intervals are taken from")
  static let stepSizes = Option(
    "step-sizes", list: .double("numbers", from: 0), default: usual.stepSizes,
    help: "How far a miss moves the level of adaptive intervals; several are weighted by how well they do")

  static let command = Command(
    "intervals", summary: "Train a forecaster and measure how well its prediction intervals cover",
    discussion: """
      Compares conformal intervals, adaptive and split, with those of the quantile loss and with those around naive \
      forecasts, by coverage, mean width and interval score on the test part. The end of the validation part is kept for \
      calibration. A model with a loss that tells no quantiles is trained a second time with the quantile loss. With \
      mc-dropout the deviation over its passes makes uncalibrated intervals.
      """,
    examples: [
      "espalier intervals prices.csv --target close --levels 80,95",
      "espalier intervals household-power --model lstm --regularizer none --json",
    ],
    sections: DataOptions.sections + [
      TaskOptions.section, ModelOptions.section, TrainingOptions.section, RegularizerOptions.section,
      Command.Section(
        "Intervals",
        [levels.parameter, calibration.parameter, scores.parameter, window.parameter, stepSizes.parameter]),
    ]
  ) { context in
    let job = try job(context)
    let prepared = try context.interruptible { try job.prepare() }
    prepared.training.notes.forEach(context.note)
    let report = try context.interruptible { try run(prepared, context) }
    if context.wantsJSON {
      IntervalText.json(report).forEach { context.print($0.text) }
    } else {
      context.print(IntervalText.table(report))
    }
  }

  /// The coverages that a list of percents names, as fractions in the order given.
  ///
  /// - Throws: `UsageError` when one is named twice, or two that are the same in percent with six decimals.
  static func coverages(_ option: Option<[Double]>, _ context: Context) throws(UsageError) -> [Double] {
    let levels = context[option].map { $0 / 100 }
    if let twice = ForecastIntervals.repeated(in: levels.sorted()) {
      throw .conflict(
        "\(option.parameter.label) names \(ForecastIntervals.percent(twice)) twice; name each coverage once.")
    }
    return levels
  }

  /// The comparison that a command line asks for.
  private static func job(_ context: Context) throws -> IntervalJob {
    let model = context[ModelOptions.model]
    var task = TaskOptions.settings(context)
    task.calibration = context[calibration]
    let job = TrainingJob(
      source: try DataOptions.source(context), task: task, model: try ModelOptions.sizes(context, kinds: [model]),
      training: try TrainingOptions.configuration(context, evaluation: task.evaluation),
      regularizer: try RegularizerOptions.configuration(context, model: model, evaluation: task.evaluation),
      seed: UInt64(context[TrainingOptions.seed]))
    let intervals = IntervalConfiguration(
      levels: try coverages(levels, context),
      adaptive: AdaptiveConformal(
        scores: context[scores], window: context[window], stepSizes: context[stepSizes]))
    return IntervalJob(training: job, intervals: intervals)
  }

  /// Trains with a live line on a terminal and a line an epoch elsewhere.
  private static func run(_ prepared: PreparedIntervals, _ context: Context) throws -> IntervalReport {
    let runs = prepared.runs
    let settings = runs[0].training
    let steps = (prepared.training.trainer.data.train.count - 1) / settings.batchSize + 1
    let isLive = context.console.isErrorTerminal
    let progress = ProgressReporter(
      "\(runs[0].model.kind.rawValue) on \(prepared.training.dataset)", total: runs.count * settings.epochs * steps,
      console: context.console, isSilent: context.isQuiet || !isLive)
    defer { progress.finish() }
    return try prepared.run(
      progress: { run, record in
        let line = "\(runs[run].training.loss.name) loss, " + TrainingText.epoch(record, of: settings.epochs)
        if isLive {
          progress.advance(by: 0, detail: line)
        } else if !context.isQuiet {
          context.console.writeError(line + "\n")
        }
      },
      isCancelled: {
        progress.advance()
        return context.cancellation.isCancelled
      })
  }
}
