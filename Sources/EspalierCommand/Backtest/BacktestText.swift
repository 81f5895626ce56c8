import Espalier

/// A backtest in words: what was done, the tables, what it comes to, and the lines of JSON.
struct BacktestText {
  /// What scores are shown for, beside all forecasts together.
  enum Part: String {
    case origins = "origin"
    case steps = "step"
    case series
  }

  let report: BacktestReport

  private var season: Int { report.task.season }

  /// For people; without the last line end.
  func tables(_ parts: [Part]) -> String {
    var text = head + "\n\n" + overall.render()
    for part in parts { text += "\n" + table(part).render() }
    return text + "\n" + remarks.joined(separator: "\n")
  }

  /// What was done, in two lines.
  private var head: String {
    let (task, run, configuration) = (report.task, report.run, report.configuration)
    let scored = report.bySeries.count { !$0.isEmpty }
    var text = "\(run.model.kind.rawValue) forecasts \(task.target) of \(report.dataset): look-back \(task.lookback), "
    text += "horizon \(task.horizon), \(run.regularizer.kind.rawValue), "
    text +=
      configuration.trials == 1
      ? "seed \(run.seed)\n" : "seeds \(run.seed) to \(run.seed &+ UInt64(configuration.trials - 1))\n"
    text += configuration.origins == 1 ? "1 origin, " : "\(configuration.origins) origins \(report.step) rows apart, "
    text += report.windowRows.map { "sliding window of \($0) rows" } ?? "expanding window"
    switch configuration.refit {
    case .always, .every(origins: 1): text += ", trained at every origin"
    case .never: text += ", trained at the first origin"
    case .every(let count): text += ", trained anew every \(count) origins"
    }
    if report.isPanel { text += ", \(scored) of \(report.series.count) series" }
    return text + "; MAE and RMSE "
      + (report.mixesUnits ? "mix the units of the series" : "in the unit of \(task.target)")
  }

  /// A line a forecaster.
  private var overall: TextTable {
    let hasWeights = report.overall.contains { $0.wrmsse != nil }
    var columns: [TextTable.Column] = [
      .text("forecast"), .number("MAE", best: .lowest), .number("RMSE", best: .lowest),
      .number("MASE", decimals: 3, best: .lowest), .number("sMAPE", unit: "%", decimals: 2, best: .lowest),
      .number("RMSSE", decimals: 3, best: .lowest), .number("OWA", decimals: 3, best: .lowest),
    ]
    if hasWeights { columns.append(.number("WRMSSE", decimals: 3, best: .lowest)) }
    var table = TextTable(columns)
    for scores in report.overall {
      table.add([
        .text(name(scores.forecaster)), .number(scores.mae), .number(scores.rmse), .init(scores.mase),
        .number(scores.smape), .init(scores.rmsse), .init(scores.owa), .init(scores.wrmsse),
      ])
    }
    return table
  }

  /// A line an origin, step or series: the model's scores, and beside them the naive forecasts' mean absolute errors.
  private func table(_ part: Part) -> TextTable {
    let titles: [TextTable.Column] =
      switch part {
      case .origins: [.number("origin", decimals: 0), .text("known up to")]
      case .steps: [.number("step", decimals: 0)]
      case .series: [.text(report.isPanel ? "series" : "target")]
      }
    var table = TextTable(
      titles + [
        .number("windows", decimals: 0), .number("MAE"), .number("RMSE"), .number("MASE", decimals: 3),
        .number("sMAPE", unit: "%", decimals: 2), .number("RMSSE", decimals: 3), .number("OWA", decimals: 3),
      ] + naive.map { .number("MAE, \(name($0))") })
    let cutoffs = part == .origins ? latestCutoffs : [:]
    for (index, group) in groups(part).enumerated() {
      let place = cells(part, index, cutoffs)
      guard let model = group.first else {
        table.add(place)
        continue
      }
      let others = naive.map { forecaster in
        TextTable.Cell(group.first { $0.forecaster == forecaster }?.mae)
      }
      table.add(
        place + [
          .number(Double(model.windows)), .number(model.mae), .number(model.rmse), .init(model.mase),
          .number(model.smape), .init(model.rmsse), .init(model.owa),
        ] + others)
    }
    return table
  }

  private var naive: [BacktestForecaster] { season > 1 ? [.lastValue, .seasonal] : [.lastValue] }

  private func groups(_ part: Part) -> [[BacktestScores]] {
    switch part {
    case .origins: report.byOrigin
    case .steps: report.byStep
    case .series: report.bySeries
    }
  }

  private func cells(_ part: Part, _ index: Int, _ cutoffs: [Int: String]) -> [TextTable.Cell] {
    switch part {
    case .origins: [.number(Double(index + 1)), cutoffs[index].map(TextTable.Cell.text) ?? .missing]
    case .steps: [.number(Double(index + 1))]
    case .series: [.text(report.isPanel ? report.series[index] : report.task.target)]
    }
  }

