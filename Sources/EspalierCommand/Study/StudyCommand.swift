import Espalier

/// `espalier study`: models x data sets x look-backs x methods x seeds in one file, with its results in another.
enum StudyCommand {
  static let command = Command(
    "study", summary: "Run and resume a study: many trainings that one file describes",
    discussion: """
      A specification says what is compared with what; the results go into a store, one SQLite file, of which every \
      finished training is safe at once. A study that was stopped goes on where it was when it is run again.
      """,
    examples: [
      "espalier study init paper.json5 --preset paper", "espalier study check paper.json5 --data-folder data",
      "espalier study run paper.json5 --data-folder data", "espalier study report paper.sqlite",
    ],
    subcommands: [
      StudyInitCommand.command, StudyCheckCommand.command, StudyRunCommand.command, StudyStatusCommand.command,
      StudySQLCommand.command, StudyMergeCommand.command, StudyReportCommand.command,
    ])
}
