import EspalierData
import EspalierStudy

/// What was run, how much of it is there, and where it comes from.
struct OverviewSections {
  let records: StudyRecords
  let parts: [ReportPart]

  /// The evaluation in a few sentences.
  static func explanation(_ evaluation: Evaluation) -> [Phrase] {
    switch evaluation {
    case .strict:
      [
        .strong("Strict evaluation. "),
        .text(
          "The rows are cut in time order into training, validation and test; whatever is fitted sees the training "),
        .text("part alone, validation stops and selects, and the test part is forecast once, at the end."),
      ]
    case .paper:
      [
        .strong("Paper evaluation. "),
        .text("What the published experiments (arXiv:2508.09330) do, flaws included: scales are fitted on the whole "),
        .text("file, and the last fifth of the windows is validation and test at once. Compare such numbers with the "),
        .text("published ones, and take none of them for what a forecaster would see in use."),
      ]
    }
  }

  /// What was run.
  func summary() -> ReportSection {
    var blocks: [ReportBlock] = []
    if !records.description.isEmpty { blocks.append(.text(records.description)) }
    // Grids share runs.
    let runs = Set(records.cells.flatMap(\.runs).map(\.id)).count
    blocks.append(
      .text(
        "\(count(runs, "different run")) behind \(count(records.cells.count, "setting")) in "
          + "\(count(records.grids.count, "grid")) on \(count(records.datasets.count, "data set"))."))
    for evaluation in distinct(records.cells.map(\.setting.evaluation)) {
      blocks.append(.paragraph(Self.explanation(evaluation)))
    }
    blocks += [.table(grids()), .table(datasets())]
    return ReportSection(id: "study", title: "What was run", blocks: blocks)
  }

  /// How many of the planned runs are there.
  func completeness() -> ReportSection {
    var table = ReportTable(
      title: "Planned and finished runs",
      columns: [
        .words("grid"), .words("evaluation"), .words("data set"), .numbers("settings"), .numbers("planned runs"),
        .numbers("finished"), .numbers("missing"), .numbers("ended with an error"),
      ],
      notes: [
        .text("A tuned method has a run for every value that is tried, with every seed; a run that several grids ask "),
        .text("for counts in each."),
      ], sources: [RowSource(.plan)])
    for part in parts {
      table.groupStarts.insert(table.rows.count)
      table.rows += part.datasets.map { row(part, $0.name) }
    }
    let planned = records.cells.reduce(0) { $0 + $1.places }
    let missing = planned - records.cells.reduce(0) { $0 + $1.finishedPlaces }
    let sentence =
      missing == 0
      ? "All \(planned) planned runs are finished."
      : "\(missing) of \(planned) planned runs are missing: tables show what is there, tests use complete blocks alone."
    var blocks: [ReportBlock] = [.text(sentence), .table(table)]
    if !records.failures.isEmpty {
      let table = ReportBlock.table(failures())
      let title = "\(count(records.failures.count, "run")) ended with an error"
      blocks.append(records.failures.count <= 10 ? table : .folded(title: title, [table]))
    }
    return ReportSection(id: "completeness", title: "Completeness", blocks: blocks)
  }

  /// Machines and builds, and the specification as it was written.
  func origin() -> ReportSection {
    let environments = ReportTable(
      title: "Machines and builds",
      columns: [
        .numbers("row"), .words("Espalier"), .words("SIMD target"), .words("system"), .words("processor"),
        .numbers("runs"),
      ],
      rows: records.environments.map { environment in
        let runs = records.cells.flatMap(\.runs).filter { $0.environment == environment.id }
        let words = [
          "\(environment.id)", environment.version, environment.simdTarget, environment.system, environment.processor,
          "\(Set(runs.map(\.id)).count)",
        ]
        return words.map { ReportTable.Cell($0) }
      },
      notes: [.text("The same version and SIMD target give the same bits, on any number of threads.")],
      sources: [RowSource(.environments)])
    return ReportSection(
      id: "origin", title: "Where the numbers come from",
      blocks: [.table(environments), .folded(title: "Specification", [.verbatim(records.specification)])])
  }

