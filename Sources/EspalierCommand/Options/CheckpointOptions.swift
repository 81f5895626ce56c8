import Espalier
import Foundation

/// Options that say where a training is written down, and where it goes on.
enum CheckpointOptions {
  static let checkpoint = Option(
    "checkpoint", .text("file"), otherwise: "none; with --resume: the same file",
    help: "Where the training is written down while it runs, so that --resume can go on with it")
  static let every = Option(
    "checkpoint-every", .int("epochs", from: 1), otherwise: "1", help: "Epochs between two checkpoints")
  static let minutes = Option(
    "checkpoint-minutes", .double("minutes", above: 0, to: 1_000_000), otherwise: "counted in epochs",
    help: "Minutes between two checkpoints, for long epochs")
  static let resume = Option(
    "resume", .text("file"), otherwise: "begin anew",
    help: "Go on with a checkpoint as if the training had never stopped; needs nothing else")

  static let section = Command.Section(
    "Checkpoints", [checkpoint.parameter, every.parameter, minutes.parameter, resume.parameter])

  /// Where the training is written down; nil when it is not.
  ///
  /// - Throws: `UsageError` when options don't go together or a file would be lost, ``OutputFile/Failure`` when it can't be
  ///   written.
  static func path(_ context: Context) throws -> String? {
    let resumed = context[resume]
    guard let path = context[checkpoint] ?? resumed else {
      for label in [every.parameter.label, minutes.parameter.label] where context.arguments.isGiven(label: label) {
        throw UsageError.conflict("\(label) has no effect without --checkpoint; leave it out or add --checkpoint.")
      }
      return nil
    }
    if context[every] != nil, context[minutes] != nil {
      throw UsageError.conflict("--checkpoint-every and --checkpoint-minutes exclude each other; give one.")
    }
    let isItself = resumed.map { SameFile.are($0, path) } ?? false
    if !isItself, FileManager.default.fileExists(atPath: path) {
      throw UsageError.conflict(
        "--checkpoint would overwrite '\(path)'; go on with it by --resume, remove it, or name another file.")
    }
    try OutputFile(path).check()
    return path
  }

  /// How often it is written down.
  static func interval(_ context: Context) -> CheckpointPlan.Interval {
    context[minutes].map { .minutes($0) } ?? .epochs(context[every] ?? 1)
  }
}
