import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierStudy

/// Tables of errors: a row a model and look-back, a column a method, and the naive forecasts beside them.
struct ErrorTables {
  let part: ReportPart

  /// The table of one score on one data set.
  func table(_ dataset: StudyDatasetRecord, _ metric: ReportMetric) -> ReportTable {
    let decimals = decimals(dataset, metric)
    let naive = [MethodStyles.lastValue, MethodStyles.seasonal]
    var table = ReportTable(
      title: "\(metric.label(unit: dataset.unit)) on \(dataset.name), \(part.title)",
      columns: [.words("model"), .numbers("look-back")] + (part.methods + naive).map { .numbers($0) },
      notes: notes(metric),
      sources: [part.source(.results, dataset: dataset.name), part.source(.naive, dataset: dataset.name)])
    for model in part.models where part.cells.contains(where: { isOf($0, dataset, model) }) {
      table.groupStarts.insert(table.rows.count)
      for lookback in part.lookbacks {
        table.rows.append(row(dataset, model, lookback, metric, decimals: decimals))
      }
    }
    return table
  }

  private func isOf(_ cell: StudyCell, _ dataset: StudyDatasetRecord, _ model: ModelKind) -> Bool {
    cell.setting.dataset == dataset.name && cell.setting.model == model
  }

  private func row(
    _ dataset: StudyDatasetRecord, _ model: ModelKind, _ lookback: Int, _ metric: ReportMetric, decimals: Int
  ) -> [ReportTable.Cell] {
    let cells = part.methods.map { part.cell(dataset.name, model, lookback, $0) }
    let summaries = cells.map { part.summary($0, metric) }
    let naive = naiveScores(dataset, lookback, metric)
    let best = best(of: summaries.compactMap { $0?.mean }, metric)
    let bar = self.best(of: naive.compactMap { $0 }, metric)
    let fields = zip(cells, summaries).map { cell, summary -> ReportTable.Cell in
      guard let cell, let summary else { return .missing }
      var text = NumberText.fixed(summary.mean, decimals: decimals)
      if let interval = summary.interval {
        text += " ± " + NumberText.fixed((interval.upper - interval.lower) / 2, decimals: decimals)
      }
      if cell.runs.count < cell.planned { text += " (\(cell.runs.count)/\(cell.planned))" }
      return ReportTable.Cell(
        text, isBest: summary.mean == best, isBeaten: bar.map { !metric.isBetter(summary.mean, than: $0) } ?? false)
    }
    let baselines = naive.map { score in
      score.map { ReportTable.Cell(NumberText.fixed($0, decimals: decimals)) } ?? .missing
    }
    return [ReportTable.Cell(model.title), ReportTable.Cell("\(lookback)")] + fields + baselines
  }

  /// The scores of the last value and of the value a season ago.
  private func naiveScores(_ dataset: StudyDatasetRecord, _ lookback: Int, _ metric: ReportMetric) -> [Double?] {
    let naive = part.naive(dataset.name, lookback)
    return [naive?.lastValue, naive?.seasonal].map { $0.flatMap(metric.value) }
  }

  private func best(of scores: [Double], _ metric: ReportMetric) -> Double? {
    scores.min { metric.isBetter($0, than: $1) }
  }

  /// One number of decimals for the whole table: enough for four digits of a middling score.
  private func decimals(_ dataset: StudyDatasetRecord, _ metric: ReportMetric) -> Int {
    let means = part.finished { $0.dataset == dataset.name }.compactMap { part.summary($0, metric)?.mean }
    return NumberText.decimals(for: means)
  }

  private func notes(_ metric: ReportMetric) -> [Phrase] {
    let level = NumberText.significant(100 * part.level, digits: 2)
    return part.warning + [
      .text("Mean over seeds ± half of its \(level) % interval (Student's t). "),
      .text("* marks the \(metric == .r2 ? "highest" : "lowest") mean of a row among the methods, "),
      .text(
        "† one that is not better than the better naive forecast; (7/10) says that 7 of 10 planned runs are there."),
    ]
  }
}

/// How much less or more a method errs than the others and the naive forecasts, by data set and model.
struct DifferenceTable {
  let part: ReportPart

  /// The table, or nil when there is nothing to compare.
  func table() -> ReportTable? {
    guard part.methods.count >= 2, let reference = reference else { return nil }
    let others = part.methods.filter { $0 != reference }
    let naive = [MethodStyles.lastValue, MethodStyles.seasonal]
    var table = ReportTable(
      title: "MAE of \(reference) against each other method and the naive forecasts, \(part.title)",
      columns: [.words("data set"), .words("model")] + (others + naive).map { .numbers("against \($0) [%]") },
      notes: part.warning + [
        .text("Mean over look-backs of MAE (\(reference)) / MAE (other) - 1, in per cent; below 0 means that "),
        .text("\(reference) errs less. Look-backs without a run of one of the two are left out."),
      ], sources: [part.source(.results), part.source(.naive)])
    var ofModels: [ModelKind: [[Double?]]] = [:]
    for dataset in part.datasets {
      table.groupStarts.insert(table.rows.count)
      for model in part.models {
        func errors(_ method: String, _ lookback: Int) -> Double? {
          part.summary(part.cell(dataset.name, model, lookback, method), .mae)?.mean
        }
        let values =
          others.map { other in difference { (errors(reference, $0), errors(other, $0)) } }
          + [
            difference { (errors(reference, $0), part.naive(dataset.name, $0)?.lastValue.mae) },
            difference { (errors(reference, $0), part.naive(dataset.name, $0)?.seasonal.mae) },
          ]
        guard values.contains(where: { $0 != nil }) else { continue }
        ofModels[model, default: []].append(values)
        table.rows.append(row(dataset.name, model, values))
      }
    }
    guard part.datasets.count > 1 else { return table.rows.isEmpty ? nil : table }
    table.groupStarts.insert(table.rows.count)
    for model in part.models {
      guard let values = ofModels[model] else { continue }
      let means = values[0].indices.map { place in Self.mean(values.compactMap { $0[place] }) }
      table.rows.append(row("mean", model, means))
    }
    table.notes.append(.text(" Means of a model are over its data sets."))
    return table.rows.isEmpty ? nil : table
  }

  private func row(_ dataset: String, _ model: ModelKind, _ values: [Double?]) -> [ReportTable.Cell] {
    [ReportTable.Cell(dataset), ReportTable.Cell(model.title)]
      + values.map { value in value.map { ReportTable.Cell(NumberText.percent($0)) } ?? .missing }
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  /// Synaptic pruning where the grid has it, else the grid's first method.
  private var reference: String? {
    part.methods.contains(MethodStyles.first) ? MethodStyles.first : part.methods.first
  }

  /// The mean over look-backs of how much the first error exceeds the second, as a share of that.
  private func difference(_ errors: (_ lookback: Int) -> (Double?, Double?)) -> Double? {
    let ratios = part.lookbacks.compactMap { lookback -> Double? in
      guard case (let first?, let second?) = errors(lookback), second > 0 else { return nil }
      return first / second - 1
    }
    return Self.mean(ratios)
  }
}