  private func grids() -> ReportTable {
    ReportTable(
      title: "Grids",
      columns: [
        .words("grid"), .words("about"), .words("methods"), .numbers("seeds"), .words("selects from epoch"),
      ],
      rows: records.grids.map { grid in
        [grid.name, grid.description, grid.methods.joined(separator: ", "), seeds(grid), selection(grid)].map {
          ReportTable.Cell($0)
        }
      },
      notes: [
        .text("Under strict evaluation all methods of a grid stop and select from the same epoch on for a model: "),
        .text("the first at which every pruning of the grid is done; where the published rule takes part, which "),
        .text("prunes to the end, it is the last. Epochs count from 1."),
      ], sources: [RowSource(.plan)])
  }

  /// The seeds of a grid's settings, of which some data sets may have fewer: `3`, or `1 to 3`.
  private func seeds(_ grid: StudyGridRecord) -> String {
    let planned = records.cells.filter { $0.setting.grid == grid.name }.map(\.planned)
    guard let fewest = planned.min(), let most = planned.max() else { return "\(grid.seeds)" }
    return fewest == most ? "\(most)" : "\(fewest) to \(most)"
  }

  /// The first epoch that may be selected, by model: `RNN 16, LSTM 16`.
  private func selection(_ grid: StudyGridRecord) -> String {
    let cells = records.cells.filter { $0.setting.grid == grid.name }
    let words = distinct(cells.map(\.setting.model)).compactMap { model -> String? in
      let first = cells.first { $0.setting.model == model && $0.runs.first?.firstSelectedEpoch != nil }
      return first?.runs.first?.firstSelectedEpoch.map { "\(model.title) \($0 + 1)" }
    }
    return words.isEmpty ? NumberText.missing : words.joined(separator: ", ")
  }

  private func datasets() -> ReportTable {
    ReportTable(
      title: "Data sets",
      columns: [
        .words("data set"), .words("about"), .words("target"), .words("unit"), .numbers("rows"), .words("SHA-256"),
      ],
      rows: records.datasets.map { dataset in
        let words = [
          dataset.name, dataset.title, dataset.target, dataset.unit ?? NumberText.missing, "\(dataset.rows)",
          String(dataset.fingerprint.prefix(16)),
        ]
        return words.map { ReportTable.Cell($0) }
      }, notes: [.text("The first 16 digits of the hash of the file, or of the generator's settings.")],
      sources: [RowSource(.datasets)])
  }

  private func row(_ part: ReportPart, _ dataset: String) -> [ReportTable.Cell] {
    let cells = part.cells.filter { $0.setting.dataset == dataset }
    let failures = records.failures.count { failure in
      failure.setting.grid == part.grid.name && failure.setting.evaluation == part.evaluation
        && failure.setting.horizon == part.horizon && failure.setting.dataset == dataset
    }
    let (planned, finished) = cells.reduce((0, 0)) { ($0.0 + $1.places, $0.1 + $1.finishedPlaces) }
    let numbers = [cells.count, planned, finished, planned - finished, failures]
    let evaluation = part.evaluation.rawValue + (part.namesHorizon ? ", horizon \(part.horizon)" : "")
    return ([part.grid.name, evaluation, dataset] + numbers.map { "\($0)" }).map { ReportTable.Cell($0) }
  }

  private func failures() -> ReportTable {
    ReportTable(
      title: "Runs that ended with an error",
      columns: [
        .words("grid"), .words("evaluation"), .words("data set"), .words("model"), .numbers("look-back"),
        .words("method"), .numbers("seed"), .words("error"),
      ],
      rows: records.failures.map { failure in
        let setting = failure.setting
        let words = [
          setting.grid, setting.evaluation.rawValue, setting.dataset, setting.model.title, "\(setting.lookback)",
          setting.method, "\(failure.seed)", failure.message,
        ]
        return words.map { ReportTable.Cell($0) }
      }, sources: [RowSource(.failures)])
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
