/// Pieces of Vega-Lite specifications that several charts share.
enum ChartParts {
  /// A numeric position channel, whose axis need not begin at 0: errors differ too little for that.
  static func quantity(_ field: String, title: String, includesZero: Bool = false, isLogarithmic: Bool = false)
    -> JSONText
  {
    let scale: JSONText = isLogarithmic ? ["type": "log", "nice": false] : ["zero": .bool(includesZero)]
    return ["field": .string(field), "type": "quantitative", "title": .string(title), "scale": scale]
  }

  /// A second end of a band or rule.
  static func end(_ field: String) -> JSONText { ["field": .string(field)] }

  /// A field in a tooltip; a number has four digits there unless it is exact.
  static func tip(_ field: String, _ title: String, isNumber: Bool = true, isExact: Bool = false) -> JSONText {
    let base: JSONText = [
      "field": .string(field), "type": isNumber ? "quantitative" : "nominal", "title": .string(title),
    ]
    return isNumber && !isExact ? base.adding("format", ".4~g") : base
  }

  /// A layer.
  static func layer(_ mark: JSONText, _ encoding: JSONText) -> JSONText {
    ["mark": mark, "encoding": encoding]
  }

  /// One panel a value of a field; the page decides how many stand side by side and how wide they are.
  static func panels(
    by field: String, order: [String], layers: [JSONText], height: Int64 = 220, sharesY: Bool = false,
    parameters: [JSONText] = [], filter: String? = nil
  ) -> JSONText {
    let facet: JSONText = [
      "field": .string(field), "type": "nominal", "title": nil, "sort": .strings(order),
      "header": ["labelFontWeight": "bold", "labelFontSize": 13],
    ]
    var specification: JSONText = [:]
    if !parameters.isEmpty { specification = specification.adding("params", .array(parameters)) }
    if let filter { specification = specification.adding("transform", [["filter": .string(filter)]]) }
    let panel: JSONText = ["width": 300, "height": .integer(height), "layer": .array(layers)]
    return
      specification
      .adding("facet", facet).adding("columns", 3).adding("spec", panel)
      .adding("resolve", ["scale": ["y": sharesY ? "shared" : "independent"], "axis": ["x": "independent"]])
  }

  /// A choice that the reader makes; nil where there is nothing to choose.
  static func choice(_ name: String, label: String, options: [JSONText], initial: JSONText) -> JSONText? {
    guard options.count > 1 else { return nil }
    return [
      "name": .string(name), "value": initial,
      "bind": ["input": "select", "options": .array(options), "name": .string(label + " ")],
    ]
  }
}
