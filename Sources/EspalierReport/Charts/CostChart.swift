import EspalierNN
import EspalierStatistics
import EspalierStudy

/// Run time or memory by method: a panel a model, a bar a method.
struct CostChart {
  /// What is measured of a run.
  enum Quantity {
    case seconds, memory

    var title: String {
      switch self {
      case .seconds: "processor time of a run [s]"
      case .memory: "memory of training [MiB]"
      }
    }

    func value(_ run: StudyRunRecord) -> Double {
      switch self {
      case .seconds: run.seconds
      case .memory: Double(run.memoryBytes) / 1_048_576
      }
    }
  }

  let part: ReportPart
  let styles: MethodStyles

  /// The chart of one quantity, or nil without a finished run.
  func chart(_ quantity: Quantity) -> ReportChart? {
    var data = ChartData(["model", "method", "value", "low", "high", "runs"])
    for model in part.models {
      for method in part.methods {
        let runs = part.finished { $0.model == model && $0.method == method }.flatMap(\.runs)
        guard let summary = try? Summary(of: runs.map(quantity.value), level: part.level) else { continue }
        let numbers = [summary.mean, summary.minimum, summary.maximum].map(JSONText.number)
        data.rows.append(
          [.string(model.title), .string(method)] + numbers + [.integer(Int64(summary.count))])
      }
    }
    guard !data.rows.isEmpty else { return nil }
    let name = quantity == .seconds ? "Run time" : "Memory"
    return ReportChart(
      id: Anchor.id(part.id, name), title: "\(name) by method, \(part.title)",
      caption: [
        .text(
          "Bars are means over all data sets, look-backs and seeds of a model, thin lines go from the least to the "),
        .text("most. "),
        .text(
          quantity == .seconds
            ? "Processor time counts building, training, validating and testing on one thread."
            : "Memory is that of weights, optimizer state and one step's tape."),
      ],
      specification: specification(quantity, data), data: data, sources: [part.source(.results)])
  }

  private func specification(_ quantity: Quantity, _ data: ChartData) -> JSONText {
    let x = ChartParts.quantity("value", title: quantity.title, includesZero: true)
    let y: JSONText = [
      "field": "method", "type": "nominal", "title": nil, "sort": .strings(part.methods),
      "axis": ["labelLimit": 150],
    ]
    let color = styles.color("method", part.methods).adding("legend", nil)
    let tips: JSONText = [
      ChartParts.tip("method", "method", isNumber: false), ChartParts.tip("value", quantity.title),
      ChartParts.tip("low", "least"), ChartParts.tip("high", "most"), ChartParts.tip("runs", "runs"),
    ]
    let span: JSONText = [
      "x": ChartParts.quantity("low", title: quantity.title, includesZero: true), "x2": ChartParts.end("high"),
      "y": y,
    ]
    return ChartParts.panels(
      by: "model", order: part.models.map(\.title),
      layers: [
        ChartParts.layer(["type": "bar"], ["x": x, "y": y, "color": color, "tooltip": tips]),
        ChartParts.layer(["type": "rule", "strokeWidth": 1.2], span),
      ], height: Int64(24 * part.methods.count), sharesY: true)
  }
}
