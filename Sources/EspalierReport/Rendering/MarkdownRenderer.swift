/// A report's text and tables as Markdown with pipes; charts are left out.
struct MarkdownRenderer {
  let store: String

  /// The whole report.
  func text(_ document: ReportDocument) -> String {
    let parts = ["# \(escape(document.title))"] + document.sections.flatMap { section($0, level: 2) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func section(_ section: ReportSection, level: Int) -> [String] {
    let blocks = section.blocks.flatMap(self.block)
    let below = section.sections.flatMap { self.section($0, level: level + 1) }
    // A section of charts alone has nothing to say here.
    guard !blocks.isEmpty || !below.isEmpty else { return [] }
    return [String(repeating: "#", count: level) + " " + escape(section.title)] + blocks + below
  }

  private func block(_ block: ReportBlock) -> [String] {
    switch block {
    case .paragraph(let phrases): [text(phrases)]
    case .table(let table): self.table(table)
    case .chart: []
    case .folded(_, let blocks): blocks.flatMap(self.block)
    case .verbatim(let text): [fence(text)]
    }
  }

  private func table(_ table: ReportTable) -> [String] {
    let heading = table.columns.map { escape($0.title) }
    let rule = table.columns.map { $0.alignment == .leading ? "---" : "---:" }
    let rows = table.rows.map { row in
      row.map { cell in
        let text = escape(cell.text)
        return (cell.isBest ? "**\(text)**" : text) + escape(cell.marks)
      }
    }
    let lines = ([heading, rule] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    let notes = text(table.notes + [.text(" ")] + RowSource.phrases(table.sources, store: store))
    return ["**\(escape(table.title))**", lines.joined(separator: "\n")] + (notes.isEmpty ? [] : [notes])
  }

  private func text(_ phrases: [Phrase]) -> String {
    let text = phrases.map { phrase in
      switch phrase {
      case .text(let text): escape(text)
      case .strong(let text):
        // Markdown knows no bold text that ends with a space.
        text.hasSuffix(" ") ? "**\(escape(String(text.dropLast())))** " : "**\(escape(text))**"
      case .code(let text): code(text)
      }
    }.joined()
    return String(text.drop { $0 == " " })
  }

  /// A span of code whose fence is longer than any run of backticks inside.
  private func code(_ text: String) -> String {
    let ticks = String(repeating: "`", count: longestRun(of: "`", in: text) + 1)
    let space = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    return ticks + space + text.replacing(/\s+/, with: " ") + space + ticks
  }

  private func fence(_ text: String) -> String {
    let ticks = String(repeating: "`", count: max(3, longestRun(of: "`", in: text) + 1))
    return ticks + "\n" + text + (text.hasSuffix("\n") ? "" : "\n") + ticks
  }

  private func longestRun(of character: Character, in text: String) -> Int {
    var longest = 0
    var current = 0
    for other in text {
      current = other == character ? current + 1 : 0
      longest = max(longest, current)
    }
    return longest
  }

  /// Text in which nothing is taken for markup; line ends become spaces.
  private func escape(_ text: String) -> String {
    var result = ""
    for character in text {
      if character.isNewline {
        result += " "
      } else {
        if "\\`*_[]<>|#~".contains(character) { result += "\\" }
        result.append(character)
      }
    }
    return result.replacing("&", with: "&amp;")
  }
}
