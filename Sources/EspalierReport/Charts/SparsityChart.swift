import EspalierStatistics
import EspalierStudy

/// Error against final sparsity on one data set: a panel a model, a line a family of methods and a look-back.
struct SparsityChart {
  let part: ReportPart
  let styles: MethodStyles

  /// Whether methods differ enough in final sparsity for a curve.
  var isWorthDrawing: Bool {
    let levels = part.methods.compactMap { method -> Int? in
      let values = part.finished { $0.method == method }.flatMap(\.runs).map(\.training.sparsity.sparsity)
      return (try? Summary(of: values)).map { Int((100 * $0.mean).rounded()) }
    }
    return Set(levels.filter { $0 > 0 }).count >= 3
  }

  /// The chart, or nil without a finished run.
  func chart(_ dataset: StudyDatasetRecord) -> ReportChart? {
    var data = ChartData(
      ["model", "lookback", "method", "family", "swept", "sparsity", "mae", "low", "high", "runs"])
    for cell in part.finished({ $0.dataset == dataset.name }) {
      guard let summary = part.summary(cell, .mae),
        let sparsity = try? Summary(of: cell.runs.map(\.training.sparsity.sparsity))
      else { continue }
      let family = family(of: cell.setting.method)
      let ends = [summary.interval?.lower, summary.interval?.upper].map(JSONText.optional)
      data.rows.append(
        [
          .string(cell.setting.model.title), .string("\(cell.setting.lookback)"), .string(cell.setting.method),
          .string(family), .bool(family != cell.setting.method),
        ] + [.number(100 * sparsity.mean), .number(summary.mean)] + ends + [.integer(Int64(summary.count))])
    }
    guard !data.rows.isEmpty else { return nil }
    let level = NumberText.significant(100 * part.level, digits: 2)
    return ReportChart(
      id: Anchor.id(part.id(of: dataset), "error-sparsity"),
      title: "MAE against final sparsity on \(dataset.name), \(part.title)",
      caption: part.warning + [
        .text(
          "Sparsity is the mean share of pruned weights in the models that made the forecasts, error the mean over "),
        .text(
          "seeds with its \(level) % interval, which a single seed does not have. Lines join methods that differ in "),
        .text("nothing but the sparsity asked for."),
      ],
      specification: specification(dataset), data: data, sources: [part.source(.results, dataset: dataset.name)])
  }

  /// The name without the number that it ends with, where other methods of the grid have the same one before theirs.
  func family(of method: String) -> String {
    let stem = Self.stem(method)
    return part.methods.count { Self.stem($0) == stem } >= 2 ? stem : method
  }

  private static func stem(_ method: String) -> String {
    let kept = method.reversed().drop { $0.isNumber || $0 == "." || $0 == "%" }.drop { " -=_:".contains($0) }
    return kept.isEmpty ? method : String(kept.reversed())
  }

  private func specification(_ dataset: StudyDatasetRecord) -> JSONText {
    let families = distinct(part.methods.map(family))
    let familyStyles = styles.grouped(by: family)
    let color = familyStyles.color("family", families)
    let title = ReportMetric.mae.label(unit: dataset.unit)
    let x: JSONText = [
      "field": "sparsity", "type": "quantitative", "title": "final sparsity [%]",
      "scale": ["domain": [0, 100], "padding": 8],
      "axis": ["values": [0, 20, 40, 60, 80, 100]],
    ]
    let y = ChartParts.quantity("mae", title: title)
    let dash: JSONText = ["field": "lookback", "type": "nominal", "title": "look-back", "sort": lookbackOrder]
    let line: JSONText = ["x": x, "y": y, "color": color, "strokeDash": dash]
    let interval: JSONText = [
      "x": x, "y": ChartParts.quantity("low", title: title), "y2": ChartParts.end("high"), "color": color,
    ]
    let tips: JSONText = [
      ChartParts.tip("method", "method", isNumber: false), ChartParts.tip("lookback", "look-back", isNumber: false),
      ChartParts.tip("sparsity", "sparsity [%]"), ChartParts.tip("mae", "MAE"), ChartParts.tip("low", "lower end"),
      ChartParts.tip("high", "upper end"), ChartParts.tip("runs", "seeds"),
    ]
    let point: JSONText = [
      "x": x, "y": y, "color": color, "shape": familyStyles.shape("family", families), "tooltip": tips,
    ]
    let joined: JSONText = [
      "transform": [["filter": "datum.swept"]], "mark": ["type": "line", "strokeWidth": 1.8], "encoding": line,
    ]
    return ChartParts.panels(
      by: "model", order: part.models.map(\.title),
      layers: [
        joined, ChartParts.layer(["type": "rule", "opacity": 0.5], interval),
        ChartParts.layer(["type": "point", "filled": true, "size": 55, "opacity": 1], point),
      ])
  }

  private var lookbackOrder: JSONText { .strings(part.lookbacks.map { "\($0)" }) }
}
