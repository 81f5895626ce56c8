import Espalier
import Foundation

/// How a finished search looks.
enum TuneText {
  /// The finalists, the front and the choice for people; without the last line end.
  static func report(
    _ result: TuneResult, of configuration: TuneConfiguration, rungs: [TuneConfiguration.Rung], store: String,
    output: String?
  ) -> String {
    var text = "Search on \(configuration.dataset.name): "
    text +=
      zip(rungs, result.rungs).map { rung, scores in
        "\(StudyRunCommand.count(scores.count, "candidate")) for \(StudyRunCommand.count(rung.epochs, "epoch"))"
      }.joined(separator: ", then ")
    let seeds = rungs.last?.seeds ?? 1
    text += " with \(StudyRunCommand.count(seeds, "seed")) each.\n\n"
    text += table(result)
    text +=
      "\nIn the front (f) no other finalist has a smaller loss and as high a target of sparsity. The choice (>) is\n"
    text += "the sparsest model, by its target, whose loss is within one standard error of the smallest.\n"
    for note in result.notes { text += "\n\(note)\n" }
    for failure in result.failures {
      text += "\nCandidate \(failure.candidate.number) (\(failure.candidate.model.rawValue), look-back "
      text += "\(failure.candidate.lookback)) was left out: \(failure.message)\n"
    }
    if let choice = result.choice {
      let error = choice.testErrors.reduce(0, +) / Double(choice.testErrors.count)
      text += String(format: "\nThe choice's MAE on the test part, by which nothing was chosen: %.5g, ", error)
      text += "the mean over \(StudyRunCommand.count(choice.testErrors.count, "seed")).\n"
    }
    if let output { text += "The model is in \(output).\n" }
    text += "All trainings are in \(store); 'espalier study sql \(store) results' lists them."
    return text
  }

  private static func table(_ result: TuneResult) -> String {
    var table = TextTable([
      .text(""), .text("model"), .number("look-back", decimals: 0), .number("width", decimals: 0), .text("schedule"),
      .number("sparsity", unit: "%", decimals: 1), .number("weights left", decimals: 0),
      .number("validation loss", best: .lowest), .number("standard error"), .number("time", unit: "s", decimals: 1),
    ])
    let front = result.front
    for score in result.finalists {
      let candidate = score.candidate
      table.add([
        .text((score == result.choice ? ">" : " ") + (front.contains(score) ? "f" : "")),
        .text(candidate.model.rawValue), TextTable.Cell(Double(candidate.lookback)),
        TextTable.Cell(Double(candidate.width)), .text(candidate.schedule ?? "none"),
        TextTable.Cell(100 * score.sparsity), TextTable.Cell(score.active), TextTable.Cell(score.loss),
        TextTable.Cell(score.losses.count > 1 ? score.standardError : nil), TextTable.Cell(score.seconds),
      ])
    }
    return table.render()
  }

  /// One object a candidate of every rung for programs, then one for every candidate that was left out.
  static func json(_ result: TuneResult, output: String?) -> [JSONLine] {
    let scores = result.rungs.enumerated().flatMap { index, scores in
      let isLast = index == result.rungs.count - 1
      return scores.map { score -> JSONLine in
        var line = json(score.candidate, rung: index + 1)
        line["sparsity"] = .double(score.sparsity)
        line["active"] = .double(score.active)
        line["validation_loss"] = .double(score.loss)
        line["standard_error"] = score.losses.count > 1 ? .double(score.standardError) : .null
        line["seconds"] = .rounded(score.seconds, 3)
        if isLast {
          line["front"] = .bool(result.front.contains(score))
          line["chosen"] = .bool(score == result.choice)
        }
        if isLast, score == result.choice {
          line["test_mae"] = .double(score.testErrors.reduce(0, +) / Double(score.testErrors.count))
          if let output { line["out"] = .string(output) }
        }
        return line
      }
    }
    return scores
      + result.failures.map { failure in
        var line = json(failure.candidate, rung: failure.rung)
        line["failure"] = .string(failure.message)
        return line
      }
  }

  private static func json(_ candidate: TuneCandidate, rung: Int) -> JSONLine {
    [
      "rung": .int(rung), "candidate": .int(candidate.number), "model": .string(candidate.model.rawValue),
      "lookback": .int(candidate.lookback), "width": .int(candidate.width),
      "schedule": candidate.schedule.map(JSONValue.string) ?? .null, "target_sparsity": .double(candidate.sparsity),
    ]
  }
}
