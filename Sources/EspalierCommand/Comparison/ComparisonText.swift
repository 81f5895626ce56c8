import Espalier

/// A comparison in words: the lines above its table, the table, what it comes to, and the lines of JSON.
struct ComparisonText {
  let comparison: Comparison
  let rowCount: Int

  /// What was compared and how, one fact a line.
  var header: String {
    let configuration = comparison.configuration
    let task = configuration.task
    let horizon = task.horizon == 1 ? "one step ahead" : "\(task.horizon) steps ahead"
    var lines = [
      "data        \(comparison.dataset)\(title), \(rowCount) rows",
      "target      \(task.target), \(horizon); MAE, sd and RMSE are in its unit",
      "evaluation  \(task.evaluation.rawValue): \(Self.meaning(of: task.evaluation))",
    ]
    if configuration.regularizers.contains(.synapticPruning) { lines.append("pruning     \(pruning)") }
    let last = configuration.firstSeed &+ UInt64(configuration.trials - 1)
    lines.append(
      configuration.trials == 1
        ? "trials      1 (seed \(last))"
        : "trials      \(configuration.trials) (seeds \(configuration.firstSeed) to \(last))")
    lines.append("machine     \(Platform.simdTarget)")
    return lines.joined(separator: "\n") + "\n"
  }

  private var title: String {
    DatasetCatalogue.all.first { $0.name == comparison.dataset }.map { ": " + $0.title } ?? ""
  }

  private var pruning: String {
    let configuration = comparison.configuration
    let preset = configuration.pruning.preset(in: configuration.task.evaluation)
    var parts = ["preset \(preset.rawValue)"]
    var plain = PruningChoice()
    plain.preset = configuration.pruning.preset
    if configuration.pruning != plain { parts.append("changed by options") }
    if preset == .paper {
      if configuration.models.contains(.lstm), configuration.pruning.sparsity == nil {
        parts.append("the LSTM's target passes 1, and pruning stops where nothing would be left")
      }
      if configuration.models.contains(.patchtst) { parts.append("the PatchTST keeps dropout 0.3 beside it") }
    }
    return parts.joined(separator: "; ")
  }

  private static func meaning(of evaluation: Evaluation) -> String {
    switch evaluation {
    case .strict: "fitted on the training part alone, selected on the validation part, tested once on later rows"
    case .paper: "as published, scaled by the whole file and stopped by the very windows that are tested"
    }
  }

  /// One line a method, grouped by model and look-back, the naive forecasts first.
  static func table(_ rows: [ComparisonRow]) -> TextTable {
    let decimals = decimals(rows)
    var table = TextTable([
      .text("model"), .number("look-back", decimals: 0), .text("method"),
      .number("MAE", decimals: decimals, best: .lowest), .number("± 95 %", decimals: decimals),
      .number("sd", decimals: decimals), .number("RMSE", decimals: decimals), .number("MASE", decimals: 3),
      .number("sMAPE", unit: "%", decimals: 2), .number("R2", decimals: 3), .number("epochs", decimals: 1),
      .number("sparsity", unit: "%", decimals: 1), .number("time", unit: "s", decimals: 2),
      .number("masks", unit: "%", decimals: 2),
    ])
    var previous: ComparisonRow?
    for row in rows {
      if previous?.model != row.model || previous?.lookback != row.lookback {
        table.startGroup()
        table.add(naive("naive, last value", row, row.naive.lastValue))
        table.add(naive("naive, seasonal", row, row.naive.seasonal))
      }
      previous = row
      table.add(cells(row))
    }
    return table
  }

  /// As many as give the largest error four digits, for all columns in the target's unit.
  private static func decimals(_ rows: [ComparisonRow]) -> Int {
    var largest = rows.reduce(0) { max($0, $1.mae.mean, $1.naive.lastValue.mae, $1.naive.seasonal.mae) }
    guard largest > 0 else { return 0 }
    var digits = 3
    while largest >= 10, digits > 0 { (largest, digits) = (largest / 10, digits - 1) }
    while largest < 1, digits < 12 { (largest, digits) = (largest * 10, digits + 1) }
    return digits
  }

  private static func naive(_ name: String, _ row: ComparisonRow, _ metrics: ForecastMetrics) -> [TextTable.Cell] {
    [
      .text(row.model.rawValue), .number(Double(row.lookback)), .text(name), .number(metrics.mae), .missing, .missing,
      .number(metrics.rmse), TextTable.Cell(metrics.mase), .number(metrics.smape), TextTable.Cell(metrics.r2),
    ]
  }

  private static func cells(_ row: ComparisonRow) -> [TextTable.Cell] {
    [
      .text(row.model.rawValue), .number(Double(row.lookback)), .text(row.method.rawValue), .number(row.mae.mean),
      TextTable.Cell(row.mae.interval.map { ($0.upper - $0.lower) / 2 }), TextTable.Cell(row.mae.standardDeviation),
      .number(row.mean { $0.metrics.rmse }), TextTable.Cell(row.mean { $0.metrics.mase }),
      .number(row.mean { $0.metrics.smape }), TextTable.Cell(row.mean { $0.metrics.r2 }),
      .number(row.mean { Double($0.training.history.count) }),
      .number(100 * row.mean { $0.training.sparsity.sparsity }),
      .number(row.mean { $0.seconds }), .number(100 * row.maskShare),
    ]
  }

  /// Says where no method beats the naive forecasts; nil when some method does everywhere.
  static func verdict(_ rows: [ComparisonRow]) -> String? {
    var groups: [(name: String, isBeaten: Bool)] = []
    for row in rows {
      let name = "\(row.model.rawValue) at look-back \(row.lookback)"
      if groups.last?.name != name { groups.append((name, false)) }
      if row.beatsNaive { groups[groups.count - 1].isBeaten = true }
    }
    let lost = groups.filter { !$0.isBeaten }.map(\.name)
    if lost.isEmpty { return nil }
    if lost.count == groups.count {
      return "No method beats the naive forecasts: on these data use the last or the seasonal value."
    }
    return "No method beats the naive forecasts for \(lost.joined(separator: ", "))."
  }

  /// A setting as a line of JSON.
  static func line(_ row: ComparisonRow) -> JSONLine {
    [
      "dataset": .string(row.dataset), "model": .string(row.model.rawValue), "lookback": .int(row.lookback),
      "method": .string(row.method.rawValue), "mae": .double(row.mae.mean),
      "sd": .optional(row.mae.standardDeviation), "trials": .int(row.results.count),
      "seconds": .double(row.mean { $0.seconds }), "epochs": .double(row.mean { Double($0.training.history.count) }),
      "sparsity": .double(row.mean { $0.training.sparsity.sparsity }), "ci_low": .optional(row.mae.interval?.lower),
      "ci_high": .optional(row.mae.interval?.upper), "rmse": .double(row.mean { $0.metrics.rmse }),
      "mase": .optional(row.mean { $0.metrics.mase }), "smape": .double(row.mean { $0.metrics.smape }),
      "r2": .optional(row.mean { $0.metrics.r2 }), "mask_seconds": .double(row.mean { $0.training.maskSeconds }),
      "naive_last_mae": .double(row.naive.lastValue.mae), "naive_seasonal_mae": .double(row.naive.seasonal.mae),
      "evaluation": .string(row.evaluation.rawValue),
    ]
  }
}
