import EspalierNN
import EspalierStatistics
import EspalierStudy

/// What training costs by model and method, and what validation picked.
struct CostTables {
  let part: ReportPart

  /// Run time, memory and size by model and method, over all data sets, look-backs and seeds.
  func costs() -> ReportTable {
    var table = ReportTable(
      title: "Run time, memory and size by model and method, \(part.title)",
      columns: [
        .words("model"), .words("method"), .numbers("runs"), .numbers("seconds a run"),
        .numbers("against the first [%]"),
        .numbers("mask updates [%]"), .numbers("epochs"), .numbers("memory [MiB]"), .numbers("weights"),
        .numbers("final sparsity [%]"), .numbers("Monte Carlo spread / MAE"),
      ],
      notes: [
        .text(
          "Means over data sets, look-backs and seeds. Seconds are processor time on one thread; they depend on the "),
        .text(
          "machine and on what else it did. Against the first compares look-backs and data sets that both methods "),
        .text(
          "have, with the first method of the grid. Mask updates are their share of training. Epochs are those that "),
        .text("were trained. The spread is the deviation between Monte Carlo passes in shares of the error."),
      ], sources: [part.source(.results)])
    for model in part.models {
      table.groupStarts.insert(table.rows.count)
      for method in part.methods {
        let cells = part.finished { $0.model == model && $0.method == method }
        if !cells.isEmpty { table.rows.append(row(model, method, cells)) }
      }
    }
    return table
  }

  /// What validation picked where a method is tuned, or nil where none is.
  func choices() -> ReportTable? {
    let tuned = part.cells.filter { $0.candidate != nil }
    guard !tuned.isEmpty else { return nil }
    return ReportTable(
      title: "Picked by validation, \(part.title)",
      columns: [.words("data set"), .words("model"), .numbers("look-back"), .words("method"), .words("picked")],
      rows: tuned.map { cell in
        let setting = cell.setting
        let words = [
          setting.dataset, setting.model.title, "\(setting.lookback)", setting.method, cell.candidate ?? "",
        ]
        return words.map { ReportTable.Cell($0) }
      }, notes: part.warning + [.text("Of each tuned method, the candidate with the lowest mean validation loss.")],
      sources: [part.source(.candidates)])
  }

  private func row(_ model: ModelKind, _ method: String, _ cells: [StudyCell]) -> [ReportTable.Cell] {
    let runs = cells.flatMap(\.runs)
    let training = mean(runs.map(\.training.seconds)) ?? 0
    let masks = mean(runs.map(\.training.maskSeconds)) ?? 0
    let spreads = runs.compactMap { run in
      run.spread.flatMap { run.metrics.mae > 0 ? $0 / run.metrics.mae : nil }
    }
    let numbers: [String?] = [
      mean(runs.map(\.seconds)).map { NumberText.significant($0) },
      againstFirst(model, method).map { NumberText.percent($0) },
      training > 0 ? NumberText.percent(masks / training) : nil,
      mean(runs.map { Double($0.training.history.count) }).map { NumberText.fixed($0, decimals: 1) },
      mean(runs.map { Double($0.memoryBytes) / 1_048_576 }).map { NumberText.significant($0) },
      mean(runs.map { Double($0.parameters) }).map { NumberText.fixed($0, decimals: 0) },
      mean(runs.map(\.training.sparsity.sparsity)).map { NumberText.percent($0) },
      mean(spreads).map { NumberText.significant($0) },
    ]
    let words = [model.title, method, "\(runs.count)"] + numbers.map { $0 ?? NumberText.missing }
    return words.map { ReportTable.Cell($0) }
  }

  /// The mean ratio of seconds to those of the first method, less 1.
  private func againstFirst(_ model: ModelKind, _ method: String) -> Double? {
    guard let first = part.methods.first else { return nil }
    let ratios = part.datasets.flatMap { dataset in
      part.lookbacks.compactMap { lookback -> Double? in
        let seconds = [method, first].compactMap { name in
          mean(part.cell(dataset.name, model, lookback, name)?.runs.map(\.seconds) ?? [])
        }
        return seconds.count == 2 && seconds[1] > 0 ? seconds[0] / seconds[1] - 1 : nil
      }
    }
    return mean(ratios)
  }

  /// The mean, or nil of nothing.
  private func mean(_ values: [Double]) -> Double? {
    try? EspalierStatistics.mean(of: values)
  }
}
