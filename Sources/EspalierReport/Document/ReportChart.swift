/// A chart: a Vega-Lite specification, the rows that it draws, and words about both.
struct ReportChart: Equatable, Sendable {
  /// Names the chart in the page's address.
  let id: String
  /// What it shows, without final stop.
  let title: String
  /// How to read it.
  let caption: [Phrase]
  /// The specification without `data`.
  let specification: JSONText
  /// What it draws.
  let data: ChartData
  /// The stored rows that the data are computed from.
  let sources: [RowSource]

  /// The whole specification, data included.
  var completeSpecification: JSONText {
    guard case .object(let members) = specification else { return specification }
    let head: JSONText = ["$schema": "https://vega.github.io/schema/vega-lite/v6.json", "description": .string(title)]
    guard case .object(let start) = head else { return specification }
    return .object(start + [JSONText.Member(key: "data", value: ["values": data.values])] + members)
  }
}

/// Rows of named fields.
struct ChartData: Equatable, Sendable {
  /// The fields' names, which the specification refers to.
  let fields: [String]
  /// Rows of as many values as there are fields.
  var rows: [[JSONText]]

  init(_ fields: [String], rows: [[JSONText]] = []) {
    self.fields = fields
    self.rows = rows
  }

  /// One object a row, as Vega-Lite wants them.
  var values: JSONText {
    .array(rows.map { row in .object(zip(fields, row).map { JSONText.Member(key: $0, value: $1) }) })
  }
}
