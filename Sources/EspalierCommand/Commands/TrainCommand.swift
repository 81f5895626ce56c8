import Espalier

/// `espalier train`: one training from data to tested model.
enum TrainCommand {
  static let out = Option(
    "out", .text("file"), otherwise: "the model is not kept", help: "Where the model goes, as safetensors")

  static let command = Command(
    "train", summary: "Train a forecaster on a file or a named data set and test it",
    discussion: """
      The data are cut into train, validation and test in time order; the table at the end is about the test part, beside \
      the naive forecasts that every model has to beat. Errors are in the target's unit.
      """,
    examples: [
      "espalier train prices.csv --target Close --model lstm --lookback 30 --out model.safetensors",
      "espalier train synthetic --model rnn --regularizer synaptic-pruning --sparsity 0.8",
    ],
    sections: DataOptions.sections + [
      TaskOptions.section, ModelOptions.section, TrainingOptions.section, RegularizerOptions.section,
      Command.Section("Output", [out.parameter]),
    ]
  ) { context in
    let job = try job(context)
    let output = context[out].map(OutputFile.init)
    try output?.check()
    let training = try context.interruptible { try job.prepare() }
    training.notes.forEach(context.note)
    let report = try context.interruptible { try run(training, context) }
    if let output { try output.write(Array(try training.savedModel.data())) }
    if context.wantsJSON {
      context.print(TrainingText.json(report, output: output?.path).text)
    } else {
      context.print(TrainingText.table(report))
      if let output { context.print("The model is in \(output.path).") }
    }
  }

  /// The training that a command line asks for.
  static func job(_ context: Context) throws -> TrainingJob {
    let task = TaskOptions.settings(context)
    let model = context[ModelOptions.model]
    let sizes = try ModelOptions.sizes(context, kinds: [model])
    let training = try TrainingOptions.configuration(context, evaluation: task.evaluation)
    let regularizer = try RegularizerOptions.configuration(context, model: model, evaluation: task.evaluation)
    let source = try DataOptions.source(context)
    try DataOptions.checkSplit(context, task.evaluation)
    if let out = context[out], source.kind == .file, SameFile.are(out, source.place) {
      throw UsageError.conflict("--out would overwrite the data in '\(out)'; give another file.")
    }
    return TrainingJob(
      source: source, task: task, model: sizes, training: training, regularizer: regularizer,
      seed: UInt64(context[TrainingOptions.seed]))
  }

  /// Trains with a live line on a terminal and a line an epoch elsewhere.
  private static func run(_ training: PreparedTraining, _ context: Context) throws -> TrainingReport {
    let settings = training.trainer.configuration
    let epochs = settings.training.epochs
    let steps = (training.trainer.data.train.count - 1) / settings.training.batchSize + 1
    let isLive = context.console.isErrorTerminal
    let progress = ProgressReporter(
      "\(settings.model.kind.rawValue) on \(training.dataset)", total: epochs * steps, console: context.console,
      isSilent: context.isQuiet || !isLive)
    defer { progress.finish() }
    return try training.run(
      progress: { record in
        let line = TrainingText.epoch(record, of: epochs)
        if isLive {
          progress.advance(by: 0, detail: line)
        } else if !context.isQuiet {
          context.console.writeError(line + "\n")
        }
      },
      isCancelled: {
        // Asked once a step, which is what the live line counts.
        progress.advance()
        return context.cancellation.isCancelled
      })
  }
}
