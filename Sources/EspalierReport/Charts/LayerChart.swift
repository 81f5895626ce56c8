import EspalierNN
import EspalierStudy

/// How much every prunable parameter of a model lost: a panel a data set, a row a parameter, a column a look-back.
struct LayerChart {
  let part: ReportPart

  /// The chart of one model, or nil when none of its runs prunes.
  func chart(_ model: ModelKind) -> ReportChart? {
    let cells = part.finished { $0.model == model }.filter { $0.runs.contains { $0.training.sparsity.sparsity > 0 } }
    guard let first = cells.first else { return nil }
    var data = ChartData(["dataset", "method", "lookback", "layer", "sparsity", "weights", "left"])
    for cell in cells { data.rows += rows(cell) }
    let methods = distinct(cells.map(\.setting.method))
    let layers = distinct(cells.flatMap { $0.runs[0].training.sparsity.layers.map(\.name) })
    let datasets = part.datasets.map(\.name).filter { name in cells.contains { $0.setting.dataset == name } }
    return ReportChart(
      id: Anchor.id(part.id, model.rawValue, "layers"),
      title: "What every layer of \(model.title) lost, \(part.title)",
      caption: [
        .text(
          "The share of weights that are pruned in the models that made the forecasts, in per cent, mean over seeds. "),
        .text("Layers have PyTorch's names; tooltips say how many weights they have."),
      ],
      specification: specification(
        datasets: datasets, layers: layers, methods: methods, initial: first.setting.method),
      data: data, sources: [part.source(.layers, model: model)])
  }

  private func rows(_ cell: StudyCell) -> [[JSONText]] {
    guard let first = cell.runs.first else { return [] }
    let runs = Double(cell.runs.count)
    return first.training.sparsity.layers.enumerated().map { index, layer in
      // Runs of a setting have one model, so that the layers stand at one place.
      let active = cell.runs.map { run in
        run.training.sparsity.layers.indices.contains(index) ? run.training.sparsity.layers[index].active : 0
      }
      let left = Double(active.reduce(0) { $0 + $1 }) / runs
      let lost = layer.total > 0 ? 100 * (1 - left / Double(layer.total)) : 0
      return [
        .string(cell.setting.dataset), .string(cell.setting.method), .integer(Int64(cell.setting.lookback)),
        .string(layer.name), .number(lost), .integer(Int64(layer.total)), .number(left),
      ]
    }
  }

  private func specification(datasets: [String], layers: [String], methods: [String], initial: String) -> JSONText {
    let choice = ChartParts.choice(
      "method", label: "method", options: methods.map(JSONText.string), initial: .string(initial))
    let x: JSONText = [
      "field": "lookback", "type": "ordinal", "title": "look-back [steps]",
      "axis": ["labelAngle": 0],
    ]
    let y: JSONText = [
      "field": "layer", "type": "nominal", "title": nil, "sort": .strings(layers), "axis": ["labelLimit": 260],
    ]
    let color: JSONText = [
      "field": "sparsity", "type": "quantitative", "title": "sparsity [%]",
      "scale": ["domain": [0, 100], "scheme": "viridis", "reverse": true], "legend": ["gradientLength": 160],
    ]
    let ink: JSONText = ["condition": ["test": "datum.sparsity > 45", "value": "white"], "value": "black"]
    let tips: JSONText = [
      ChartParts.tip("layer", "layer", isNumber: false), ChartParts.tip("method", "method", isNumber: false),
      ChartParts.tip("lookback", "look-back"), ChartParts.tip("sparsity", "sparsity [%]"),
      ChartParts.tip("weights", "weights"), ChartParts.tip("left", "left, mean over seeds"),
    ]
    let text: JSONText = ["field": "sparsity", "type": "quantitative", "format": ".0f"]
    return ChartParts.panels(
      by: "dataset", order: datasets,
      layers: [
        ChartParts.layer(["type": "rect"], ["x": x, "y": y, "color": color, "tooltip": tips]),
        ChartParts.layer(["type": "text", "fontSize": 11], ["x": x, "y": y, "text": text, "color": ink]),
      ], height: Int64(22 * max(layers.count, 1)), sharesY: true, parameters: [choice].compactMap { $0 },
      filter: methods.count > 1 ? "datum.method === method" : nil)
  }
}
