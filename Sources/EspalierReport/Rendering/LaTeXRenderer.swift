/// A report's tables as LaTeX, one `longtable` each, to be put into a document that loads `booktabs` and `longtable`.
struct LaTeXRenderer {
  let store: String

  /// All tables, with the sections' titles as comments.
  func text(_ document: ReportDocument) -> String {
    let head = """
      % Tables of the study "\(comment(document.title))".
      % \\usepackage{booktabs,longtable,textcomp}

      """
    return head + document.sections.flatMap(section).joined()
  }

  private func section(_ section: ReportSection) -> [String] {
    let tables = section.blocks.flatMap(self.tables)
    let below = section.sections.flatMap(self.section)
    return tables.isEmpty && below.isEmpty ? [] : ["\n% \(comment(section.title))\n"] + tables + below
  }

  private func tables(_ block: ReportBlock) -> [String] {
    switch block {
    case .table(let table): [self.table(table)]
    case .folded(_, let blocks): blocks.flatMap(tables)
    case .paragraph, .chart, .verbatim: []
    }
  }

  private func table(_ table: ReportTable) -> String {
    let columns = table.columns.map { $0.alignment == .leading ? "l" : "r" }.joined()
    let heading = line(table.columns.map { escape($0.title) })
    let rows = table.rows.enumerated().map { index, row in
      let rule = index > 0 && table.groupStarts.contains(index) ? "\\midrule\n" : ""
      return rule + line(row.map(cell))
    }
    let notes = text(table.notes)
    let rowsFrom = "% " + comment(plain(RowSource.phrases(table.sources, store: store))) + "\n"
    return """

      \(rowsFrom)\\begin{longtable}{\(columns)}
      \\caption{\(escape(table.title)).\(notes.isEmpty ? "" : " " + notes)}\\\\
      \\toprule
      \(heading)\\midrule
      \\endfirsthead
      \\toprule
      \(heading)\\midrule
      \\endhead
      \(rows.joined())\\bottomrule
      \\end{longtable}

      """
  }

  private func cell(_ cell: ReportTable.Cell) -> String {
    let isNegative = cell.text.hasPrefix("-") && cell.text.dropFirst().first?.isNumber == true
    let text = isNegative ? "$-$" + escape(String(cell.text.dropFirst())) : escape(cell.text)
    return (cell.isBest ? "\\textbf{\(text)}" : text) + escape(cell.marks)
  }

  private func line(_ fields: [String]) -> String { fields.joined(separator: " & ") + " \\\\\n" }

  private func text(_ phrases: [Phrase]) -> String {
    phrases.map { phrase in
      switch phrase {
      case .text(let text): escape(text)
      case .strong(let text): "\\textbf{\(escape(text))}"
      case .code(let text): "\\texttt{\(escape(text))}"
      }
    }.joined()
  }

  private func plain(_ phrases: [Phrase]) -> String {
    phrases.map { phrase in
      switch phrase {
      case .text(let text), .strong(let text), .code(let text): text
      }
    }.joined()
  }

  /// Text of a comment, which ends with its line.
  private func comment(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  /// Text in which nothing is taken for a command; the signs that tables use become LaTeX's.
  private func escape(_ text: String) -> String {
    let result = text.map { Self.replacements[$0] ?? ($0.isNewline ? " " : String($0)) }.joined()
    // Two hyphens would become a dash.
    return result.replacing("--", with: "-{}-")
  }

  private static let replacements: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#", "%": "\\%", "_": "\\_",
    "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}", ">": "\\textgreater{}",
    "|": "\\textbar{}", "\"": "''", "±": "$\\pm$", "–": "\\textendash{}", "†": "\\textdagger{}", "∞": "$\\infty$",
    "χ": "$\\chi$", "²": "\\textsuperscript{2}", "³": "\\textsuperscript{3}", "µ": "\\textmu{}", "μ": "\\textmu{}",
    "°": "\\textdegree{}", "€": "\\texteuro{}",
  ]
}
