/// Demšar's diagram: average ranks on an axis, and bars over methods that do not differ.
///
/// - Source: Demšar, Journal of Machine Learning Research 7 (2006) 1-30, figure 1.
struct CriticalDifferenceChart {
  let part: ReportPart
  let analysis: RankAnalysis

  /// Positions in the diagram: ranks along, rows down from the axis at 0.
  private enum Place {
    static let firstGroup = 0.35
    static let groupStep = 0.35
  }

  /// The chart, or nil when there are too few blocks for a test.
  func chart() -> ReportChart? {
    guard let nemenyi = analysis.nemenyi, analysis.methods.count >= 2 else { return nil }
    let ranks = nemenyi.averageRanks
    let count = Double(ranks.count)
    let margin = 0.6 * (count - 1)
    let (left, right) = (1 - margin, count + margin)
    var data = ChartData(["kind", "x", "x2", "y", "y2", "label", "side", "rank"])
    data.rows.append(["axis", 1, .number(count), 0, 0, nil, nil, nil])
    let top = Place.firstGroup + Place.groupStep * Double(nemenyi.groups.count) + 0.25
    let half = (ranks.count + 1) / 2
    for (position, method) in nemenyi.order.enumerated() {
      let isLeft = position < half
      let row = top + 0.9 * Double(isLeft ? position : ranks.count - 1 - position)
      let label = "\(analysis.methods[method])  \(NumberText.fixed(ranks[method], decimals: 2))"
      let side: JSONText = isLeft ? "left" : "right"
      let (rank, y) = (JSONText.number(ranks[method]), JSONText.number(row))
      data.rows.append(["method", rank, rank, 0, y, .string(label), side, rank])
      data.rows.append(["method", rank, .number(isLeft ? left : right), y, y, .string(label), side, rank])
      data.rows.append(["label", .number(isLeft ? left : right), nil, y, nil, .string(label), side, rank])
    }
    let overhang = 0.01 * (count - 1)
    for (index, group) in nemenyi.groups.enumerated() {
      let y = JSONText.number(Place.firstGroup + Place.groupStep * Double(index))
      guard let low = group.first, let high = group.last else { continue }
      let names = group.map { analysis.methods[$0] }.joined(separator: ", ")
      data.rows.append(
        ["group", .number(ranks[low] - overhang), .number(ranks[high] + overhang), y, y, .string(names), nil, nil])
    }
    let bar = top + 0.9 * Double(half) + 0.4
    let distance = NumberText.fixed(nemenyi.criticalDifference, decimals: 2)
    data.rows.append(
      [
        "critical", 1, .number(1 + nemenyi.criticalDifference), .number(bar), .number(bar),
        .string("critical difference \(distance)"), nil, nil,
      ])
    return ReportChart(
      id: Anchor.id(part.id, "critical-differences"),
      title: "Critical differences of average ranks by MAE, \(part.title)",
      caption: part.warning + [
        .text(
          "Methods joined by a thick bar do not differ at level \(NumberText.significant(nemenyi.alpha, digits: 1)) "),
        .text("(Nemenyi). Rank 1 is best; the axis counts ranks, without unit."),
      ],
      specification: specification(x: left...max(right, 1 + nemenyi.criticalDifference), bottom: bar + 0.4), data: data,
      sources: [part.source(.results)])
  }

  private func specification(x: ClosedRange<Double>, bottom: Double) -> JSONText {
    let ticks = JSONText.array((1...analysis.methods.count).map { .integer(Int64($0)) })
    let along: JSONText = [
      "field": "x", "type": "quantitative", "title": "average rank",
      "scale": ["domain": [.number(x.lowerBound), .number(x.upperBound)], "nice": false, "zero": false],
      "axis": ["orient": "top", "values": ticks, "grid": false, "format": "d", "domain": false],
    ]
    let down: JSONText = [
      "field": "y", "type": "quantitative", "axis": nil,
      "scale": ["domain": [0, .number(bottom)], "reverse": true, "nice": false, "zero": false],
    ]
    let segment: JSONText = ["x": along, "x2": ["field": "x2"], "y": down, "y2": ["field": "y2"]]
    let tips: JSONText = [ChartParts.tip("label", "method, average rank", isNumber: false)]
    let name: JSONText = ["field": "label", "type": "nominal"]
    let label: JSONText = ["x": along, "y": down, "text": name]
    return [
      "width": "container", "height": .number(24 * bottom), "view": ["stroke": nil],
      "layer": [
        layer("axis", ["type": "rule", "strokeWidth": 1.5], segment),
        layer("method", ["type": "rule", "strokeWidth": 1.2], segment.adding("tooltip", tips)),
        layer("group", ["type": "rule", "strokeWidth": 5, "strokeCap": "round"], segment),
        layer("critical", ["type": "rule", "strokeWidth": 2], segment),
        layer("critical", ["type": "text", "align": "left", "dy": -8], label),
        layer("label", ["type": "text", "align": "left", "dy": -6], label, side: "left"),
        layer("label", ["type": "text", "align": "right", "dy": -6], label, side: "right"),
      ],
    ]
  }

  private func layer(_ kind: String, _ mark: JSONText, _ encoding: JSONText, side: String? = nil) -> JSONText {
    let condition = "datum.kind === '\(kind)'" + (side.map { " && datum.side === '\($0)'" } ?? "")
    return ["transform": [["filter": .string(condition)]], "mark": mark, "encoding": encoding]
  }
}
