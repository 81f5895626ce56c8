import Espalier
import Foundation

/// What a command line of `espalier train` asks for: a new training, or one that goes on.
struct TrainRequest {
  /// The training.
  let job: TrainingJob
  /// Where it goes on; nil for a new one.
  let resumed: TrainingCheckpoint?
  /// Where the finished model goes.
  let output: OutputFile?
  /// Where the training is written down.
  let checkpoint: String?

  /// Reads the command line; files to write are checked.
  ///
  /// - Throws: `UsageError`, or a typed error of the files that are read.
  init(_ context: Context) throws {
    if let path = context[CheckpointOptions.resume] {
      let read = try TrainingCheckpoint(path: path)
      guard let origin = read.origin else { throw CheckpointError.withoutOrigin(path: path) }
      try Self.refuseOtherSettings(context, origin)
      resumed = read
      job = origin.job
      output = (context[TrainCommand.out] ?? origin.output).map(OutputFile.init)
    } else {
      guard context[TrainCommand.data] != nil else {
        throw UsageError.missing(name: TrainCommand.data.parameter.label, command: "espalier train")
      }
      resumed = nil
      job = try Self.job(context)
      output = context[TrainCommand.out].map(OutputFile.init)
    }
    checkpoint = try CheckpointOptions.path(context)
    try output?.check()
    if let out = output?.path, let checkpoint, SameFile.are(out, checkpoint) || out == checkpoint {
      throw UsageError.conflict("--out and --checkpoint both name '\(out)'; give two files.")
    }
    guard let out = output?.path else { return }
    if job.source.kind == .file, SameFile.are(out, job.source.place) {
      throw UsageError.conflict("--out would overwrite the data in '\(out)'; give another file.")
    }
    if let path = job.warmStart?.path, SameFile.are(out, path) {
      throw UsageError.conflict("--out would overwrite '\(out)', which --warm-start reads; give another file.")
    }
  }

  /// When the training is written down; nil when it is not.
  func plan(_ context: Context) -> CheckpointPlan? {
    guard let checkpoint else { return nil }
    let origin = CheckpointOrigin(job: job, output: output?.path)
    return CheckpointPlan(every: CheckpointOptions.interval(context)) { taken in
      var taken = taken
      taken.origin = origin
      try taken.write(path: checkpoint)
    }
  }

  /// The new training that a command line asks for.
  private static func job(_ context: Context) throws -> TrainingJob {
    if let job = try WarmStartOptions.job(context) { return job }
    let model = context[ModelOptions.model]
    let task = TaskOptions.settings(context)
    let sizes = try ModelOptions.sizes(context, kinds: [model])
    let training = try TrainingOptions.configuration(context, evaluation: task.evaluation)
    let regularizer = try RegularizerOptions.configuration(context, model: model, evaluation: task.evaluation)
    try DataOptions.checkSplit(context, task.evaluation)
    return TrainingJob(
      source: try DataOptions.source(context), task: task, model: sizes, training: training,
      regularizer: regularizer, seed: UInt64(context[TrainingOptions.seed]))
  }

  /// Lets a command line with `--resume` repeat the settings of the checkpoint, all of them, and refuses others.
  private static func refuseOtherSettings(_ context: Context, _ origin: CheckpointOrigin) throws {
    let settings = TrainCommand.settings.flatMap(\.parameters)
    guard let option = settings.first(where: { context.arguments.isGiven(label: $0.label) }) else { return }
    guard context[TrainCommand.data] != nil else {
      throw UsageError.conflict(
        "\(option.label) has no effect with --resume, which goes on with the settings of the checkpoint; leave it out.")
    }
    do {
      try origin.compare(try job(context))
    } catch let error as CheckpointError {
      throw UsageError.conflict("\(error)")
    }
  }
}
