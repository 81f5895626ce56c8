import EspalierStudy

/// Puts a report together, section by section.
struct ReportComposer {
  private let records: StudyRecords
  private let configuration: ReportConfiguration
  private let parts: [ReportPart]
  private let styles: MethodStyles

  init(_ records: StudyRecords, _ configuration: ReportConfiguration) {
    self.records = records
    self.configuration = configuration
    parts = ReportPart.parts(of: records, level: configuration.level)
    styles = MethodStyles(records.grids.flatMap(\.methods) + records.cells.map(\.setting.method))
  }

  /// The whole report.
  func document() -> ReportDocument {
    let overview = OverviewSections(records: records, parts: parts)
    let sections = [overview.summary(), overview.completeness()] + parts.map(section) + [overview.origin()]
    return ReportDocument(title: records.name, sections: sections)
  }

  private func section(_ part: ReportPart) -> ReportSection {
    var blocks: [ReportBlock] = []
    if !part.grid.description.isEmpty { blocks.append(.text(part.grid.description)) }
    blocks.append(.paragraph(OverviewSections.explanation(part.evaluation)))
    guard part.cells.contains(where: { !$0.runs.isEmpty }) else {
      return ReportSection(id: part.id, title: part.title, blocks: blocks + [.text("No run is finished yet.")])
    }
    let sections = [
      sub(part, "ranks", "Ranks and tests", RankTables(part: part, alpha: configuration.alpha).blocks()),
      sub(part, "errors", "Errors", errors(part)),
      sub(part, "lookbacks", "Error against look-back", charts(part, LookbackChart(part: part, styles: styles).chart)),
      sub(part, "epochs", "Training", epochs(part)),
      sub(part, "pruning", "Pruning", pruning(part)),
      sub(part, "samples", "Forecasts and truth", forecasts(part)),
      sub(part, "costs", "Run time and memory", costs(part)),
    ]
    return ReportSection(id: part.id, title: part.title, blocks: blocks, sections: sections.compactMap { $0 })
  }

  /// A section, or nil when nothing stands in it.
  private func sub(_ part: ReportPart, _ name: String, _ title: String, _ blocks: [ReportBlock]) -> ReportSection? {
    blocks.isEmpty ? nil : ReportSection(id: Anchor.id(part.id, name), title: title, blocks: blocks)
  }

  private func charts(_ part: ReportPart, _ chart: (StudyDatasetRecord) -> ReportChart?) -> [ReportBlock] {
    part.datasets.compactMap(chart).map(ReportBlock.chart)
  }

  private func errors(_ part: ReportPart) -> [ReportBlock] {
    let tables = ErrorTables(part: part)
    var blocks: [ReportBlock] = []
    for dataset in part.datasets {
      blocks.append(.table(tables.table(dataset, .mae)))
      let others = ReportMetric.allCases.filter { $0 != .mae }
      blocks.append(
        .folded(
          title: "\(others.map(\.title).joined(separator: ", ")) on \(dataset.name)",
          others.map { .table(tables.table(dataset, $0)) }))
    }
    if let choices = CostTables(part: part).choices() { blocks.append(.table(choices)) }
    return blocks
  }

  private func epochs(_ part: ReportPart) -> [ReportBlock] {
    let charts = EpochCharts(part: part, styles: styles)
    return part.datasets.compactMap(charts.losses).map(ReportBlock.chart)
  }

  private func pruning(_ part: ReportPart) -> [ReportBlock] {
    var blocks: [ReportBlock] = []
    if let chart = EpochCharts(part: part, styles: styles).sparsity() { blocks.append(.chart(chart)) }
    let curve = SparsityChart(part: part, styles: styles)
    if curve.isWorthDrawing { blocks += charts(part, curve.chart) }
    return blocks + part.models.compactMap(LayerChart(part: part).chart).map(ReportBlock.chart)
  }

  private func forecasts(_ part: ReportPart) -> [ReportBlock] {
    charts(part, ForecastChart(part: part, styles: styles, samples: records.samples).chart)
  }

  private func costs(_ part: ReportPart) -> [ReportBlock] {
    let chart = CostChart(part: part, styles: styles)
    let charts = [chart.chart(.seconds), chart.chart(.memory)].compactMap { $0 }.map(ReportBlock.chart)
    return [.table(CostTables(part: part).costs())] + charts
  }
}
