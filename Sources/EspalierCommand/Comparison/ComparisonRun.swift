import Espalier
import Foundation

/// Runs a comparison for a command: progress, JSON lines as rows are complete, or the table at the end.
struct ComparisonRun {
  let comparison: Comparison
  let data: LoadedData

  /// Prepares the data; what was done to them becomes notes.
  init(_ configuration: ComparisonConfiguration, data: LoadedData, context: Context) throws {
    self.data = data
    comparison = try Comparison(
      configuration, dataset: data.name, table: data.table, drifting: data.drifting)
    for note in data.table.notes { context.note(note) }
    for note in comparison.notes where !data.table.notes.contains(note) { context.note(note) }
  }

  /// Trains, tests and prints; `remarks` makes sentences below the table from the rows, which JSON leaves out.
  func run(threads: Int?, context: Context, remarks: ([ComparisonRow]) -> [String] = { _ in [] }) throws {
    let progress = context.progress("\(data.name), \(comparison.runs) trainings", total: comparison.work)
    defer { progress.finish() }
    let wantsJSON = context.wantsJSON
    let rows = try context.interruptible {
      try comparison.run(
        threads: threads ?? ProcessInfo.processInfo.activeProcessorCount,
        finished: { result in
          let (model, method) = (result.configuration.model, result.configuration.regularizer.kind)
          progress.advance(
            by: comparison.work(of: result),
            detail: "\(model.kind.rawValue), look-back \(model.lookback), \(method.rawValue)")
        },
        rowFinished: { row in if wantsJSON { progress.print(ComparisonText.line(row).text) } },
        isCancelled: { context.cancellation.isCancelled })
    }
    progress.finish()
    guard !wantsJSON else { return }
    let text = ComparisonText(comparison: comparison, rowCount: data.table.rowCount)
    context.console.write(text.header + "\n" + ComparisonText.table(rows).render())
    let sentences = [ComparisonText.verdict(rows)] + remarks(rows)
    context.console.write("\n" + sentences.compactMap { $0 }.joined(separator: "\n") + "\n")
  }
}
