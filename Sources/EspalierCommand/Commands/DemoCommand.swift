import Espalier

/// `espalier demo`: a first look.
enum DemoCommand {
  static let command = Command(
    "demo", summary: "Train and compare on built-in data, in less than three minutes",
    discussion: "It trains RNN, LSTM and PatchTST with every regularizer on generated data and prints the comparison.",
    parameters: [TrainingOptions.threads.parameter]
  ) { context in
    let data = try DataSource(kind: .named, place: "synthetic").load()
    try ComparisonRun(ComparisonConfiguration.demo(data), data: data, context: context)
      .run(threads: context[TrainingOptions.threads], context: context, remarks: remarks)
  }

  /// What the table shows and what to do next.
  static func remarks(_ rows: [ComparisonRow]) -> [String] {
    guard let best = rows.min(by: { $0.mae.mean < $1.mae.mean }) else { return [] }
    let naive = min(best.naive.lastValue.mae, best.naive.seasonal.mae)
    return [
      "The smallest error is that of \(best.model.rawValue) with \(best.method.rawValue); it is "
        + "\(percent(1 - best.mae.mean / naive)) % below that of the better naive forecast.",
      pruning(rows) + " Where intervals (± 95 %) overlap, \(best.results.count) trials do not tell methods apart.",
      "Next: espalier compare FILE --target COLUMN does the same on your data, espalier compare --help says how.",
    ]
  }

  /// How pruned models fare beside those that were left alone.
  private static func pruning(_ rows: [ComparisonRow]) -> String {
    let pairs = rows.filter { $0.method == .synapticPruning }.compactMap { pruned in
      rows.first { $0.method == .none && $0.model == pruned.model && $0.lookback == pruned.lookback }
        .map { (pruned, $0) }
    }
    let parts = pairs.map { pruned, plain in
      let change = pruned.mae.mean / plain.mae.mean - 1
      let sparsity = percent(pruned.mean { $0.training.sparsity.sparsity })
      return "\(pruned.model.rawValue) without \(sparsity) % of its weights errs \(percent(abs(change))) % "
        + (change < 0 ? "less" : "more")
    }
    return "Compared with no regularizer, \(parts.joined(separator: ", "))."
  }

  private static func percent(_ fraction: Double) -> String {
    let tenths = Int((fraction * 1000).rounded())
    return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
