import Foundation

/// A page of documentation with the samples on it: fenced blocks, and lines of the command within sentences.
struct MarkdownPage: CustomStringConvertible, Sendable {
  /// A fenced block, without its fences and without their indentation.
  struct Block: Sendable {
    /// What stands behind the opening fence.
    let language: String
    let lines: [String]
    /// The line of the opening fence, counted from 1.
    let number: Int

    var text: String { lines.map { $0 + "\n" }.joined() }
  }

  /// Relative to the root of the repository.
  let path: String
  let text: String
  let blocks: [Block]

  var description: String { path }
  /// Whether it belongs to a DocC catalogue.
  var isInCatalogue: Bool { path.contains(".docc/") }

  init(path: String, text: String) {
    self.path = path
    self.text = text
    blocks = Self.blocks(of: text)
  }

  private static func blocks(of text: String) -> [Block] {
    var blocks: [Block] = []
    var open: (language: String, indentation: Int, number: Int, lines: [String])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let indentation = line.prefix { $0 == " " }.count
      let fence = line.dropFirst(indentation)
      if let block = open {
        if fence == "```" {
          blocks.append(Block(language: block.language, lines: block.lines, number: block.number))
          open = nil
        } else {
          open?.lines.append(String(line.dropFirst(min(indentation, block.indentation))))
        }
      } else if fence.hasPrefix("```") {
        open = (String(fence.dropFirst(3)), indentation, index + 1, [])
      }
    }
    // A block that is never closed counts too, so that nothing slips through.
    if let block = open { blocks.append(Block(language: block.language, lines: block.lines, number: block.number)) }
    return blocks
  }

  /// Code within sentences, in the order of the page.
  var spans: [String] {
    var paragraphs = [""]
    var isInBlock = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let isFence = line.drop(while: { $0 == " " }).hasPrefix("```")
      if isFence { isInBlock.toggle() }
      if line.isEmpty || isFence {
        paragraphs.append("")
      } else if !isInBlock {
        paragraphs[paragraphs.count - 1] += line + " "
      }
    }
    return paragraphs.flatMap { paragraph in
      let pieces = paragraph.split(separator: "`", omittingEmptySubsequences: false)
      return stride(from: 1, to: pieces.count, by: 2).map { String(pieces[$0]) }
    }
  }
}

extension MarkdownPage {
  /// All pages for readers: those at the root, under `Documentation`, and in DocC catalogues, in the order of paths.
  static func all() throws -> [MarkdownPage] {
    let files = FileManager.default
    let root = Repository.root.path
    let top = try files.contentsOfDirectory(atPath: root)
    let documentation = try files.subpathsOfDirectory(atPath: root + "/Documentation").map { "Documentation/" + $0 }
    let catalogues = try files.subpathsOfDirectory(atPath: root + "/Sources").filter { $0.contains(".docc/") }
      .map { "Sources/" + $0 }
    return try (top + documentation + catalogues).filter { $0.hasSuffix(".md") }.sorted().map { path in
      MarkdownPage(path: path, text: try String(contentsOfFile: root + "/" + path, encoding: .utf8))
    }
  }

  /// The pages that the comments of Swift sources make on the site, one a file that has a fenced block.
  static func comments() throws -> [MarkdownPage] {
    try Repository.sources().compactMap { source in
      let lines = source.lines.map { line in
        let text = line.drop { $0 == " " }
        return text.hasPrefix("///") ? String(text.dropFirst(text.hasPrefix("/// ") ? 4 : 3)) : ""
      }
      let page = MarkdownPage(path: source.path, text: lines.joined(separator: "\n"))
      return page.blocks.isEmpty ? nil : page
    }
  }
}
