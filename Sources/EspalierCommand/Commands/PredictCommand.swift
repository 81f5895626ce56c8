import Espalier

/// `espalier predict`: forecasts of a trained model.
enum PredictCommand {
  static let all = Option.flag(
    "all", help: "Forecast every window whose truth is known, beside it, and score the forecasts")
  static let quantiles = Option(
    "quantiles", list: .double("levels", above: 0, below: 1), default: [],
    otherwise: "those that a quantile loss was trained on, or 0.05,0.5,0.95 of a distribution",
    help: "Levels of the quantiles that stand beside the forecasts, ascending")
  static let command = Command(
    "predict", summary: "Forecast with a trained model",
    discussion: """
      Forecasts what comes after the last row of each series. The model knows its columns and how its data were \
      prepared; a file is read as the one that it was trained on, unless the options say otherwise. Deviations between \
      passes stand beside the forecasts of a model with mc-dropout, quantiles beside those of a model with the loss \
      quantile, normal or student-t.
      """,
    examples: [
      "espalier predict model.safetensors prices.csv", "espalier predict model.safetensors bitcoin --all --out f.csv",
    ],
    parameters: [
      ForecastingOptions.model.parameter, DataOptions.data.parameter, DataOptions.folder.parameter,
    ],
    sections: [
      Command.Section(
        "Output",
        [
          ForecastingOptions.out.parameter, all.parameter, quantiles.parameter, ForecastingOptions.future.parameter,
          ForecastingOptions.unseen.parameter, ForecastingOptions.threads.parameter,
        ]),
      DataOptions.readingSection,
    ]
  ) { context in
    let files = try ForecastingOptions(context)
    let (saved, output) = (files.saved, files.output)
    if context[all], files.source.future != nil {
      throw UsageError.conflict(
        "--future has no effect beside --all, which forecasts what has come to pass; leave it out.")
    }
    let report = try context.interruptible {
      try saved.forecast(
        files.source, everyWindow: context[all], levels: context[quantiles].isEmpty ? nil : context[quantiles],
        unseen: context[ForecastingOptions.unseen], threads: ForecastingOptions.threads(context),
        isCancelled: { context.cancellation.isCancelled })
    }
    report.notes.forEach(context.note)
    let lines = context.wantsJSON ? ForecastText.json(report) : ForecastText.csv(report)
    if let output { try output.write(lines) } else { context.console.write(lines) }
    try writeScores(report, of: saved, toFile: output?.path, context)
  }

  private static func writeScores(
    _ report: ForecastReport, of saved: SavedModel, toFile path: String?, _ context: Context
  ) throws {
    guard let metrics = report.metrics, let naive = report.naive else { return }
    if context.wantsJSON {
      var line = ScoreText.json(metrics)
      if let scaled = report.scaled { line["scaled"] = ScoreText.json(scaled) }
      line["naive"] = ScoreText.json(naive)
      context.print(line.text)
      return
    }
    let text =
      ScoreText.table(
        model: saved.run.model.kind.rawValue, metrics, naive: naive, season: saved.preparation.task.season)
      + ScoreText.verdict(metrics, naive: naive) + (report.scaled.map { "\n" + ScoreText.scaled($0) } ?? "")
      + "\nThese are all windows of the data; scores of windows that the model was trained on flatter it.\n"
    // Standard output may be read as a table by a program: scores stay out of it.
    if path != nil {
      context.console.write(text)
    } else if !context.isQuiet {
      context.console.writeError(text)
    }
  }
}
