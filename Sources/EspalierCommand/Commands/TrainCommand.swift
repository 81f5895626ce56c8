import Espalier

/// `espalier train`: one training from data to tested model.
enum TrainCommand {
  static let out = Option(
    "out", .text("file"), otherwise: "the model is not kept", help: "Where the model goes, as safetensors")

  static let data = Option.positional(
    optional: "data", .text("file|name"),
    help: "A delimited text file, or the name of a data set ('espalier datasets' lists them); not needed with --resume")

  /// Everything that decides what comes out.
  static let settings =
    DataOptions.sections.map { section in
      Command.Section(
        section.title, section.parameters.map { $0.label == data.parameter.label ? data.parameter : $0 })
    } + [
      TaskOptions.section, ModelOptions.section, TrainingOptions.section, RegularizerOptions.section,
      WarmStartOptions.section,
    ]

  static let command = Command(
    "train", summary: "Train a forecaster on a file or a named data set and test it",
    discussion: """
      The data are cut into train, validation and test in time order; the table at the end is about the test part, beside \
      the naive forecasts that every model has to beat. Errors are in the target's unit.

      With --checkpoint, a training that is interrupted or killed goes on with --resume and ends as if nothing had \
      happened. With --warm-start it begins with the weights of another one.
      """,
    examples: [
      "espalier train prices.csv --target Close --model lstm --lookback 30 --out model.safetensors",
      "espalier train synthetic --model rnn --regularizer synaptic-pruning --sparsity 0.8",
      "espalier train prices.csv --target Close --checkpoint run.safetensors",
      "espalier train --resume run.safetensors",
    ],
    sections: settings + [Command.Section("Output", [out.parameter]), CheckpointOptions.section]
  ) { context in
    let request = try TrainRequest(context)
    let training = try context.interruptible { try request.job.prepare(resuming: request.resumed) }
    training.notes.forEach(context.note)
    let report = try context.interruptible {
      do {
        return try run(training, checkpoints: request.plan(context), context)
      } catch TrainingError.cancelled {
        if let path = request.checkpoint { context.note("'espalier train --resume \(path)' goes on from here.") }
        throw TrainingError.cancelled
      }
    }
    if let output = request.output { try output.write(Array(try training.savedModel.data())) }
    if context.wantsJSON {
      context.print(TrainingText.json(report, output: request.output?.path).text)
    } else {
      context.print(TrainingText.table(report))
      if let output = request.output { context.print("The model is in \(output.path).") }
    }
  }

  /// Trains with a live line on a terminal and a line an epoch elsewhere.
  private static func run(
    _ training: PreparedTraining, checkpoints: CheckpointPlan?, _ context: Context
  ) throws -> TrainingReport {
    let settings = training.trainer.configuration
    let epochs = settings.training.epochs
    let steps = (training.trainer.data.train.count - 1) / settings.training.batchSize + 1
    let isLive = context.console.isErrorTerminal
    let progress = ProgressReporter(
      "\(settings.model.kind.rawValue) on \(training.dataset)", total: epochs * steps,
      before: training.trainer.step, console: context.console, isSilent: context.isQuiet || !isLive)
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
      }, checkpoints: checkpoints)
  }
}
