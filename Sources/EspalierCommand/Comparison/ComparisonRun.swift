import Espalier
import Foundation

/// Runs a comparison for a command: progress, JSON lines as rows are complete, or the table at the end.
struct ComparisonRun {
  let comparison: Comparison
  let source: CompareOptions.Source

  /// Prepares the data; what was done to them becomes notes.
  init(_ configuration: ComparisonConfiguration, source: CompareOptions.Source, context: Context) throws {
    self.source = source
    comparison = try Comparison(
      configuration, dataset: source.name, table: source.table, drifting: source.drifting)
    for note in source.table.notes { context.note(note) }
    for note in comparison.notes where !source.table.notes.contains(note) { context.note(note) }
  }

  /// Trains, tests and prints.
  ///
  /// - Parameter remarks: Sentences below the table, made from the rows; JSON leaves them out.
  func run(threads: Int?, context: Context, remarks: ([ComparisonRow]) -> [String] = { _ in [] }) throws {
    let progress = context.progress("\(source.name), \(comparison.runs) trainings", total: comparison.work)
    defer { progress.finish() }
    let wantsJSON = context.wantsJSON
    let rows = try context.interruptible {
      try comparison.run(
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        finished: { result in
          let model = result.configuration.model
          progress.advance(
            by: comparison.work(of: result),
            detail: "\(model.kind.rawValue), look-back \(model.lookback), \(result.configuration.regularizer.kind.rawValue)")
        },
        rowFinished: { row in if wantsJSON { progress.print(ComparisonText.line(row).text) } },
        isCancelled: { context.cancellation.isCancelled })
    }
    progress.finish()
    guard !wantsJSON else { return }
    let text = ComparisonText(comparison: comparison, title: source.title, rowCount: source.table.rowCount)
    context.console.write(text.header + "\n" + ComparisonText.table(rows).render())
    let sentences = [ComparisonText.verdict(rows)] + remarks(rows)
    context.console.write("\n" + sentences.compactMap { $0 }.joined(separator: "\n") + "\n")
  }
}
