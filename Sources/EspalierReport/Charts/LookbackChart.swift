import EspalierNN
import EspalierStudy

/// Error against look-back on one data set: a panel a model, a line a method.
struct LookbackChart {
  let part: ReportPart
  let styles: MethodStyles

  /// The chart, or nil when the data set has no finished run.
  func chart(_ dataset: StudyDatasetRecord) -> ReportChart? {
    let data = data(dataset)
    guard !data.rows.isEmpty else { return nil }
    let level = NumberText.significant(100 * part.level, digits: 2)
    return ReportChart(
      id: Anchor.id(part.id(of: dataset), "lookback"),
      title: "MAE against look-back on \(dataset.name), \(part.title)",
      caption: part.warning + [
        .text(
          "Lines are means over seeds, bands their \(level) % intervals, which single seeds do not have; the naive "),
        .text("forecasts are grey. "),
        .text("Each panel has an axis of its own, which need not begin at 0."),
      ],
      specification: specification(dataset, data), data: data,
      sources: [part.source(.results, dataset: dataset.name), part.source(.naive, dataset: dataset.name)])
  }

  private func data(_ dataset: StudyDatasetRecord) -> ChartData {
    var data = ChartData(["model", "method", "lookback", "mae", "low", "high", "runs"])
    for model in part.models {
      for lookback in part.lookbacks {
        var hasRun = false
        for method in part.methods {
          guard let summary = part.summary(part.cell(dataset.name, model, lookback, method), .mae) else { continue }
          hasRun = true
          let ends = [summary.interval?.lower, summary.interval?.upper].map(JSONText.optional)
          data.rows.append(
            [.string(model.title), .string(method), .integer(Int64(lookback)), .number(summary.mean)] + ends
              + [.integer(Int64(summary.count))])
        }
        guard hasRun, let naive = part.naive(dataset.name, lookback) else { continue }
        for (name, metrics) in [(MethodStyles.lastValue, naive.lastValue), (MethodStyles.seasonal, naive.seasonal)] {
          let value = JSONText.number(metrics.mae)
          data.rows.append(
            [.string(model.title), .string(name), .integer(Int64(lookback)), value, value, value, nil])
        }
      }
    }
    return data
  }

  private func specification(_ dataset: StudyDatasetRecord, _ data: ChartData) -> JSONText {
    let names = part.methods + [MethodStyles.lastValue, MethodStyles.seasonal]
    let color = styles.color("method", names)
    let x: JSONText = [
      "field": "lookback", "type": "quantitative", "title": "look-back [steps]", "scale": ["type": "log"],
      "axis": ["values": .array(part.lookbacks.map { .integer(Int64($0)) }), "format": "d", "grid": false],
    ]
    let y = ChartParts.quantity("mae", title: ReportMetric.mae.label(unit: dataset.unit))
    let tips: JSONText = [
      ChartParts.tip("method", "method", isNumber: false), ChartParts.tip("lookback", "look-back"),
      ChartParts.tip("mae", "MAE"), ChartParts.tip("low", "lower end"), ChartParts.tip("high", "upper end"),
      ChartParts.tip("runs", "seeds"),
    ]
    let band: JSONText = [
      "x": x, "y": ChartParts.quantity("low", title: ReportMetric.mae.label(unit: dataset.unit)),
      "y2": ChartParts.end("high"), "color": color,
    ]
    // One look-back has no band to draw between, so its interval is a stroke.
    let interval: JSONText =
      part.lookbacks.count > 1
      ? ["type": "area", "opacity": 0.15] : ["type": "rule", "strokeWidth": 2, "opacity": 0.6]
    let line: JSONText = ["x": x, "y": y, "color": color, "strokeDash": styles.dash("method", names)]
    let point: JSONText = [
      "x": x, "y": y, "color": color, "shape": styles.shape("method", names), "tooltip": tips,
    ]
    return ChartParts.panels(
      by: "model", order: part.models.map(\.title),
      layers: [
        ChartParts.layer(interval, band), ChartParts.layer(["type": "line", "strokeWidth": 2], line),
        ChartParts.layer(["type": "point", "filled": true, "size": 55, "opacity": 1], point),
      ])
  }
}
