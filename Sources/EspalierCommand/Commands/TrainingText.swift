import Espalier
import Foundation

/// How a finished training looks.
enum TrainingText {
  /// What an epoch came to.
  static func epoch(_ record: EpochRecord, of epochs: Int) -> String {
    var line = "epoch \(record.epoch + 1)/\(epochs)"
    line += String(format: ": training loss %.5g, validation loss %.5g", record.trainingLoss, record.validationLoss)
    if record.sparsity > 0 { line += ", sparsity \(ScoreText.percent(record.sparsity))" }
    return line
  }

  /// Scores, sparsity and cost for people; without the last line end.
  static func table(_ report: TrainingReport) -> String {
    let run = report.trial.configuration
    let training = report.trial.training
    let task = report.task
    var text =
      "\(run.model.kind.rawValue) forecasts \(report.target) of \(report.dataset): look-back \(task.lookback), "
    text += "horizon \(task.horizon), \(run.regularizer.kind.rawValue), seed \(run.seed)\n"
    text += "\(task.evaluation.rawValue) evaluation on \(report.windows.test) test windows, "
    text += "trained on \(report.windows.train)\(report.grid.map { ", one row every \($0)" } ?? ""), "
    text += "errors in the unit of \(report.target)\n\n"
    text += ScoreText.table(
      model: run.model.kind.rawValue, report.trial.metrics, naive: report.naive, season: task.season)
    text += "\n" + ScoreText.verdict(report.trial.metrics, naive: report.naive) + "\n"
    text += ScoreText.scaled(report.trial.scaled) + "\n"
    if let spread = report.trial.spread {
      text += String(format: "Mean deviation between the passes of mc-dropout: %.4g\n", spread)
    }
    if training.sparsity.active < training.sparsity.total { text += "\n\(training.sparsity)\n" }
    text += "\nEpoch \(training.selectedEpoch + 1) of \(training.history.count) was selected"
    text += task.evaluation == .paper ? " (paper evaluation keeps the last one). " : ". "
    text += String(format: "Processor time %.2f s", report.trial.seconds)
    if training.maskSeconds > 0 { text += String(format: ", pruning %.3f s of it", training.maskSeconds) }
    return text + "."
  }

  /// One object for programs.
  static func json(_ report: TrainingReport, output: String?) -> JSONLine {
    let run = report.trial.configuration
    let training = report.trial.training
    var line: JSONLine = [
      "dataset": .string(report.dataset), "target": .string(report.target),
      "inputs": .array(report.inputs.map(JSONValue.string)), "model": .string(run.model.kind.rawValue),
      "parameters": .int(report.parameters), "lookback": .int(report.task.lookback),
      "horizon": .int(report.task.horizon), "evaluation": .string(report.task.evaluation.rawValue),
      "frequency": report.grid.map(JSONValue.string) ?? .null,
      "normalization": .string(report.normalization.rawValue), "season": .int(report.task.season),
      "method": .string(run.regularizer.kind.rawValue), "seed": .int(Int(clamping: run.seed)),
      "windows": .object([
        "train": .int(report.windows.train), "validation": .int(report.windows.validation),
        "test": .int(report.windows.test),
      ]),
      "epochs": .int(training.history.count), "selected_epoch": .int(training.selectedEpoch + 1),
      "test": .object(ScoreText.json(report.trial.metrics)), "scaled": ScoreText.json(report.trial.scaled),
      "naive": ScoreText.json(report.naive), "beats_naive": .bool(report.beatsNaive),
      "sparsity": .double(training.sparsity.sparsity),
      "layers": ScoreText.json(training.sparsity), "seconds": .rounded(report.trial.seconds, 4),
      "mask_seconds": .rounded(training.maskSeconds, 6),
    ]
    if let spread = report.trial.spread { line["deviation"] = .double(spread) }
    if let output { line["out"] = .string(output) }
    return line
  }
}
