import Espalier

/// `espalier prune`: one-shot pruning of a finished model.
enum PruneCommand {
  static let model = Option.positional(
    "model", .text("file"),
    help: "An Espalier model, or safetensors with PyTorch's names of an RNN, LSTM, GRU or PatchTST")
  static let sparsity = Option(
    required: "sparsity", .double("fraction", from: 0, to: 1), help: "The fraction of prunable weights that goes")
  static let scope = Option(
    "scope", .choice(PruningScope.self), default: .global, help: "What the sparsity refers to")
  static let random = Option.flag("random", help: "Let chance decide instead of magnitude: the control")
  static let seed = Option(
    "seed", .int("number", from: 0), default: 42, help: "Start of the random numbers of --random")

  static let command = Command(
    "prune", summary: "Prune a finished model at once, for comparison with pruning while it trains",
    discussion: """
      The smallest weights go until the sparsity is reached exactly; weights that are pruned already stay so and count. \
      Nothing is trained afterwards, so the forecasts get worse the more goes. An Espalier model stays one, with its \
      survivors stored alone where that is smaller; other safetensors keep whole tensors with zeros in them.
      """,
    examples: ["espalier prune model.safetensors --sparsity 0.9 --out pruned.safetensors"],
    parameters: [
      model.parameter, sparsity.parameter, scope.parameter, random.parameter, seed.parameter,
      ModelFileOptions.out.parameter,
    ]
  ) { context in
    if context.arguments.isGiven(seed), !context[random] {
      throw UsageError.conflict("--seed has no effect without --random; leave it out or add --random.")
    }
    let output = try ModelFileOptions.output(context)
    let path = context[model]
    let file = try WeightFile(path: path)
    let report = try file.prune(
      OneShotPruning(
        sparsity: context[sparsity], scope: context[scope], importance: context[random] ? .random : .magnitude,
        seed: UInt64(context[seed])))
    let bytes = Array(try file.data())
    let before = try ModelFileOptions.bytes(path)
    try output.write(bytes)
    if context.wantsJSON {
      let line: JSONLine = [
        "model": .string(file.model.configuration.kind.rawValue), "sparsity": .double(report.sparsity),
        "weights": .int(report.total), "active": .int(report.active), "layers": ScoreText.json(report),
        "bytes_before": .int(before), "bytes_after": .int(bytes.count), "out": .string(output.path),
      ]
      context.print(line.text)
    } else {
      context.print("\(report)\n")
      context.print(ModelFileOptions.sizes(output, before: before, after: bytes.count))
    }
  }
}
