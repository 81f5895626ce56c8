import Espalier
import Foundation

/// `espalier predict`: forecasts of a trained model.
enum PredictCommand {
  static let model = Option.positional("model", .text("file"), help: "A model that 'espalier train --out' wrote")
  static let out = Option(
    "out", .text("file"), otherwise: "standard output", help: "Where the forecasts go, as comma-separated text")
  static let all = Option.flag(
    "all", help: "Forecast every window whose truth is known, beside it, and score the forecasts")
  static let quantiles = Option(
    "quantiles", list: .double("levels", above: 0, to: 1), default: [],
    otherwise: "those that a quantile loss was trained on, or 0.05,0.5,0.95 of a distribution",
    help: "Levels of the quantiles that stand beside the forecasts, ascending")
  static let threads = Option(
    "threads", .int("number", from: 1, to: 1024), otherwise: "one for each processor",
    help: "Threads that forecast side by side; forecasts do not depend on it")
  static let future = Option(
    "future", .text("file"), otherwise: "rows of the data behind the last target",
    help: "A delimited file with the known columns of the steps to forecast, written as the data are")
  static let unseen = Option(
    "unseen-series", .choice(UnseenSeries.self), default: .refuse,
    help: "What becomes of a series that was not trained on, where every series has scalers of its own")

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
    parameters: [model.parameter, DataOptions.data.parameter, DataOptions.folder.parameter],
    sections: [
      Command.Section(
        "Output",
        [
          out.parameter, all.parameter, quantiles.parameter, future.parameter, unseen.parameter, threads.parameter,
        ]),
      DataOptions.readingSection,
    ]
  ) { context in
    let output = context[out].map(OutputFile.init)
    var source = try DataSource(resolving: context[DataOptions.data], folder: DataFolder.path(context))
    try DataOptions.checkReading(context, of: source)
    let inputs = [source.place, context[model]] + [context[future]].compactMap { $0 }
    if let output, inputs.contains(where: { SameFile.are(output.path, $0) }) {
      throw UsageError.conflict("--out would overwrite '\(output.path)', which is read; give another file.")
    }
    try output?.check()
    let saved = try SavedModel(path: context[model])
    source.future = context[future]
    if context[all], source.future != nil {
      throw UsageError.conflict(
        "--future has no effect beside --all, which forecasts what has come to pass; leave it out.")
    }
    source.reading = DataOptions.reading(context, base: saved.reading ?? ReadOptions())
    let report = try context.interruptible {
      try saved.forecast(
        source, everyWindow: context[all], levels: context[quantiles].isEmpty ? nil : context[quantiles],
        unseen: context[unseen],
        threads: context[threads] ?? ProcessInfo.processInfo.activeProcessorCount,
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
