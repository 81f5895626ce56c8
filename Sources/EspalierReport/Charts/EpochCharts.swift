import EspalierNN
import EspalierStudy

/// Loss and sparsity over epochs: a panel a model, a line a method, the look-back chosen by the reader.
struct EpochCharts {
  let part: ReportPart
  let styles: MethodStyles

  /// The most epochs that a line has; more could not be told apart.
  private static let points = 60

  /// The losses on one data set, or nil without a finished run.
  func losses(_ dataset: StudyDatasetRecord) -> ReportChart? {
    var data = ChartData(["model", "lookback", "method", "epoch", "loss", "part", "low", "high", "runs"])
    for cell in part.finished({ $0.dataset == dataset.name }) {
      let head: [JSONText] = [
        .string(cell.setting.model.title), .integer(Int64(cell.setting.lookback)), .string(cell.setting.method),
      ]
      for point in EpochCurve(cell.runs).thinned(to: Self.points) {
        for (name, loss) in [("validation", point.validation), ("training", point.training)] {
          data.rows.append(
            head + [
              .integer(Int64(point.epoch + 1)), .number(loss.mean), .string(name), .number(loss.low),
              .number(loss.high), .integer(Int64(point.runs)),
            ])
        }
      }
    }
    guard !data.rows.isEmpty else { return nil }
    return ReportChart(
      id: Anchor.id(part.id(of: dataset), "loss"), title: "Loss over epochs on \(dataset.name), \(part.title)",
      caption: part.warning + [
        .text("Lines are means over the seeds that reached the epoch, bands go from the lowest to the highest seed. "),
        .text("Losses are those of the scaled target; their axis is logarithmic where all are above 0."),
      ],
      specification: lossSpecification(data), data: data, sources: [part.source(.epochs, dataset: dataset.name)])
  }

  /// The sparsity on every data set, or nil when no run of the part prunes.
  func sparsity() -> ReportChart? {
    var data = ChartData(["dataset", "model", "lookback", "method", "epoch", "sparsity", "low", "high", "runs"])
    for cell in part.finished() where cell.runs.contains(where: { $0.training.history.contains { $0.sparsity > 0 } }) {
      let head: [JSONText] = [
        .string(cell.setting.dataset), .string(cell.setting.model.title), .integer(Int64(cell.setting.lookback)),
        .string(cell.setting.method),
      ]
      for point in EpochCurve(cell.runs).thinned(to: Self.points) {
        let values = [point.sparsity.mean, point.sparsity.low, point.sparsity.high].map { JSONText.number(100 * $0) }
        data.rows.append(head + [.integer(Int64(point.epoch + 1))] + values + [.integer(Int64(point.runs))])
      }
    }
    guard !data.rows.isEmpty else { return nil }
    return ReportChart(
      id: Anchor.id(part.id, "sparsity"), title: "Sparsity over epochs, \(part.title)",
      caption: [
        .text(
          "The share of prunable weights that are pruned after an epoch: mean over the seeds that reached it, band "),
        .text("from the lowest to the highest. Methods that never prune are left out."),
      ],
      specification: sparsitySpecification(data), data: data, sources: [part.source(.epochs)])
  }

  private func lossSpecification(_ data: ChartData) -> JSONText {
    // Where a loss is 0, a logarithm has no place for it.
    let isPositive = data.rows.allSatisfy { row in
      if case .number(let low) = row[6] { return low > 0 }
      return false
    }
    let parts = ChartParts.choice("part", label: "loss", options: ["validation", "training"], initial: "validation")
    return specification(
      y: "loss", title: "loss [scaled units]", methods: part.methods, isLogarithmic: isPositive,
      choices: [lookbackChoice(), parts],
      filter: "datum.part === part" + (part.lookbacks.count > 1 ? " && datum.lookback === lookback" : ""))
  }

  private func sparsitySpecification(_ data: ChartData) -> JSONText {
    let names = part.datasets.map { JSONText.string($0.name) }
    // A chart opens with something to see.
    let datasets = ChartParts.choice("dataset", label: "data set", options: names, initial: data.rows[0][0])
    let methods = part.methods.filter { method in data.rows.contains { $0[3] == .string(method) } }
    let conditions = [
      names.count > 1 ? "datum.dataset === dataset" : nil,
      part.lookbacks.count > 1 ? "datum.lookback === lookback" : nil,
    ].compactMap { $0 }
    return specification(
      y: "sparsity", title: "sparsity [%]", methods: methods, isLogarithmic: false,
      choices: [datasets, lookbackChoice()],
      filter: conditions.isEmpty ? nil : conditions.joined(separator: " && "))
  }

  private func lookbackChoice() -> JSONText? {
    let lookbacks = part.lookbacks.map { JSONText.integer(Int64($0)) }
    return ChartParts.choice(
      "lookback", label: "look-back", options: lookbacks, initial: lookbacks[lookbacks.count / 2])
  }

  private func specification(
    y field: String, title: String, methods: [String], isLogarithmic: Bool, choices: [JSONText?], filter: String?
  ) -> JSONText {
    let color = styles.color("method", methods, marks: .lines)
    let x: JSONText = [
      "field": "epoch", "type": "quantitative", "title": "epoch",
      "axis": ["tickMinStep": 1, "format": "d", "grid": false], "scale": ["nice": false],
    ]
    let band: JSONText = [
      "x": x, "y": ChartParts.quantity("low", title: title, isLogarithmic: isLogarithmic),
      "y2": ChartParts.end("high"), "color": color,
    ]
    let line: JSONText = [
      "x": x, "y": ChartParts.quantity(field, title: title, isLogarithmic: isLogarithmic), "color": color,
      "strokeDash": styles.dash("method", methods, marks: .lines),
    ]
    let tips: JSONText = [
      ChartParts.tip("method", "method", isNumber: false), ChartParts.tip("epoch", "epoch"),
      ChartParts.tip(field, title), ChartParts.tip("low", "lowest seed"), ChartParts.tip("high", "highest seed"),
      ChartParts.tip("runs", "seeds"),
    ]
    return ChartParts.panels(
      by: "model", order: part.models.map(\.title),
      layers: [
        ChartParts.layer(["type": "area", "opacity": 0.12], band),
        ChartParts.layer(["type": "line", "strokeWidth": 2], line),
        ChartParts.layer(["type": "point", "opacity": 0, "size": 80], line.adding("tooltip", tips)),
      ], sharesY: field == "sparsity", parameters: choices.compactMap { $0 }, filter: filter)
  }
}
