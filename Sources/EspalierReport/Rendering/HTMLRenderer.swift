import EspalierData
import Foundation

/// A report as one page that loads nothing: style, scripts, specifications and data stand inside.
struct HTMLRenderer {
  private let document: ReportDocument
  private let store: String
  private let bundle: String?
  private let maker: String

  /// Makes a page with a script of Vega, Vega-Lite and vega-embed, or without one a page whose charts are tables.
  init(_ document: ReportDocument, store: String, script: String?, maker: String = "espalier study report") {
    self.maker = maker
    self.document = document
    self.store = store
    bundle = script.map(HTMLText.script)
  }

  /// The page.
  func page() -> String {
    let title = HTMLText.escaped(document.title)
    let code = HTMLText.script(PageScript.source)
    let missing = """
      <p class="warning" role="note">The charts' script was not there when this page was made, so that charts can't be \
      drawn. Every table is complete, and each chart's data stand below its title. \
      <code>script/setup --charts</code> fetches the script; then make the page again.</p>
      """
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="color-scheme" content="light dark"/>
      <meta http-equiv="Content-Security-Policy" content="\(policy(code))"/>
      <title>\(title)</title>
      <link rel="icon" href="data:,"/>
      <style>\(PageStyle.sheet)</style>
      </head>
      <body>
      <a class="skip" href="#content">Skip to the content</a>
      <header><h1>\(title)</h1></header>
      \(document.sections.count > 1 ? contents() : "")
      <main id="content">
      \(bundle == nil ? missing : "")
      <noscript><p class="warning">Scripts are off, so that charts and their data can't be shown; tables can.</p></noscript>
      \(document.sections.map { section($0, level: 2) }.joined())
      </main>
      <footer><p>Made by <code>\(maker)</code>. Charts are Vega-Lite specifications inside this file; their \
      menus save them as SVG or PNG.</p></footer>
      \(bundle.map { "<script>\($0)</script>" } ?? "")
      <script>\(code)</script>
      </body>
      </html>

      """
  }

  /// What the page may do: run its own two scripts, known by their hashes, and reach nothing else.
  private func policy(_ code: String) -> String {
    let hashes = [bundle, code].compactMap { $0 }.map { "'sha256-\(Self.base64Hash($0))'" }.joined(separator: " ")
    return "default-src 'none'; script-src \(hashes); style-src 'unsafe-inline'; img-src data: blob:; "
      + "base-uri 'none'; form-action 'none'"
  }

  private static func base64Hash(_ text: String) -> String {
    let digits = Array(SHA256.hex(Array(text.utf8)))
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    return Data(bytes).base64EncodedString()
  }

  private func contents() -> String {
    func list(_ sections: [ReportSection]) -> String {
      guard !sections.isEmpty else { return "" }
      let items = sections.map { section in
        "<li><a href=\"#\(section.id)\">\(HTMLText.escaped(section.title))</a>\(list(section.sections))</li>"
      }
      return "<ul>\(items.joined())</ul>"
    }
    return "<nav aria-label=\"Contents\"><details open=\"open\"><summary>Contents</summary>"
      + list(document.sections) + "</details></nav>"
  }

  private func section(_ section: ReportSection, level: Int) -> String {
    let below = section.sections.map { self.section($0, level: level + 1) }.joined()
    return "<section id=\"\(section.id)\"><h\(level)>\(HTMLText.escaped(section.title))</h\(level)>\n"
      + section.blocks.map(block).joined() + below + "</section>\n"
  }

  private func block(_ block: ReportBlock) -> String {
    switch block {
    case .paragraph(let phrases): "<p>\(text(phrases))</p>\n"
    case .table(let table): self.table(table)
    case .chart(let chart): self.chart(chart)
    case .folded(let title, let blocks):
      "<details><summary>\(HTMLText.escaped(title))</summary>\n\(blocks.map(self.block).joined())</details>\n"
    case .verbatim(let text): "<pre tabindex=\"0\">\(HTMLText.escaped(text))</pre>\n"
    }
  }

  private func text(_ phrases: [Phrase]) -> String {
    phrases.map { phrase in
      switch phrase {
      case .text(let text): HTMLText.escaped(text)
      case .strong(let text): "<strong>\(HTMLText.escaped(text))</strong>"
      case .code(let text): "<code>\(HTMLText.escaped(text))</code>"
      }
    }.joined()
  }
}

/// Tables and charts.
extension HTMLRenderer {
  private func table(_ table: ReportTable) -> String {
    let heads = table.columns.map { column in
      "<th scope=\"col\"\(column.alignment == .trailing ? " class=\"n\"" : "")>\(HTMLText.escaped(column.title))</th>"
    }
    let rows = table.rows.enumerated().map { index, row in
      let cells = zip(table.columns, row).enumerated().map { cell($1.1, $1.0, isHeading: $0 == 0) }
      return "<tr\(table.groupStarts.contains(index) ? " class=\"g\"" : "")>\(cells.joined())</tr>"
    }
    let notes = text(table.notes)
    return """
      <figure class="table"><figcaption>\(HTMLText.escaped(table.title))</figcaption>
      <div class="scroll" tabindex="0" role="region" aria-label="\(HTMLText.escaped(table.title))">
      <table><thead><tr>\(heads.joined())</tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table></div>
      \(notes.isEmpty ? "" : "<p class=\"note\">\(notes)</p>")\(source(table.sources))</figure>

      """
  }

  private func cell(_ cell: ReportTable.Cell, _ column: ReportTable.Column, isHeading: Bool) -> String {
    let classes = [
      column.alignment == .trailing ? "n" : nil, cell.isBest ? "best" : nil, cell.text.count > 40 ? "long" : nil,
    ].compactMap { $0 }
    let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    let text = HTMLText.escaped(cell.text)
    let best = cell.isBest ? "<abbr title=\"best of the row\">*</abbr>" : ""
    let beaten = cell.isBeaten ? "<abbr title=\"not better than the naive forecasts\">†</abbr>" : ""
    return isHeading
      ? "<th scope=\"row\"\(attribute)>\(text)\(best)\(beaten)</th>" : "<td\(attribute)>\(text)\(best)\(beaten)</td>"
  }

  private func chart(_ chart: ReportChart) -> String {
    let title = HTMLText.escaped(chart.title)
    return """
      <figure class="chart" id="\(chart.id)"><figcaption>\(title)</figcaption>
      \(bundle == nil ? "" : "<div class=\"view\" role=\"group\" aria-label=\"\(title)\"></div>")
      <p class="note">\(text(chart.caption))</p>\(source(chart.sources))
      <details class="data"\(bundle == nil ? " open=\"open\"" : "")><summary>Data</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Data of the chart"></div></details>
      <script type="application/json">\(chart.completeSpecification.text)</script></figure>

      """
  }

  private func source(_ sources: [RowSource]) -> String {
    let phrases = RowSource.phrases(sources, store: store)
    return phrases.isEmpty ? "" : "<p class=\"note source\">\(text(phrases))</p>"
  }
}
