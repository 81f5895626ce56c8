import Espalier

/// `espalier bench`: how fast this machine trains and forecasts.
enum BenchCommand {
  static let command = Command(
    "bench", summary: "Measure how fast this machine trains and forecasts",
    subcommands: [step, infer, BenchTrainCommand.command, BenchKernelsCommand.command])

  static let models = Option(
    "models", list: .choice(ModelKind.self), default: [.rnn, .lstm, .patchtst], help: "The models")
  static let lookbacks = Option(
    "lookbacks", list: .int("steps", from: 1, to: ModelConfiguration.largestSize), default: [1, 7, 30, 60],
    help: "Steps of history")
  static let features = Option(
    "features", .int("number", from: 1, to: ModelConfiguration.largestSize), default: 10, help: "Inputs of a time step")
  static let batch = Option("batch", .int("samples", from: 1, to: 65_536), default: 64, help: "Samples in a batch")
  static let hidden = Option(
    "hidden", .int("units", from: 1, to: ModelConfiguration.largestSize), default: 64,
    help: "Units of the recurrent layer, or the width of a PatchTST")
  static let horizon = Option(
    "horizon", .int("steps", from: 1, to: ModelConfiguration.largestSize), default: 1, help: "Steps to forecast")
  static let threads = Option(
    "threads", .int("number", from: 1, to: 1024), default: 1,
    help: "How many independent steps run side by side, each on a thread of its own")
  static let sparsity = Option(
    "sparsity", .double("fraction", from: 0, to: 0.999), default: 0,
    help: "The share of every prunable matrix that a random mask sets to zero")
  static let dropout = Option(
    "dropout", .double("rate", from: 0, to: 0.999), default: 0, help: "The probability that the model drops a value")
  static let steps = Option(
    "steps", .int("number", from: 1, to: 1_000_000), default: 40, help: "Steps that are timed, after 5 others")

  static let step = Command(
    "step", summary: "Time complete training steps of each model and look-back",
    discussion: """
      A step zeroes the gradients and runs forward, mean squared error, backward and Adam on one of 8 batches of random \
      data that were made beforehand. The result is one line of JSON a case with the median in milliseconds.

      With several threads, every one of them runs steps of a model of its own, as trials side by side do; the median is \
      still that of one step.
      """,
    examples: ["espalier bench step --models lstm --lookbacks 1,60 --sparsity 0.7"],
    parameters: [
      models.parameter, lookbacks.parameter, features.parameter, horizon.parameter, batch.parameter, hidden.parameter,
      ModelOptions.heads.parameter, ModelOptions.layers.parameter, ModelOptions.feedForward.parameter,
      threads.parameter, sparsity.parameter, dropout.parameter, steps.parameter,
    ]
  ) { context in
    let cases = context[models].flatMap { model in context[lookbacks].map { benchmark(model, $0, context) } }
    for benchmark in cases { try benchmark.validate() }
    let progress = context.progress("bench step", total: cases.count)
    defer { progress.finish() }
    for benchmark in cases {
      let milliseconds = try context.interruptible { try benchmark.run { context.cancellation.isCancelled } }
      progress.print(line(benchmark, milliseconds: milliseconds).text)
      progress.advance(detail: "\(benchmark.model.kind.rawValue), look-back \(benchmark.model.lookback)")
    }
  }

  private static func benchmark(_ model: ModelKind, _ lookback: Int, _ context: Context) -> StepBenchmark {
    var benchmark = StepBenchmark(model: sizes(model, lookback: lookback, context))
    benchmark.batch = context[batch]
    benchmark.sparsity = context[sparsity]
    benchmark.dropout = context[dropout]
    benchmark.steps = context[steps]
    benchmark.threads = context[threads]
    return benchmark
  }

  /// The sizes of a model that is timed.
  static func sizes(_ model: ModelKind, lookback: Int, _ context: Context) -> ModelConfiguration {
    ModelConfiguration(
      kind: model, features: context[features], lookback: lookback, horizon: context[horizon],
      hidden: context[hidden], heads: context[ModelOptions.heads], layers: context[ModelOptions.layers],
      feedForward: context[ModelOptions.feedForward])
  }

  /// The keys of the measurements that the comparison with other engines uses, in their order.
  static func line(_ benchmark: StepBenchmark, milliseconds: Double) -> JSONLine {
    [
      "engine": .string("espalier \(EspalierVersion.current)"), "model": .string(benchmark.model.kind.rawValue),
      "lookback": .int(benchmark.model.lookback), "features": .int(benchmark.model.features),
      "hidden": .int(benchmark.model.hidden), "batch": .int(benchmark.batch), "threads": .int(benchmark.threads),
      "sparsity": .double(benchmark.sparsity),
      "ms": .rounded(milliseconds, 4),
    ]
  }
}
