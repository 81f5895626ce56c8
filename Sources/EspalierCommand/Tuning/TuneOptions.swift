import Espalier
import Foundation

/// What `espalier tune` takes beside the shared options, and the search that all of them describe.
enum TuneOptions {
  private static let space = TuneSpace()
  private static let steps = ValueKind<Int>.int("steps", from: 1, to: 65_536)

  static let models = Option(
    "models", list: .choice(ModelKind.self), default: space.models, help: "The forecasters to choose from")
  static let lookbacks = Option(
    "lookbacks", list: steps, default: space.lookbacks, help: "Steps of history to choose from")
  static let widths = Option(
    "widths", list: .int("units", from: 1, to: ModelConfiguration.largestSize), default: space.widths,
    help: "Units of the recurrent layer, or widths of the PatchTST, to choose from")
  static let schedules = Option(
    "schedules", list: .choice(SparsityScheduleKind.names), default: space.schedules,
    help: "How the sparsity rises, to choose from")
  static let sparsities = Option(
    "sparsities", list: .double("fraction", from: 0, to: 0.999), default: space.sparsities,
    help: "Shares of the prunable weights that are gone at the end, to choose from; 0 is a model without pruning")
  static let candidates = Option(
    "candidates", .int("number", from: 1, to: 100_000), default: 27, help: "Combinations that are tried")
  static let reduction = Option(
    "reduction", .int("number", from: 2, to: 1000), default: 3,
    help: "Every rung has so many times the epochs of the one before, and one candidate of so many, rounded up")
  static let leastEpochs = Option(
    "least-epochs", .int("number", from: 1, to: 1_000_000), otherwise: "4", help: "The fewest epochs of a rung")
  static let finalists = Option(
    "finalists", .int("number", from: 1, to: 100_000), default: 3,
    help: "Candidates of the last rung, at least; no rung has fewer, nor fewer than one of every sparsity")
  static let seeds = Option(
    "seeds", .int("number", from: 1, to: 100_000), default: 3, help: "Seeds of every candidate in the last rung")
  static let store = Option(
    "store", .text("file"), otherwise: "tune-NAME.sqlite in the current folder", help: "Where trainings are kept")
  static let out = Option(
    "out", .text("file"), otherwise: "the model is not kept",
    help: "Where the chosen model goes, as safetensors; it is trained once more, with the first seed")

  static let sections =
    [
      Command.Section(
        "Search",
        [
          models.parameter, lookbacks.parameter, widths.parameter, schedules.parameter, sparsities.parameter,
          candidates.parameter, reduction.parameter, leastEpochs.parameter, finalists.parameter, seeds.parameter,
          TrainingOptions.threads.parameter,
        ])
    ] + DataOptions.sections + [
      Command.Section(
        "Task",
        [
          TaskOptions.horizon.parameter, TaskOptions.scaler.parameter, TaskOptions.normalization.parameter,
          TaskOptions.calendar.parameter,
        ]),
      Command.Section(
        "Model",
        [
          ModelOptions.heads.parameter, ModelOptions.layers.parameter, ModelOptions.feedForward.parameter,
          ModelOptions.patchLength.parameter, ModelOptions.patchStride.parameter,
        ]),
      Command.Section("Training", TrainingOptions.common),
      Command.Section("Output", [store.parameter, out.parameter]),
    ]

  /// The search that a command line asks for.
  ///
  /// - Throws: `UsageError` when options don't go together, or a typed error of the data's place.
  static func configuration(_ context: Context) throws -> TuneConfiguration {
    let source = try DataOptions.source(context)
    var configuration = TuneConfiguration(
      dataset: StudyDataset(name: name(of: source), source: source),
      space: TuneSpace(
        models: context[models], lookbacks: context[lookbacks], widths: context[widths],
        schedules: context[schedules], sparsities: context[sparsities]))
    configuration.task = TaskSettings(
      horizon: context[TaskOptions.horizon], scaler: context[TaskOptions.scaler],
      normalization: context[TaskOptions.normalization], calendar: context[TaskOptions.calendar])
    configuration.sizes = try ModelOptions.sizes(context, kinds: context[models], hidden: nil)
    configuration.training = try TrainingOptions.configuration(context, evaluation: .strict)
    configuration.candidates = context[candidates]
    configuration.reduction = context[reduction]
    configuration.leastEpochs = context[leastEpochs]
    configuration.finalists = context[finalists]
    configuration.seeds = context[seeds]
    configuration.firstSeed = UInt64(context[TrainingOptions.seed])
    try configuration.validate()
    return configuration
  }

  /// A name for tables and the store; lists are cut at commas, so that it has none.
  private static func name(of source: DataSource) -> String {
    guard source.kind == .file else { return source.place }
    return URL(filePath: source.place).deletingPathExtension().lastPathComponent.replacing(",", with: "-")
  }
}
