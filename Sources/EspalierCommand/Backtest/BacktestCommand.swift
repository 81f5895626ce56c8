import Espalier
import Foundation

/// `espalier backtest`: forecasts from many origins, and how good they were.
enum BacktestCommand {
  static let command = Command(
    "backtest", summary: "Forecast from many moments of the past and score what came to pass",
    discussion: """
      The origin of the forecasts rolls through the end of the data. At every origin the model is trained on what lies \
      before it, and forecasts the horizon; nothing of a series behind its own origin reaches the training or the \
      scales, and --align calendar rules it out for the other series, too. The naive forecasts, which every model has \
      to beat, are made from the same origins.

      A training that fails is reported, and its origin counts neither for the model nor for the naive forecasts.
      """,
    examples: [
      "espalier backtest prices.csv --target close --lookback 30 --horizon 5 --origins 10",
      "espalier backtest air-quality --horizon 24 --refit never --by-step --out forecasts.csv",
      "espalier backtest sales.csv --series shop --target sales --window sliding --window-rows 365 --by-series",
    ],
    sections: BacktestOptions.sections
  ) { context in
    let job = try BacktestOptions.job(context)
    let output = context[BacktestOptions.out].map(OutputFile.init)
    let source = job.training.source
    if let output, source.kind == .file, SameFile.are(output.path, source.place) {
      throw UsageError.conflict("--out would overwrite '\(output.path)', which is read; give another file.")
    }
    try output?.check()
    let backtest = try context.interruptible { try job.prepare() }
    backtest.notes.forEach(context.note)
    let report = try run(backtest, context)
    report.notes.dropFirst(backtest.notes.count).forEach(context.note)
    let text = BacktestText(report: report)
    let parts = [
      (BacktestOptions.byOrigin, BacktestText.Part.origins), (BacktestOptions.byStep, .steps),
      (BacktestOptions.bySeries, .series),
    ].filter { context[$0.0] }.map(\.1)
    // Before the file, so that a full disk does not cost the scores.
    if context.wantsJSON {
      text.json(parts, output: output?.path).forEach { context.print($0.text) }
    } else {
      context.print(text.tables(parts))
    }
    guard let output else { return }
    try output.write(BacktestCSV(report: report).pieces)
    if !context.wantsJSON { context.print("All forecasts are in \(output.path).") }
  }

  private static func run(_ backtest: Backtest, _ context: Context) throws -> BacktestReport {
    let trials = backtest.configuration.trials
    let progress = context.progress(
      "\(backtest.model.rawValue) on \(backtest.dataset), \(backtest.configuration.origins) origins",
      total: backtest.work)
    defer { progress.finish() }
    return try context.interruptible {
      try backtest.run(
        threads: context[TrainingOptions.threads] ?? ProcessInfo.processInfo.activeProcessorCount,
        progress: { step in
          let seed = trials > 1 ? ", seed \(step.seed)" : ""
          let record = step.record.map { String(format: ": validation loss %.5g", $0.validationLoss) } ?? ""
          progress.advance(by: step.advance, detail: "origin \(step.origin + 1)\(seed)\(record)")
        }, isCancelled: { context.cancellation.isCancelled })
    }
  }
}
