import EspalierNN
import EspalierStudy

/// Forecasts against truth on the end of a data set's test part: a panel a model, a line a method.
struct ForecastChart {
  let part: ReportPart
  let styles: MethodStyles
  /// The stored stretches.
  let samples: [StudyForecastSample]

  /// The most moments that a line has: the last ones.
  private static let points = 100
  /// How many deviations over Monte Carlo passes the wide band reaches to both sides.
  private static let deviations = 2.0
  private static let aboutDeviations =
    "The wider, paler band of Monte Carlo dropout is its mean with 2 deviations over the passes to both sides. "

  /// The chart, or nil without a stored stretch.
  func chart(_ dataset: StudyDatasetRecord) -> ReportChart? {
    var data = ChartData(["model", "series", "time", "value", "low", "high", "below", "above"])
    var chosen: [String] = []
    var areDates = false
    for model in part.models {
      guard let lookback = lookback(dataset.name, model) else { continue }
      let stretches = samples.filter { isOf($0.setting, dataset.name, model, lookback) }
      guard let first = stretches.first else { continue }
      chosen.append("\(model.title): \(lookback)")
      areDates = first.timesAreDates
      data.rows += common(first, model)
      for stretch in stretches { data.rows += forecasts(stretch, model) }
    }
    guard !data.rows.isEmpty else { return nil }
    return ReportChart(
      id: Anchor.id(part.id(of: dataset), "forecasts"),
      title: "Forecasts and truth on \(dataset.name), \(part.title)",
      caption: part.warning + [
        .text(
          "The last \(Self.points) moments of the test part at most, one step ahead of the data. Lines are means over "),
        .text("seeds, bands go from the lowest seed to the highest; grey dots are what came to pass. "),
        .text(data.rows.contains { $0.last != .null } ? Self.aboutDeviations : ""),
        .text("Of each "),
        .text(
          "model the look-back with the lowest mean MAE over all methods is drawn (\(chosen.joined(separator: ", "))), "
        ),
        .text("which was chosen after the fact, for drawing only."),
      ],
      specification: specification(dataset, areDates: areDates, data), data: data,
      sources: [part.source(.forecasts, dataset: dataset.name)])
  }

  /// The look-back with the lowest mean error over methods, of those that have a stretch.
  private func lookback(_ dataset: String, _ model: ModelKind) -> Int? {
    let scored = part.lookbacks.compactMap { lookback -> (Int, Double)? in
      guard samples.contains(where: { isOf($0.setting, dataset, model, lookback) }) else { return nil }
      let means = part.methods.compactMap { part.summary(part.cell(dataset, model, lookback, $0), .mae)?.mean }
      return means.isEmpty ? nil : (lookback, means.reduce(0, +) / Double(means.count))
    }
    return scored.min { $0.1 < $1.1 }?.0
  }

  private func isOf(_ setting: StudySetting, _ dataset: String, _ model: ModelKind, _ lookback: Int) -> Bool {
    setting.grid == part.grid.name && setting.evaluation == part.evaluation && setting.horizon == part.horizon
      && setting.dataset == dataset && setting.model == model && setting.lookback == lookback
  }

  /// The moments to draw; arrays of a store that differ in length are drawn as far as they go together.
  private func moments(_ sample: StudyForecastSample) -> Range<Int> {
    let lengths = [
      sample.times.count, sample.truth.count, sample.lastValue.count, sample.mean.count, sample.lowest.count,
      sample.highest.count, sample.deviation?.count ?? .max,
    ]
    let count = lengths.min() ?? 0
    return max(0, count - Self.points)..<count
  }

  private func common(_ sample: StudyForecastSample, _ model: ModelKind) -> [[JSONText]] {
    moments(sample).flatMap { index -> [[JSONText]] in
      [(MethodStyles.truth, sample.truth), (MethodStyles.lastValue, sample.lastValue)].map { name, values in
        [.string(model.title), .string(name), .integer(sample.times[index]), .optional(values[index])]
          + [JSONText](repeating: nil, count: 4)
      }
    }
  }

  private func forecasts(_ sample: StudyForecastSample, _ model: ModelKind) -> [[JSONText]] {
    moments(sample).map { index in
      let mean = sample.mean[index]
      let reach = sample.deviation.map { Self.deviations * $0[index] }
      return [.string(model.title), .string(sample.setting.method), .integer(sample.times[index])]
        + [mean, sample.lowest[index], sample.highest[index]].map(JSONText.number)
        + [.optional(reach.map { mean - $0 }), .optional(reach.map { mean + $0 })]
    }
  }

  private func specification(_ dataset: StudyDatasetRecord, areDates: Bool, _ data: ChartData) -> JSONText {
    let present = Set(data.rows.map { $0[1] })
    let names = ([MethodStyles.truth] + part.methods + [MethodStyles.lastValue])
      .filter { present.contains(.string($0)) }
    let title = "\(dataset.target.isEmpty ? "target" : dataset.target) [\(dataset.unit ?? "unit of the target")]"
    // Times of day stand in files without a zone, so that the reader's own must not shift them.
    let x: JSONText =
      areDates
      ? [
        "field": "time", "type": "temporal", "title": "time", "scale": ["type": "utc"],
        "axis": ["grid": false, "labelOverlap": true, "labelSeparation": 8, "tickCount": 4],
      ]
      : [
        "field": "time", "type": "quantitative", "title": "row", "scale": ["zero": false, "nice": false],
        "axis": ["grid": false, "format": "d", "labelOverlap": true, "labelSeparation": 8, "tickCount": 4],
      ]
    let color = styles.color("series", names, marks: .lines)
    let when: JSONText =
      areDates
      ? ["timeUnit": "utcyearmonthdatehoursminutes", "field": "time", "title": "time"]
      : ["field": "time", "type": "quantitative", "title": "row"]
    let tips: JSONText = [
      ChartParts.tip("series", "series", isNumber: false), when, ChartParts.tip("value", title),
      ChartParts.tip("low", "lowest seed"), ChartParts.tip("high", "highest seed"),
      ChartParts.tip("below", "2 deviations below"), ChartParts.tip("above", "2 deviations above"),
    ]
    func band(from low: String, to high: String, opacity: Double) -> JSONText {
      [
        "transform": [["filter": .string("isValid(datum.\(low))")]],
        "mark": ["type": "area", "opacity": .number(opacity)],
        "encoding": [
          "x": x, "y": ChartParts.quantity(low, title: title), "y2": ChartParts.end(high), "color": color,
        ],
      ]
    }
    let line: JSONText = [
      "x": x, "y": ChartParts.quantity("value", title: title), "color": color,
      "strokeDash": styles.dash("series", names, marks: .lines),
    ]
    let ofTruth: JSONText = [
      "transform": [["filter": "datum.series === 'truth'"]],
      "mark": ["type": "point", "filled": true, "size": 18, "opacity": 1],
      "encoding": ["x": x, "y": ChartParts.quantity("value", title: title), "color": color],
    ]
    let point: JSONText = [
      "x": x, "y": ChartParts.quantity("value", title: title), "color": color, "tooltip": tips,
    ]
    return ChartParts.panels(
      by: "model", order: part.models.map(\.title),
      layers: [
        band(from: "below", to: "above", opacity: 0.12), band(from: "low", to: "high", opacity: 0.2),
        ChartParts.layer(["type": "line", "strokeWidth": 1.5], line), ofTruth,
        ChartParts.layer(["type": "point", "opacity": 0, "size": 60], point),
      ])
  }
}
