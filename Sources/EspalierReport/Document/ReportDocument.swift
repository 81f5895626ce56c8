/// A report as headings, text, tables and charts, before it becomes a page, Markdown or LaTeX.
struct ReportDocument: Equatable, Sendable {
  /// The study's name.
  let title: String
  /// The sections in their order.
  let sections: [ReportSection]
}

/// A heading with what stands below it.
struct ReportSection: Equatable, Sendable {
  /// Names the section in the page's address; letters, digits and dashes.
  let id: String
  /// The heading.
  let title: String
  /// What stands below the heading.
  let blocks: [ReportBlock]
  /// Sections one level down.
  let sections: [ReportSection]

  init(id: String, title: String, blocks: [ReportBlock] = [], sections: [ReportSection] = []) {
    self.id = id
    self.title = title
    self.blocks = blocks
    self.sections = sections
  }
}

/// One element of a section.
indirect enum ReportBlock: Equatable, Sendable {
  /// Running text.
  case paragraph([Phrase])
  /// A table.
  case table(ReportTable)
  /// A chart.
  case chart(ReportChart)
  /// Elements that a page shows on request.
  case folded(title: String, [ReportBlock])
  /// Text as it was written, with its line ends.
  case verbatim(String)

  /// Plain running text.
  static func text(_ sentence: String) -> ReportBlock { .paragraph([.text(sentence)]) }
}

/// A piece of running text.
enum Phrase: Equatable, Sendable {
  case text(String)
  /// Something to type, or a name as it stands in a file.
  case code(String)
  case strong(String)
}

/// Names things so that no two of a page have one name.
enum Anchor {
  /// The words in lower case with dashes between them; what is neither letter nor digit in ASCII is left out.
  static func id(_ words: String...) -> String {
    let parts = words.map { word in
      String(word.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }
    return parts.joined(separator: "-").split(separator: "-").joined(separator: "-")
  }
}
