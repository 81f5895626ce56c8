import Espalier
import Foundation
import Synchronization

/// `espalier tune`: a search for settings.
enum TuneCommand {
  static let command = Command(
    "tune", summary: "Search for settings, and for the sparsest model that forecasts as well as the best",
    discussion: """
      Tries random combinations of look-back, width, schedule and sparsity. Every rung trains its candidates longer than \
      the one before and keeps the best part of every sparsity; the last one trains whole, with several seeds. All \
      candidates are judged by the validation part alone; the choice is the sparsest model within one standard error \
      of the best.

      Every finished training is in the store at once: after Ctrl-C, run the same line again. In several terminals \
      the same line shares its trainings among them.
      """,
    examples: [
      "espalier tune prices.csv --target Close --models rnn,lstm --out model.safetensors",
      "espalier tune synthetic --lookbacks 24,48 --widths 16,32 --candidates 9 --epochs 12",
    ],
    sections: TuneOptions.sections
  ) { context in
    let configuration = try TuneOptions.configuration(context)
    let output = context[TuneOptions.out].map(OutputFile.init)
    let store = context[TuneOptions.store] ?? "tune-\(configuration.dataset.name).sqlite"
    let source = configuration.dataset.source
    for path in [store, output?.path].compactMap(\.self) where source.kind == .file && SameFile.are(path, source.place)
    {
      throw UsageError.conflict("'\(path)' would be overwritten, which holds the data; give another file.")
    }
    if let output, output.path == store || SameFile.are(output.path, store) {
      throw UsageError.conflict("--out and --store name one file; give two.")
    }
    try output?.check()
    let job = try TuneJob(
      configuration, store: try StudyStore.open(store),
      environment: StudyEnvironment.current(version: EspalierVersion.current), dataFolder: DataFolder.path(context),
      folder: FileManager.default.currentDirectoryPath)
    let result = try search(job, context)
    if let output { try write(job, result, to: output, context) }
    if context.wantsJSON {
      TuneText.json(result, output: output?.path).forEach { context.print($0.text) }
      result.notes.forEach(context.note)
    } else {
      context.print(
        try TuneText.report(result, of: configuration, rungs: configuration.rungs(), store: store, output: output?.path)
      )
    }
  }

  /// Runs all rungs, with a progress report a rung.
  private static func search(_ job: TuneJob, _ context: Context) throws -> TuneResult {
    let reporter = Mutex<(rung: Int, progress: ProgressReporter)?>(nil)
    defer { reporter.withLock { $0?.progress.finish() } }
    return try context.interruptible {
      try job.run(
        threads: context[TrainingOptions.threads] ?? ProcessInfo.processInfo.activeProcessorCount,
        progress: { progress in
          reporter.withLock { current in
            if current?.rung != progress.rung {
              current?.progress.finish()
              let label =
                "rung \(progress.rung) of \(progress.rungs), \(StudyRunCommand.count(progress.trainings, "training"))"
              current = (progress.rung, context.progress(label, total: progress.work))
            }
            if progress.awaited > 0 {
              let trainings = StudyRunCommand.count(progress.awaited, "training")
              current?.progress.note("Another process is at \(trainings) of the rung: waiting for it.")
            }
            if progress.advance > 0 { current?.progress.advance(by: progress.advance, detail: progress.label) }
          }
        },
        isCancelled: { context.cancellation.isCancelled })
    }
  }

  /// Trains the chosen model once more and writes it.
  private static func write(_ job: TuneJob, _ result: TuneResult, to output: OutputFile, _ context: Context) throws {
    guard let choice = result.choice else { return }
    let training = try context.interruptible { try job.training(of: choice).prepare() }
    _ = try context.interruptible { try training.run(isCancelled: { context.cancellation.isCancelled }) }
    try output.write(Array(try training.savedModel.data()))
  }
}
