import Espalier
import Foundation

/// What every command that forecasts with a model's file takes: the model, the data, and where forecasts go.
struct ForecastingOptions {
  static let model = Option.positional("model", .text("file"), help: "A model that 'espalier train --out' wrote")
  static let out = Option(
    "out", .text("file"), otherwise: "standard output", help: "Where the forecasts go, as comma-separated text")
  static let threads = Option(
    "threads", .int("number", from: 1, to: 1024), otherwise: "one for each processor",
    help: "Threads that forecast side by side; forecasts do not depend on it")
  static let future = Option(
    "future", .text("file"), otherwise: "rows of the data behind the last target",
    help: "A delimited file with the known columns of the steps to forecast, written as the data are")
  static let unseen = Option(
    "unseen-series", .choice(UnseenSeries.self), default: .refuse,
    help: "What becomes of a series that was not trained on, where every series has scalers of its own")

  /// The model.
  let saved: SavedModel
  /// The data, read as those of the training unless the options say otherwise.
  let source: DataSource
  /// Where the forecasts go; nil for standard output.
  let output: OutputFile?

  /// Reads the command line and the model's file; files to write are checked.
  ///
  /// - Parameters:
  ///   - context: The command line.
  ///   - chart: A second file that the command writes.
  /// - Throws: `UsageError` when options don't go together or a file would be lost, or a typed error of a file.
  init(_ context: Context, chart: OutputFile? = nil) throws {
    output = context[Self.out].map(OutputFile.init)
    var source = try DataSource(resolving: context[DataOptions.data], folder: DataFolder.path(context))
    try DataOptions.checkReading(context, of: source)
    let inputs = [source.place, context[Self.model]] + [context[Self.future]].compactMap { $0 }
    for (label, file) in [(Self.out.parameter.label, output), (ForecastCommand.chart.parameter.label, chart)] {
      guard let file else { continue }
      if inputs.contains(where: { SameFile.are(file.path, $0) }) {
        throw UsageError.conflict("\(label) would overwrite '\(file.path)', which is read; give another file.")
      }
      try file.check()
    }
    if let output, let chart, SameFile.wouldBe(output.path, chart.path) {
      throw UsageError.conflict("--out and --chart both name '\(chart.path)'; give two files.")
    }
    saved = try SavedModel(path: context[Self.model])
    if context[Self.unseen] == .ownHistory, saved.preparation.series == nil {
      throw UsageError.conflict(
        "--unseen-series own-history has no effect on this model, whose series share scalers, so that it forecasts any series; leave it "
          + "out.")
    }
    source.future = context[Self.future]
    source.reading = DataOptions.reading(context, base: saved.reading ?? ReadOptions())
    self.source = source
  }

  /// The threads that forecast.
  static func threads(_ context: Context) -> Int {
    context[threads] ?? ProcessInfo.processInfo.activeProcessorCount
  }
}
