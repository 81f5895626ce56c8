import Espalier

/// `espalier bench infer`: how fast this machine forecasts.
extension BenchCommand {
  static let inferModels = Option(
    "models", list: .choice(ModelKind.self), default: [.rnn, .lstm, .gru, .patchtst], help: "The models")
  static let batches = Option(
    "batch", list: .int("samples", from: 1, to: 65_536), default: [1, 64, 1024], help: "Series in a batch")
  static let lookback = Option(
    "lookback", .int("steps", from: 1, to: ModelConfiguration.largestSize), default: 60, help: "Steps of history")
  static let inferThreads = Option(
    "threads", .int("number", from: 1, to: 1024), default: 1, help: "Threads that work on one batch")
  static let repeats = Option(
    "repeats", .int("number", from: 1, to: 1_000_000), default: 200, help: "Forecasts that are timed, after 10 others")

  static let infer = Command(
    "infer", summary: "Time forecasts of each model and batch size",
    discussion: """
      A forecast takes series [batch, look-back, features] of random data and gives [batch, horizon], by a model packed for \
      forecasts alone. The result is one line of JSON a case with the median in milliseconds.
      """,
    examples: ["espalier bench infer --models lstm,patchtst --batch 1,64,1024 --sparsity 0.9"],
    parameters: [
      inferModels.parameter, batches.parameter, lookback.parameter, features.parameter, horizon.parameter,
      hidden.parameter, ModelOptions.heads.parameter, ModelOptions.layers.parameter,
      ModelOptions.feedForward.parameter, inferThreads.parameter, sparsity.parameter, repeats.parameter,
    ]
  ) { context in
    let cases = context[inferModels].flatMap { model in context[batches].map { benchmark(model, batch: $0, context) } }
    for benchmark in cases { try benchmark.validate() }
    let progress = context.progress("bench infer", total: cases.count)
    defer { progress.finish() }
    for benchmark in cases {
      let milliseconds = try context.interruptible { try benchmark.run { context.cancellation.isCancelled } }
      progress.print(line(benchmark, milliseconds: milliseconds).text)
      progress.advance(detail: "\(benchmark.model.kind.rawValue), batch \(benchmark.batch)")
    }
  }

  private static func benchmark(_ model: ModelKind, batch: Int, _ context: Context) -> InferenceBenchmark {
    var benchmark = InferenceBenchmark(model: sizes(model, lookback: context[lookback], context))
    benchmark.batch = batch
    benchmark.sparsity = context[sparsity]
    benchmark.threads = context[inferThreads]
    benchmark.repeats = context[repeats]
    return benchmark
  }

  /// The keys of the measurements that the comparison with other engines uses, in their order.
  static func line(_ benchmark: InferenceBenchmark, milliseconds: Double) -> JSONLine {
    [
      "engine": .string("espalier \(EspalierVersion.current)"), "model": .string(benchmark.model.kind.rawValue),
      "lookback": .int(benchmark.model.lookback), "features": .int(benchmark.model.features),
      "hidden": .int(benchmark.model.hidden), "batch": .int(benchmark.batch), "threads": .int(benchmark.threads),
      "sparsity": .double(benchmark.sparsity),
      "ms": .rounded(milliseconds, 5),
    ]
  }
}
