import Espalier
import Foundation

/// The options of `espalier compare`, and the configuration that they describe.
enum CompareOptions {
  static let source = Option.positional("file|name", .text("file|name"), help: "A delimited file, or a data set's name")
  static let folder = Option("data-folder", .text("folder"), help: "The folder that holds the files of named data sets")
  static let target = Option("target", .text("column"), otherwise: "the data set's", help: "The column to forecast")
  static let features = Option(
    "features", list: .text("column"), default: [], otherwise: "the data set's, or all other numbers",
    help: "The columns to forecast from")
  static let date = Option("date", .text("column"), otherwise: "the first with dates", help: "The column of dates")
  static let missing = Option(
    "missing", list: .text("text"), default: [], help: "What stands for a missing value, beside empty cells, NA and ?")
  static let horizon = Option("horizon", .int("steps", from: 1), default: 1, help: "Steps to forecast")
  static let season = Option(
    "season", .int("steps", from: 1), otherwise: "the data set's, or 1",
    help: "Steps of a season, for the seasonal naive forecast and MASE")
  static let evaluation = Option(
    "evaluation", .choice(Evaluation.self), default: .strict,
    help: "How honest: 'paper' does what the published experiments do, flaws included")

  static let models = Option(
    "models", list: .choice(ModelKind.self), default: [.rnn, .lstm, .patchtst], help: "The models")
  static let lookbacks = Option(
    "lookbacks", list: .int("steps", from: 1), default: [1, 7, 30], help: "Steps of history")
  static let regularizers = Option(
    "regularizers", list: .choice(RegularizerKind.self), default: RegularizerKind.allCases, help: "The methods")
  static let trials = Option("trials", .int("number", from: 1), default: 10, help: "Seeds a setting")
  static let seed = Option("seed", .int("number", from: 0), default: 42, help: "The first seed; trials count on from it")
  static let threads = Option(
    "threads", .int("number", from: 1, to: 1024), otherwise: "all cores",
    help: "Trainings at once; results do not depend on it")

  static let hidden = Option(
    "hidden", .int("units", from: 1), default: 64, help: "Units of the recurrent layer, or the width of the PatchTST")
  static let epochs = Option("epochs", .int("number", from: 1), default: 20, help: "Epochs at most")
  static let batch = Option("batch", .int("samples", from: 1), default: 64, help: "Windows in a batch")
  static let learningRate = Option(
    "learning-rate", .double("number", above: 0), default: 1e-3, help: "The learning rate of Adam")
  static let patience = Option(
    "patience", .int("epochs", from: 1), default: 5, help: "Epochs without improvement before strict training stops")
  static let dropout = Option(
    "dropout", .double("fraction", from: 0, to: 0.99), default: RegularizerConfiguration.publishedDropoutRate,
    help: "The rate of both kinds of dropout")

  static let parameters: [Parameter] = [
    source.parameter, models.parameter, lookbacks.parameter, regularizers.parameter, trials.parameter,
    evaluation.parameter, seed.parameter, threads.parameter,
  ]
  static let sections: [Command.Section] = [
    .init(
      "Data",
      [
        folder.parameter, target.parameter, features.parameter, date.parameter, missing.parameter, horizon.parameter,
        season.parameter,
      ]),
    .init(
      "Training",
      [
        hidden.parameter, epochs.parameter, batch.parameter, learningRate.parameter, patience.parameter,
        dropout.parameter,
      ]),
  ]

  /// Loads the data and describes the comparison.
  ///
  /// - Throws: A typed error of the data, or `UsageError` when a file is given without a target.
  static func load(_ context: Context) throws -> (ComparisonConfiguration, Source) {
    let name = context[source]
    let isName = DatasetCatalogue.all.contains { $0.name == name }
    let looksLikePath = name.contains("/") || name.contains(".") || FileManager.default.fileExists(atPath: name)
    guard isName || !looksLikePath else {
      guard let target = context[target] else {
        throw UsageError.conflict("A file has no target of its own; name the column to forecast with --target.")
      }
      let chosen = context[features].isEmpty ? nil : context[features]
      let options = ReadOptions(
        columns: chosen.map { [target] + $0 }, required: [target], dateColumn: context[date],
        missingMarkers: context[missing])
      let table = try DelimitedReader.read(name, options: options)
      let task = ForecastTask(
        target: target, features: chosen, lookback: context[lookbacks][0], horizon: context[horizon],
        evaluation: context[evaluation], season: context[season] ?? 1)
      let fileName = URL(filePath: name).lastPathComponent
      return (configuration(task, context), Source(name: fileName, title: nil, table: table, drifting: []))
    }
    let data = try DatasetCatalogue.load(name, folder: context[folder])
    var task = data.description.task(
      lookback: context[lookbacks][0], horizon: context[horizon], evaluation: context[evaluation])
    if let target = context[target], target != task.target {
      task.features = ([task.target] + (task.features ?? [])).filter { $0 != target }
      task.target = target
    }
    if !context[features].isEmpty { task.features = context[features] }
    if let season = context[season] { task.season = season }
    let source = Source(
      name: name, title: data.description.title, table: data.table, drifting: data.description.drifting)
    return (configuration(task, context), source)
  }

  /// What is compared on.
  struct Source: Sendable {
    let name: String
    let title: String?
    let table: SeriesTable
    let drifting: [String]
  }

  private static func configuration(_ task: ForecastTask, _ context: Context) -> ComparisonConfiguration {
    var result = ComparisonConfiguration(task: task)
    result.models = context[models]
    result.lookbacks = context[lookbacks]
    result.regularizers = context[regularizers]
    result.trials = context[trials]
    result.firstSeed = UInt64(context[seed])
    result.sizes.hidden = context[hidden]
    result.training.epochs = context[epochs]
    result.training.batchSize = context[batch]
    result.training.optimizer.learningRate = context[learningRate]
    result.training.patience = context[patience]
    result.dropoutRate = context[dropout]
    return result
  }
}
