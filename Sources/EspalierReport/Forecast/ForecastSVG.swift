import EspalierData
import EspalierStatistics
import EspalierTraining
import Foundation

/// A picture of forecasts as SVG that needs no script and loads nothing.
struct ForecastSVG {
  private let picture: ForecastPicture

  private static let width = 480.0
  private static let margin = (right: 14.0, panelTop: 30.0, panelBottom: 46.0, edge: 12.0)
  private static let plotHeight = 190.0
  private static let lineHeight = 17.0
  /// The width of a letter, nearly enough.
  private static let letter = 6.6

  init(_ picture: ForecastPicture) {
    self.picture = picture
  }

  /// The file.
  func text() -> String {
    let head = heading()
    let legend = legend(top: head.bottom)
    var y = legend.bottom
    var body = head.text + legend.text
    for panel in picture.panels {
      body += self.panel(panel, top: y)
      y += Self.margin.panelTop + Self.plotHeight + Self.margin.panelBottom
    }
    let (width, height) = (Self.number(Self.width), Self.number(y))
    let title = HTMLText.escaped(picture.title)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="720" role="img" \
      aria-labelledby="title description">
      <title id="title">\(title)</title>
      <desc id="description">\(HTMLText.escaped(description))</desc>
      <style>\(Self.style)</style>
      <rect class="page" width="\(width)" height="\(height)"/>
      \(body)</svg>

      """
  }

  private static let style = """
    svg{max-width:100%;height:auto;color-scheme:light dark}\
    text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#1b1f24}\
    .head{font-size:15px;font-weight:600}.panel{font-weight:600}.faint{fill:#57606a}\
    .page{fill:#fff}.grid{stroke:#d8dee4}.axis{stroke:#57606a}\
    .history{stroke:#3c444d}.forecast{stroke:#0b7a3b}.dot{fill:#0b7a3b}.band{fill:#1a9850;fill-opacity:.2}\
    .naive{stroke:#9a6700;stroke-dasharray:4 4}.origin{stroke:#8c959f;stroke-dasharray:2 3}\
    path,line{fill:none}.history,.forecast,.naive{stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}\
    @media(prefers-color-scheme:dark){text{fill:#e4e8ec}.faint{fill:#9aa4ae}.page{fill:#14171b}.grid{stroke:#2d343c}\
    .axis{stroke:#9aa4ae}.history{stroke:#c3cad2}.forecast{stroke:#4fd07f}.dot{fill:#4fd07f}\
    .band{fill:#3fb968;fill-opacity:.24}.naive{stroke:#d9a441}.origin{stroke:#6e7781}}
    """

  /// What a reader who can't see the picture is told: the first and last forecast of each series.
  private var description: String {
    picture.panels.map { panel in
      let name = panel.series.isEmpty ? "" : "\(panel.series): "
      guard let first = panel.points.first, let last = panel.points.last else { return name }
      return "\(name)\(NumberText.significant(first.forecast, digits: 4)) at \(moment(first.time))"
        + (panel.points.count == 1
          ? "" : " to \(NumberText.significant(last.forecast, digits: 4)) at \(moment(last.time))")
    }.joined(separator: "; ")
  }

  private func moment(_ time: Int64) -> String { picture.report.hasDates ? TimeStamp.text(time) : "row \(time)" }

  // MARK: - Above the panels

  private func heading() -> (text: String, bottom: Double) {
    var y = 24.0
    var text = ""
    for line in Self.wrapped(picture.title, width: 56) {
      text += Self.label(line, x: Self.margin.edge, y: y, "head")
      y += 19
    }
    for sentence in picture.caption {
      for line in Self.wrapped(sentence, width: 70) {
        text += Self.label(line, x: Self.margin.edge, y: y, "faint")
        y += Self.lineHeight
      }
    }
    return (text, y)
  }

  private func legend(top: Double) -> (text: String, bottom: Double) {
    var items: [(mark: (Double, Double) -> String, name: String)] = []
    func line(_ style: String) -> (Double, Double) -> String {
      { x, y in Self.line(x, y - 4, x + 18, y - 4, style) }
    }
    if picture.panels.contains(where: { !$0.past.isEmpty }) { items.append((line("history"), "past")) }
    items.append((line("forecast"), "forecast"))
    // Bands lie on each other: the narrowest one has the colour of all of them.
    for (index, level) in picture.levels.enumerated() {
      items.append(
        (
          { x, y in
            String(
              repeating: "<rect class=\"band\" x=\"\(Self.number(x))\" y=\"\(Self.number(y - 10))\" width=\"18\" "
                + "height=\"11\"/>", count: index + 1)
          }, "\(level.percent) %"
        ))
    }
    if picture.panels.contains(where: { $0.lastValue != nil }) { items.append((line("naive"), "last value")) }
    var (x, y) = (Self.margin.edge, top + 2)
    var text = ""
    for item in items {
      let width = 24 + Self.letter * Double(item.name.count) + 16
      if x + width > Self.width, x > Self.margin.edge { (x, y) = (Self.margin.edge, y + Self.lineHeight) }
      text += item.mark(x, y) + Self.label(item.name, x: x + 24, y: y)
      x += width
    }
    return (text, y + 6)
  }

  // MARK: - A panel

  private func panel(_ panel: ForecastPanel, top: Double) -> String {
    let frame = PlotFrame(
      panel, areDates: picture.report.hasDates, right: Self.width - Self.margin.right,
      top: top + Self.margin.panelTop, height: Self.plotHeight, letter: Self.letter)
    let name = panel.series.isEmpty ? "" : "\(panel.series): "
    // The names of series and of targets are as long as the data's author likes.
    let title = Self.shortened(Self.shortened(name, to: 30) + picture.valueTitle, to: 64)
    var text = Self.label(
      title, x: Self.margin.edge, y: top + 18,
      panel.series.isEmpty ? "faint" : "panel")
    text += axes(frame, panel)
    for level in picture.levels {
      text += band(panel, level.place, frame)
    }
    if let last = panel.lastValue, let first = panel.points.first, let end = panel.points.last {
      let start = panel.history?.times.last ?? first.time
      text += Self.line(frame.x(start), frame.y(last), frame.x(end.time), frame.y(last), "naive")
    }
    if let first = panel.points.first, let before = panel.history?.times.last {
      let x = (frame.x(before) + frame.x(first.time)) / 2
      text += Self.line(x, frame.top, x, frame.bottom, "origin")
    }
    text += Self.path(panel.past.map { ($0.time, $0.value) }, frame, "history")
    text += Self.path(panel.points.map { ($0.time, $0.forecast) }, frame, "forecast")
    if let only = panel.points.first, panel.points.count == 1 {
      text +=
        "<circle class=\"dot\" cx=\"\(Self.number(frame.x(only.time)))\" cy=\"\(Self.number(frame.y(only.forecast)))\" "
        + "r=\"3\"/>\n"
    }
    return "<g>\n\(text)</g>\n"
  }

  private func axes(_ frame: PlotFrame, _ panel: ForecastPanel) -> String {
    var text = ""
    for (value, label) in zip(frame.valueTicks.values, frame.valueTicks.labels) {
      let y = frame.y(value)
      text += Self.line(frame.left, y, frame.right, y, "grid")
      text += Self.label(label, x: frame.left - 6, y: y + 4, "faint", anchor: "end")
    }
    text += Self.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
    for (time, label) in zip(frame.timeTicks.times, frame.timeTicks.labels) {
      let x = frame.x(time)
      text += Self.line(x, frame.bottom, x, frame.bottom + 4, "axis")
      // A label that would leave the picture moves inwards.
      let half = Self.letter * Double(label.count) / 2
      text += Self.label(
        label, x: min(max(x, half + 2), Self.width - half - 2), y: frame.bottom + 17, "faint", anchor: "middle")
    }
    let range = panel.times
    let title =
      picture.report.hasDates
      ? "time: \(moment(range.lowerBound)) to \(moment(range.upperBound))"
      : "row: \(range.lowerBound) to \(range.upperBound)"
    text += Self.label(title, x: (frame.left + frame.right) / 2, y: frame.bottom + 34, "faint", anchor: "middle")
    return text
  }

  /// The band of one level, broken where an end is not bounded; a single moment is a bar.
  private func band(_ panel: ForecastPanel, _ level: Int, _ frame: PlotFrame) -> String {
    var text = ""
    var run: [(x: Double, lower: Double, upper: Double)] = []
    func close() {
      defer { run = [] }
      guard let first = run.first else { return }
      if run.count == 1 { run = [(first.x - 3, first.lower, first.upper), (first.x + 3, first.lower, first.upper)] }
      let upper = run.map { "\(Self.number($0.x)) \(Self.number($0.upper))" }
      let lower = run.reversed().map { "\(Self.number($0.x)) \(Self.number($0.lower))" }
      text += "<polygon class=\"band\" points=\"\((upper + lower).joined(separator: " "))\"/>\n"
    }
    for point in panel.points {
      guard let interval = point.intervals?[level], interval.isFinite else {
        close()
        continue
      }
      run.append((frame.x(point.time), frame.y(interval.lower), frame.y(interval.upper)))
    }
    close()
    return text
  }

  // MARK: - Elements

  static func number(_ value: Double) -> String {
    let text = String(format: "%.1f", value.isFinite ? value : 0)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
    "<line class=\"\(style)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
  }

  private static func label(
    _ text: String, x: Double, y: Double, _ style: String = "", anchor: String = "start"
  ) -> String {
    let attributes =
      (style.isEmpty ? "" : " class=\"\(style)\"") + (anchor == "start" ? "" : " text-anchor=\"\(anchor)\"")
    return "<text x=\"\(number(x))\" y=\"\(number(y))\"\(attributes)>\(HTMLText.escaped(text))</text>\n"
  }

  /// A line through known values, broken at missing ones.
  private static func path(_ values: [(Int64, Double?)], _ frame: PlotFrame, _ style: String) -> String {
    var commands = ""
    var isDrawing = false
    for (time, value) in values {
      guard let value else {
        isDrawing = false
        continue
      }
      commands += "\(isDrawing ? "L" : "M")\(number(frame.x(time))) \(number(frame.y(value)))"
      isDrawing = true
    }
    return commands.isEmpty ? "" : "<path class=\"\(style)\" d=\"\(commands)\"/>\n"
  }

  /// Lines of at most so many letters, broken between words.
  static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(shortened(String(word), to: width))
      }
    }
    return lines
  }

  private static func shortened(_ text: String, to count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1) + "…"
  }
}
