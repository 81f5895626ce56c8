import Espalier
import Foundation

/// `espalier study check`: what a specification means, before hours are spent on it.
enum StudyCheckCommand {
  static let command = Command(
    "check", summary: "Check a specification and its data, and say how long it takes",
    discussion: """
      The time is an estimate from a few steps of every model at every look-back on this machine; early stopping and \
      sparsity make it shorter, other programs longer. Trainings that are in the store already don't count.
      """,
    examples: ["espalier study check paper.json5 --data-folder data"],
    parameters: [
      StudyOptions.specification.parameter, StudyOptions.storeFile.parameter, TrainingOptions.threads.parameter,
      DataOptions.folder.parameter,
    ]
  ) { context in
    let plan = try StudyOptions.plan(context)
    let finished = try StudyStore.finishedKeys(StudyOptions.storePath(context))
    let survey = try context.interruptible {
      try StudySurvey(plan, finished: finished, isCancelled: { context.cancellation.isCancelled })
    }
    let threads = context[TrainingOptions.threads] ?? ProcessInfo.processInfo.activeProcessorCount
    context.wantsJSON
      ? context.print(line(survey, plan, threads: threads).text) : show(survey, plan, threads: threads, context)
  }

  private static func show(_ survey: StudySurvey, _ plan: StudyPlan, threads: Int, _ context: Context) {
    for note in survey.notes { context.note(note) }
    for twins in survey.twins { context.note(twins.description) }
    let open = survey.runs - survey.finished
    context.print("\(plan.specification.name): \(StudyRunCommand.count(survey.runs, "training"))\n")
    var table = TextTable([.text("grid"), .number("places"), .number("trainings"), .number("shared")])
    for grid in survey.grids {
      table.add([.text(grid.name), .init(Double(grid.places)), .init(Double(grid.runs)), .init(Double(grid.shared))])
    }
    context.console.write(table.render())
    let sentences = survey.grids.filter { !$0.selections.isEmpty }.map(sentence)
    if !sentences.isEmpty { context.print("\n" + sentences.joined(separator: "\n")) }
    context.print(
      "\n\(survey.finished) done, \(open) to do: about \(duration(survey.seconds / Double(threads))) on "
        + "\(StudyRunCommand.count(threads, "core")).")
    if plan.specification.grids.contains(where: { $0.evaluations.contains(.paper) }) {
      context.print(
        "In the paper's evaluation the validation part is the test part: what is tuned or stopped there has seen the test."
      )
    }
  }

  /// From which epoch on a grid selects, models with the same epoch together.
  private static func sentence(on grid: StudySurvey.Grid) -> String {
    let groups = Dictionary(grouping: grid.selections, by: \.firstEpoch).sorted { $0.key < $1.key }
    let words = groups.map { epoch, models in
      "from epoch \(epoch + 1) of \(models[0].epochs) on for \(models.map(\.model.rawValue).joined(separator: ", "))"
    }
    return "\(grid.name), strict: all methods stop and select \(words.joined(separator: "; "))."
  }

  private static func line(_ survey: StudySurvey, _ plan: StudyPlan, threads: Int) -> JSONLine {
    let grids = survey.grids.map { grid -> JSONValue in
      .object([
        "name": .string(grid.name), "places": .int(grid.places), "trainings": .int(grid.runs),
        "shared": .int(grid.shared),
        "selections": .array(
          grid.selections.map {
            .object(["model": .string($0.model.rawValue), "firstSelectedEpoch": .int($0.firstEpoch)])
          }),
      ])
    }
    return [
      "study": .string(plan.specification.name), "trainings": .int(survey.runs), "finished": .int(survey.finished),
      "grids": .array(grids), "processorSeconds": .rounded(survey.seconds, 1), "threads": .int(threads),
      "sameTrainings": .array(survey.twins.map { .string($0.description) }),
    ]
  }

  /// Seconds in the unit that suits them.
  static func duration(_ seconds: Double) -> String {
    if seconds < 90 { return "\(Int(seconds.rounded(.up))) s" }
    if seconds < 90 * 60 { return "\(Int((seconds / 60).rounded(.up))) min" }
    return String(format: "%.1f h", min(seconds / 3600, 1e6))
  }
}
