import Foundation

/// The files of the repository that the tests run in.
enum Repository {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

  /// A source file under `Sources`.
  struct Source: CustomStringConvertible, Sendable {
    /// The folder's name, which is the target's but for the executable.
    let folder: String
    /// Relative to the root.
    let path: String
    let lines: [Substring]

    var target: String { folder == "espalier" ? "espalier-cli" : folder }
    var description: String { path }
  }

  /// All Swift, C and C++ files under `Sources`, in the order of their paths.
  static func sources() throws -> [Source] {
    let endings: Set = ["swift", "h", "c", "cc", "cpp", "hpp"]
    let start = root.appending(path: "Sources").path
    let paths = try FileManager.default.subpathsOfDirectory(atPath: start)
    return try paths.filter { endings.contains(($0 as NSString).pathExtension) }.sorted().map { path in
      let text = try String(contentsOfFile: start + "/" + path, encoding: .utf8)
      return Source(
        folder: String(path.prefix { $0 != "/" }), path: "Sources/" + path,
        lines: text.split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  /// The modules that each target may import, by the table of `Documentation/architecture.md`.
  static func allowedImports() throws -> [String: Set<String>] {
    let file = root.appending(path: "Documentation/architecture.md")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    var allowed: [String: Set<String>] = [:]
    for line in lines where line.hasPrefix("| `") {
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map { cell in
        cell.split { " `,".contains($0) }.map(String.init)
      }
      guard cells.count == 6, let target = cells[1].first else { continue }
      allowed[target] = Set(cells[3] + cells[4])
    }
    return allowed
  }

  /// The module that a line of Swift imports, or `nil` when it imports none.
  static func importedModule(in line: Substring) -> String? {
    var words = line.split(separator: " ").map(String.init)
    while let first = words.first, first.hasPrefix("@") || accessLevels.contains(first) { words.removeFirst() }
    guard words.first == "import", words.count >= 2 else { return nil }
    let isScoped = words.count >= 3 && kinds.contains(words[1])
    return String(words[isScoped ? 2 : 1].prefix { $0 != "." && $0 != ";" })
  }

  private static let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
}
