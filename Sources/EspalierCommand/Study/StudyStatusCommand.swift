import Espalier

/// `espalier study status`: how much of a study is done.
enum StudyStatusCommand {
  static let command = Command(
    "status", summary: "Show how much of a study is done, and what failed", parameters: [StudyOptions.store.parameter]
  ) { context in
    let status = try StudyStore.read(context[StudyOptions.store]).status()
    if context.wantsJSON {
      for grid in status.grids { context.print(line(grid, of: status).text) }
      for failure in status.failures { context.print(line(failure, of: status).text) }
      return
    }
    context.print("\(status.name): \(status.finishedRuns) of \(StudyRunCommand.count(status.runs, "training")) done\n")
    var table = TextTable([
      .text("grid"), .number("planned"), .number("finished"), .number("failed"), .number("in work"),
    ])
    for grid in status.grids {
      table.add([
        .text(grid.name), .init(Double(grid.planned)), .init(Double(grid.finished)), .init(Double(grid.failed)),
        .init(Double(grid.claimed)),
      ])
    }
    context.console.write(table.render())
    for failure in status.failures {
      let setting = failure.setting
      context.print(
        "\nfailed: \(setting.grid), \(setting.dataset), \(setting.evaluation.rawValue), \(setting.model.rawValue), "
          + "look-back \(setting.lookback), \(setting.method), seed \(failure.seed): \(failure.message)")
    }
  }

  private static func line(_ failure: StudyFailure, of status: StudyStatus) -> JSONLine {
    let setting = failure.setting
    return [
      "study": .string(status.name), "grid": .string(setting.grid), "dataset": .string(setting.dataset),
      "evaluation": .string(setting.evaluation.rawValue), "model": .string(setting.model.rawValue),
      "lookback": .int(setting.lookback), "horizon": .int(setting.horizon), "method": .string(setting.method),
      "seed": .int(Int(clamping: failure.seed)), "error": .string(failure.message),
    ]
  }

  private static func line(_ grid: StudyStatus.Grid, of status: StudyStatus) -> JSONLine {
    [
      "study": .string(status.name), "grid": .string(grid.name), "planned": .int(grid.planned),
      "finished": .int(grid.finished), "failed": .int(grid.failed), "claimed": .int(grid.claimed),
    ]
  }
}