  /// By origin the last time that was known; that of the latest series where they differ.
  private var latestCutoffs: [Int: String] {
    Dictionary(report.forecasts.map { ($0.origin, $0.cutoff) }, uniquingKeysWith: max).mapValues {
      ForecastText.time($0, hasDates: report.hasDates, hasTimeOfDay: report.hasTimeOfDay)
    }
  }

  private func name(_ forecaster: BacktestForecaster) -> String {
    switch forecaster {
    case .model: report.run.model.kind.rawValue
    case .lastValue: "last value"
    case .seasonal: "\(season) steps before"
    case .naive2: "Naive2"
    }
  }

  /// Sentences below the tables.
  private var remarks: [String] {
    var result: [String] = []
    for failure in report.failures {
      result.append("Origin \(failure.origin + 1), seed \(failure.seed) FAILED: \(failure.reason)")
    }
    if !report.failures.isEmpty { result.append("The scores leave them out, those of the naive forecasts too.") }
    if let model = report.overall.first {
      if model.withoutScale > 0 {
        result.append(
          "\(model.withoutScale) of \(model.windows) windows have no MASE, because their past is no longer than a "
            + "season or never differs from the season before.")
      }
      if model.wrmsse != nil {
        let rows = max(season, report.task.horizon)
        result.append("WRMSSE weighs series by the sum over the last \(rows) rows before an origin.")
      }
      result.append(verdict(model))
    }
    return result
  }

  private func verdict(_ model: BacktestScores) -> String {
    guard let error = report.decisiveError(model) else {
      return "No window has a MASE, which alone compares series of different units."
    }
    let naive = report.overall.dropFirst().compactMap { scores in
      report.decisiveError(scores).map { (sentenceName(scores.forecaster), $0) }
    }
    return ScoreText.verdict(error, naive: naive, measure: report.mixesUnits ? "MASE" : "mean absolute error")
  }

  /// A naive forecast within a sentence.
  private func sentenceName(_ forecaster: BacktestForecaster) -> String {
    switch forecaster {
    case .lastValue: "the last value"
    case .seasonal: "the value one season before"
    case .model, .naive2: name(forecaster)
    }
  }
}

extension BacktestText {
  /// One object for the whole, one a forecaster, and one a forecaster and origin, step or series.
  func json(_ parts: [Part], output: String?) -> [JSONLine] {
    let overall = report.overall.map { line($0) }
    let others = parts.flatMap { part in
      groups(part).enumerated().flatMap { index, group in
        group.map { line($0, part.rawValue, part == .series ? .string(report.series[index]) : .int(index + 1)) }
      }
    }
    return [header(output)] + overall + others
  }

  private func header(_ output: String?) -> JSONLine {
    let (task, run, configuration) = (report.task, report.run, report.configuration)
    var line: JSONLine = [
      "dataset": .string(report.dataset), "target": .string(task.target), "model": .string(run.model.kind.rawValue),
      "lookback": .int(task.lookback), "horizon": .int(task.horizon), "season": .int(task.season),
      "method": .string(run.regularizer.kind.rawValue), "seed": .int(Int(clamping: run.seed)),
      "trials": .int(configuration.trials), "origins": .int(configuration.origins), "step": .int(report.step),
      "window": .string(report.windowRows == nil ? "expanding" : "sliding"),
      "window_rows": report.windowRows.map(JSONValue.int) ?? .null,
      "refit": .string(BacktestOptions.name(of: configuration.refit)),
      "align": .string(configuration.alignment.rawValue), "series": .int(report.bySeries.count { !$0.isEmpty }),
      "beats_naive": .bool(report.beatsNaive), "compared_by": .string(report.mixesUnits ? "mase" : "mae"),
      "trainings": .array(
        report.trainings.map { training in
          .object([
            "origin": .int(training.origin + 1), "seed": .int(Int(clamping: training.seed)),
            "train_windows": .int(training.trainWindows), "validation_windows": .int(training.validationWindows),
            "epochs": .int(training.epochs), "selected_epoch": .int(training.selectedEpoch + 1),
            "sparsity": .double(training.sparsity),
          ])
        }),
      "failures": .array(
        report.failures.map { failure in
          .object([
            "origin": .int(failure.origin + 1), "seed": .int(Int(clamping: failure.seed)),
            "reason": .string(failure.reason),
          ])
        }),
    ]
    if let output { line["out"] = .string(output) }
    return line
  }

  private func line(_ scores: BacktestScores, _ part: String? = nil, _ place: JSONValue? = nil) -> JSONLine {
    var line: JSONLine = [
      "scope": .string(part ?? "overall"), "forecast": .string(scores.forecaster.rawValue),
      "windows": .int(scores.windows), "scored": .int(scores.count), "mae": .double(scores.mae),
      "rmse": .double(scores.rmse), "mase": .optional(scores.mase), "smape": .double(scores.smape),
      "rmsse": .optional(scores.rmsse), "owa": .optional(scores.owa), "wrmsse": .optional(scores.wrmsse),
      "without_scale": .int(scores.withoutScale),
    ]
    if let part, let place { line[part] = place }
    return line
  }
}
