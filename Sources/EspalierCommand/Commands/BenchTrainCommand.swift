import Espalier

/// `espalier bench train`: what pruning does to the time of whole trainings.
enum BenchTrainCommand {
  static let rounds = Option(
    "rounds", .int("number", from: 1, to: 1000), default: 3, help: "How often each training is done; medians count")

  static let command = Command(
    "train", summary: "Time whole trainings with pruning against the same ones without",
    discussion: """
      Every model is trained with pruning and without a regularizer, in turns, on one thread, over all epochs: early \
      stopping is off. Where the pruning keeps dropout beside it, as the published PatchTST's does, the same dropout \
      without pruning is timed as well. The result is one line of JSON a case.
      """,
    examples: [
      "espalier bench train bitcoin --models lstm --lookbacks 30,60 --preset paper",
      "espalier bench train synthetic --models patchtst --schedule early-cubic --warmup 2 --end 10 --sparsity 0.9",
    ],
    sections: [
      Command.Section(
        "Benchmark", [CompareOptions.models.parameter, CompareOptions.lookbacks.parameter, rounds.parameter])
    ] + DataOptions.sections + [
      Command.Section("Model", ModelOptions.common), Command.Section("Training", TrainingOptions.common),
      Command.Section("Pruning", RegularizerOptions.common),
    ]
  ) { context in
    let (models, lookbacks) = (context[CompareOptions.models], context[CompareOptions.lookbacks])
    let sizes = try ModelOptions.sizes(context, kinds: models)
    let training = try TrainingOptions.configuration(context, evaluation: .strict)
    let choice = try RegularizerOptions.choice(context, kinds: [.synapticPruning], evaluation: .strict)
    let loaded = try DataOptions.source(context).load()
    loaded.table.notes.forEach(context.note)
    let progress = context.progress("bench train", total: models.count * lookbacks.count)
    defer { progress.finish() }
    for lookback in lookbacks {
      let data = try loaded.prepare(TaskSettings(lookback: lookback))
      for kind in models {
        var model = sizes
        model.kind = kind
        let seed = UInt64(context[TrainingOptions.seed])
        let run = RunConfiguration(model: model.fitting(data), training: training, seed: seed)
        let pruning = try choice.configuration(of: kind, evaluation: .strict)
        let benchmark = TrainingBenchmark(run: run, pruning: pruning, rounds: context[rounds])
        let result = try context.interruptible {
          try benchmark.measure(data: data) { context.cancellation.isCancelled }
        }
        progress.print(line(benchmark, result, dataset: loaded.name).text)
        progress.advance(detail: "\(kind.rawValue), look-back \(lookback)")
      }
    }
  }

  private static func line(
    _ benchmark: TrainingBenchmark, _ result: TrainingBenchmark.Result, dataset: String
  ) -> JSONLine {
    [
      "dataset": .string(dataset), "model": .string(benchmark.run.model.kind.rawValue),
      "lookback": .int(benchmark.run.model.lookback), "epochs": .int(benchmark.run.training.epochs),
      "schedule": .string(benchmark.pruning.schedule.name), "none_seconds": .rounded(result.plainSeconds, 4),
      "pruning_seconds": .rounded(result.pruningSeconds, 4), "ratio": .rounded(result.ratio, 4),
      "dropout_seconds": .optional(result.dropoutSeconds), "ratio_to_dropout": .optional(result.ratioToDropout),
      "none_mae": .double(result.plainMAE), "pruning_mae": .double(result.pruningMAE),
      "sparsity": .array(result.sparsity.map { .rounded($0, 4) }),
    ]
  }
}
