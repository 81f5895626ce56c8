import Espalier
import Foundation

/// `espalier study run`: does what of a study is not done yet.
enum StudyRunCommand {
  static let retryFailed = Option.flag("retry-failed", help: "Try again what has failed before")

  static let command = Command(
    "run", summary: "Train what of a study is not trained yet",
    discussion: """
      Every finished training is stored at once. Ctrl-C stops within a step; after that, or after the machine went down, \
      run the same line again: nothing that was finished is done twice. Several processes may work on one store.

      Results depend on neither threads nor parts nor the order. A training that fails is written down and the others go \
      on; the exit code is 1 then.
      """,
    examples: ["espalier study run paper.json5 --data-folder data --threads 2"],
    parameters: [
      StudyOptions.specification.parameter, StudyOptions.storeFile.parameter, StudyOptions.shard.parameter,
      StudyOptions.only.parameter, TrainingOptions.threads.parameter, DataOptions.folder.parameter,
      retryFailed.parameter,
    ]
  ) { context in
    let plan = try StudyOptions.plan(context)
    let part = try StudyOptions.part(context, of: plan)
    let store = try StudyStore.open(StudyOptions.storePath(context, shard: context[StudyOptions.shard]))
    let here = StudyEnvironment.current(version: EspalierVersion.current)
    let job = try context.interruptible {
      try StudyJob(
        plan, store: store, environment: here, part: part, retriesFailed: context[retryFailed],
        isCancelled: { context.cancellation.isCancelled })
    }
    notes(job, here: here, context)
    let outcome = try train(job, context)
    report(job, outcome, store: store, context)
    if outcome.failed + job.failedBefore > 0 { throw failure(job, outcome) }
  }

  private static func train(_ job: StudyJob, _ context: Context) throws -> StudyJob.Outcome {
    let progress = context.progress(
      "\(job.plan.specification.name), \(count(job.pending.count, "training"))", total: job.work)
    defer { progress.finish() }
    return try context.interruptible {
      try job.run(
        threads: context[TrainingOptions.threads] ?? ProcessInfo.processInfo.activeProcessorCount,
        advanced: { progress.advance(by: $0.units, detail: $0.label) },
        isCancelled: { context.cancellation.isCancelled })
    }
  }

  private static func notes(_ job: StudyJob, here: StudyEnvironment, _ context: Context) {
    if job.finishedBefore > 0 {
      context.note("\(count(job.finishedBefore, "training")) \(job.finishedBefore == 1 ? "is" : "are") done already.")
    }
    let others = job.otherEnvironments.filter { $0.simdTarget != here.simdTarget || $0.version != here.version }
    if let other = others.first {
      context.note(
        "The store has trainings of version \(other.version) on \(other.simdTarget), this is \(here.version) on "
          + "\(here.simdTarget): the last digits may differ between them.")
    }
  }

  private static func report(
    _ job: StudyJob, _ outcome: StudyJob.Outcome, store: StudyStore, _ context: Context
  ) {
    if context.wantsJSON {
      let line: JSONLine = [
        "study": .string(job.plan.specification.name), "store": .string(store.path),
        "trained": .int(outcome.finished), "before": .int(job.finishedBefore),
        "failed": .int(outcome.failed + job.failedBefore), "elsewhere": .int(outcome.elsewhere),
      ]
      return context.print(line.text)
    }
    context.print(
      "Trained \(outcome.finished), done before \(job.finishedBefore); 'espalier study report \(store.path)' makes a "
        + "page of the results.")
    if outcome.elsewhere > 0 {
      let verb = outcome.elsewhere == 1 ? "was" : "were"
      context.note("\(count(outcome.elsewhere, "training")) \(verb) left to another process.")
    }
  }

  private static func failure(_ job: StudyJob, _ outcome: StudyJob.Outcome) -> CommandFailure {
    let total = outcome.failed + job.failedBefore
    var sentence = "\(count(total, "training")) failed; 'study status' shows why, --retry-failed tries again"
    if let first = outcome.firstFailure { sentence += " (the first: \(first))" }
    return CommandFailure(sentence + ".")
  }

  /// A number with its noun.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
