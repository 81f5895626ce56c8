import Espalier

/// The `espalier` command.
public enum EspalierProgram {
  /// Every command, one line each.
  static let commands: [Command] = [
    TrainCommand.command, ForecastCommand.command, PredictCommand.command, IntervalsCommand.command,
    InspectCommand.command,
    CompareCommand.command,
    PruneCommand.command, ShrinkCommand.command, ExportCommand.command, DatasetsCommand.command, DemoCommand.command,
    BenchCommand.command, StudyCommand.command, TuneCommand.command, BacktestCommand.command,
  ]

  package static let root = Command(
    "espalier", summary: "Trains time-series forecasters that prune themselves while they train",
    subcommands: commands)

  /// Runs the command line of this process.
  ///
  /// - Returns: The process's exit code: 0 success, 1 failure, 64 usage, 128 plus a signal's number.
  public static func main() -> Int32 {
    Program(root, version: EspalierVersion.current).runProcess()
  }
}
