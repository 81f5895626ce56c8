import EspalierTraining

extension ForecastPicture {
  /// The picture as an SVG file that needs no script, loads nothing and follows the reader's colour scheme.
  ///
  /// - Returns: SVG in UTF-8.
  public func svg() -> String { ForecastSVG(self).text() }

  /// The picture as one page that loads nothing, with values under the pointer and its data as a table.
  ///
  /// - Parameter script: Vega, Vega-Lite and vega-embed as one script that sets `window.vegaEmbed`; nil leaves the chart out,
  ///   says so, and shows its data as a table.
  /// - Returns: HTML in UTF-8.
  public func html(script: String?) -> String {
    let section = ReportSection(id: "forecast", title: "Forecast", blocks: [.chart(chart)])
    return HTMLRenderer(
      ReportDocument(title: title, sections: [section]), store: "", script: script, maker: "espalier forecast"
    ).page()
  }

  private static let past = "past"
  private static let forecast = "forecast"
  private static let lastValue = "last value"

  var chart: ReportChart {
    ReportChart(
      id: "forecast-chart", title: "Past, forecast and intervals", caption: caption.map { Phrase.text($0 + " ") },
      specification: specification,
      data: data, sources: [])
  }

  private var data: ChartData {
    var data = ChartData(["series", "line", "time", "value", "coverage", "lower", "upper"])
    for panel in panels {
      let name = JSONText.string(panel.series)
      for row in panel.past {
        data.rows.append(
          [name, .string(Self.past), .integer(row.time), row.value.map(JSONText.exact) ?? .null, nil, nil, nil])
      }
      for point in panel.points {
        data.rows.append(
          [name, .string(Self.forecast), .integer(point.time), .exact(point.forecast), nil, nil, nil])
        if let last = panel.lastValue {
          data.rows.append([name, .string(Self.lastValue), .integer(point.time), .exact(last), nil, nil, nil])
        }
        for level in levels {
          guard let interval = point.intervals?[level.place] else { continue }
          // Without one of its ends there is no band: it breaks there, as in the SVG.
          let (lower, upper) = interval.isFinite ? (interval.lower, interval.upper) : (.nan, .nan)
          data.rows.append(
            [
              name, .string("\(level.percent) %"), .integer(point.time), nil, .string(level.percent),
              .exact(lower), .exact(upper),
            ])
        }
      }
    }
    return data
  }

  private var specification: JSONText {
    // Times of day stand in files without a zone, so that the reader's own must not shift them.
    let axis: JSONText = ["grid": false, "labelOverlap": true, "labelSeparation": 8, "tickCount": 5]
    let x: JSONText =
      report.hasDates
      ? ["field": "time", "type": "temporal", "title": "time", "scale": ["type": "utc"], "axis": axis]
      : [
        "field": "time", "type": "quantitative", "title": "row", "scale": ["zero": false, "nice": false],
        "axis": axis.adding("format", "d"),
      ]
    let when: JSONText =
      report.hasDates
      ? ["timeUnit": "utcyearmonthdatehoursminutes", "field": "time", "title": "time"]
      : ["field": "time", "type": "quantitative", "title": "row"]
    let names = [Self.past, Self.forecast, Self.lastValue]
    let color: JSONText = [
      "field": "line", "type": "nominal", "title": nil,
      "scale": ["domain": .strings(names), "range": ["#808080", "#009E73", "#C98500"]],
      "legend": ["symbolOpacity": 1, "symbolType": "stroke"],
    ]
    let dash: JSONText = [
      "field": "line", "type": "nominal", "title": nil,
      "scale": ["domain": .strings(names), "range": [[1, 0], [1, 0], [3, 3]]],
    ]
    let y = ChartParts.quantity("value", title: valueTitle)
    let tips: JSONText = [
      ChartParts.tip("line", "line", isNumber: false), when,
      ChartParts.tip("value", valueTitle, isExact: true),
    ]
    let lines = layer(
      "!isValid(datum.coverage)", ["type": "line", "strokeWidth": 1.6],
      ["x": x, "y": y, "color": color, "strokeDash": dash])
    let points = layer(
      "!isValid(datum.coverage)", ["type": "point", "opacity": 0, "size": 60],
      ["x": x, "y": y, "color": color, "tooltip": tips])
    // Of one step there is no line.
    let dots = layer(
      "!isValid(datum.coverage) && datum.line !== '\(Self.past)'",
      ["type": "point", "filled": true, "size": 40, "opacity": 1], ["x": x, "y": y, "color": color])
    let bands = levels.map { band($0.percent, x: x, when: when) }
    return ChartParts.panels(
      by: "series", order: panels.map(\.series), layers: bands + [lines] + (isOneStep ? [dots] : []) + [points],
      height: 240)
  }

  private var isOneStep: Bool { panels.allSatisfy { $0.points.count == 1 } }

  /// The intervals of one coverage: an area, or of one step a bar.
  private func band(_ percent: String, x: JSONText, when: JSONText) -> JSONText {
    let mark: JSONText =
      isOneStep
      ? ["type": "rule", "strokeWidth": 7, "opacity": 0.3, "color": "#009E73"]
      : ["type": "area", "opacity": 0.25, "color": "#009E73", "invalid": "break-paths-filter-domains"]
    return layer(
      "datum.coverage === '\(percent)'", mark,
      [
        "x": x, "y": ChartParts.quantity("lower", title: valueTitle), "y2": ChartParts.end("upper"),
        "tooltip": [
          when, ChartParts.tip("coverage", "coverage [%]", isNumber: false),
          ChartParts.tip("lower", "lower end", isExact: true), ChartParts.tip("upper", "upper end", isExact: true),
        ],
      ])
  }

  private func layer(_ filter: String, _ mark: JSONText, _ encoding: JSONText) -> JSONText {
    ["transform": [["filter": .string(filter)]], "mark": mark, "encoding": encoding]
  }
}
