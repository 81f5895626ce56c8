import Foundation
import Testing

/// The pages of the DocC catalogue do what they say, step by step in their order.
@Suite struct TutorialTests {
  /// Pages whose samples are carried out; those without any need no test.
  private static let pages = (try? MarkdownPage.all().filter { $0.isInCatalogue && !$0.blocks.isEmpty }) ?? []

  @Test func thereIsATutorialForEachUser() {
    #expect(Self.pages.filter { $0.text.contains("@TitleHeading(\"Tutorial\")") }.count == 4)
  }

  @Test(arguments: pages)
  func pageIsTrue(page: MarkdownPage) throws {
    var reader = try TutorialReader(page)
    try reader.readAll()
    #expect(reader.outputs > 0, "\(page) never says what is printed.")
  }

  /// A reader who copies every Swift sample of a page has the whole program.
  @Test(arguments: pages)
  func programsAreComplete(page: MarkdownPage) throws {
    // The page says in sentences what some comments say.
    func code(_ lines: [String]) -> [String] { lines.filter { !$0.isEmpty && !$0.hasPrefix("//") } }
    let samples = page.blocks.filter { $0.language == "swift" }
    for program in try ExampleProgram.all() {
      let shown = samples.filter { program.contains($0.lines) }
      guard !shown.isEmpty else { continue }
      let lines = code(program.sources["main.swift"] ?? [])
      #expect(code(shown.flatMap(\.lines)) == lines, "\(page) does not show \(program.target) from top to bottom.")
    }
  }

  /// What the README's lines can't be run for here: builds and charts, the network, data of others, and long studies, which
  /// the tutorial on studies has in small.
  private static let leftOut = ["script/", "espalier datasets get", "espalier tune bitcoin", "espalier study "]

  @Test func readmeIsTrue() throws {
    let playground = try Playground()
    let load = try String(contentsOf: playground.folder.appending(path: "load.csv"), encoding: .utf8)
    let rows = load.replacing("hour,load,", with: "date,close,").split(separator: "\n")
    for (name, part) in [("prices.csv", rows[1..<1200]), ("newer.csv", rows[600...])] {
      let text = ([rows[0]] + part).joined(separator: "\n") + "\n"
      try text.write(to: playground.folder.appending(path: name), atomically: true, encoding: .utf8)
    }
    let page = try #require(try MarkdownPage.all().first { $0.path == "README.md" })
    var count = 0
    for block in page.blocks where block.language == "sh" {
      for line in try ShellLine.lines(of: block.lines) where !Self.leftOut.contains(where: line.text.hasPrefix) {
        let result = try playground.run(line.text)
        #expect(result.code == 0, "README.md, line \(block.number), '\(line.text)':\n\(result.errors)")
        count += 1
      }
    }
    #expect(count > 10)
  }

  @Test(
    arguments: [
      ("a 1.00 b", "a 1.04 b", nil), ("a 1.00 b", "a 1.06 b", "a 1.00 b"), ("n 5", "n 6", "n 5"),
      ("x …,\n…\nlast", "x 3,\ny\nz\nlast", nil), ("x …,", "x 3", "x …,"),
      ("x\nlast", "x\ny\nlast", "x"), ("5.0 %:", "5.1 %:", nil),
      ("  wide   row", "wide row", nil), ("1.0,", "1.0;", "1.0,"), ("1.00*", "1.01*", nil),
    ] as [(String, String, String?)])
  func outputsAreCompared(pattern: String, output: String, missing: String?) {
    var start = 0
    let found = OutputPattern(pattern.components(separatedBy: "\n")).missing(in: output, from: &start)
    #expect(found == missing)
  }
}

/// Carries a page out: runs its lines of the shell and its programs, and holds against them what it says they print.
struct TutorialReader {
  private let page: MarkdownPage
  private let playground: Playground
  private let programs: [ExampleProgram]
  private var run: Set<String> = []
  private var printed = ""
  private var place = 0
  /// How many outputs were compared.
  private(set) var outputs = 0

  init(_ page: MarkdownPage) throws {
    self.page = page
    playground = try Playground()
    programs = try ExampleProgram.all()
  }

  mutating func readAll() throws {
    for (index, block) in page.blocks.enumerated() {
      switch block.language {
      case "sh":
        (printed, place) = ("", 0)
        for line in try ShellLine.lines(of: block.lines) { try carryOut(line, block) }
      case "text":
        let missing = OutputPattern(block.lines).missing(in: printed, from: &place)
        #expect(missing == nil, "\(page), line \(block.number): '\(missing ?? "")' is not printed, but:\n\(printed)")
        outputs += 1
      case "swift": try runProgram(before: index)
      default: break
      }
    }
  }

  /// Runs the program of a Swift sample when its last sample before an output or a line of the shell is reached.
  private mutating func runProgram(before index: Int) throws {
    let following = page.blocks[(index + 1)...].first
    guard following?.language != "swift" else { return }
    let block = page.blocks[index]
    guard let program = programs.first(where: { $0.contains(block.lines) }), run.insert(program.target).inserted else {
      return
    }
    (printed, place) = ("", 0)
    try carryOut(ShellLine(program.target), block)
  }

  /// Scripts and builds take too long here: they are only looked at.
  private mutating func carryOut(_ line: ShellLine, _ block: MarkdownPage.Block) throws {
    let isLong = line.commands.contains { ["swift", "scp"].contains($0[0]) || $0[0].hasPrefix("script/") }
    if isLong { return }
    let result = try playground.run(line.text)
    printed += result.output
    #expect(result.code == 0, "\(page), line \(block.number), '\(line.text)':\n\(result.errors)")
  }
}
