import Foundation
import Testing

/// Every sample for readers is known to a test: programs are compiled and run, lines of the shell read by the command.
@Suite struct SampleTests {
  /// Other languages would be samples that nothing checks.
  private static let languages: Set = ["swift", "sh", "text", "json5"]

  @Test func everySampleHasALanguageThatIsChecked() throws {
    let pages = try MarkdownPage.all()
    #expect(pages.contains { $0.isInCatalogue } && pages.contains { $0.path == "README.md" })
    for page in try pages + MarkdownPage.comments() {
      for block in page.blocks {
        #expect(Self.languages.contains(block.language), "\(page), line \(block.number): ```\(block.language)")
      }
    }
  }

  @Test func everySwiftSampleStandsInAnExample() throws {
    let programs = try ExampleProgram.all()
    for page in try MarkdownPage.all() + MarkdownPage.comments() {
      for block in page.blocks where block.language == "swift" {
        #expect(
          programs.contains { $0.contains(block.lines) },
          "\(page), line \(block.number): no program under Examples has these lines.")
      }
    }
  }

  @Test func everyDataSampleIsAFileOfTheExamples() throws {
    let files = try ExampleProgram.dataFiles()
    for page in try MarkdownPage.all() {
      for block in page.blocks where block.language == "json5" {
        let texts = try files.filter { $0.pathExtension == block.language }.map { file in
          try String(contentsOf: file, encoding: .utf8)
        }
        #expect(
          texts.contains { ("\n" + $0).contains("\n" + block.text) },
          "\(page), line \(block.number): no file under Examples has these lines.")
      }
    }
  }

  @Test func everyShellSampleCanBeCarriedOut() throws {
    var count = 0
    for page in try MarkdownPage.all() {
      for block in page.blocks where block.language == "sh" {
        for line in try ShellLine.lines(of: block.lines) {
          for words in line.commands {
            count += 1
            let fault = CommandRule.fault(of: words)
            #expect(fault == nil, "\(page), line \(block.number), '\(line.text)': \(fault ?? "")")
          }
        }
      }
    }
    #expect(count > 40)
  }

  @Test func everyCommandWithinASentenceExists() throws {
    var count = 0
    for page in try MarkdownPage.all() {
      for span in page.spans where span.hasPrefix("espalier ") || span.contains("/espalier ") {
        count += 1
        let fault = CommandRule.fault(ofMention: span)
        #expect(fault == nil, "\(page), '\(span)': \(fault ?? "")")
      }
    }
    #expect(count > 20)
  }

  @Test(arguments: [
    ("espalier train a.csv --target b # why", [["espalier", "train", "a.csv", "--target", "b"]]),
    ("A=1 B=2 script/bench --x", [["script/bench", "--x"]]),
    ("espalier demo --json > out.txt && head 'out txt'", [["espalier", "demo", "--json"], ["head", "out txt"]]),
    ("espalier sql s --where \"a=b c\" | head -3", [["espalier", "sql", "s", "--where", "a=b c"], ["head", "-3"]]),
    ("# nothing", []),
  ])
  func shellLinesAreRead(line: String, commands: [[String]]) throws {
    #expect(try ShellLine(line).commands == commands)
  }

  @Test(arguments: ["for x in a; do", "espalier $(ls)", "espalier 'a", "espalier train $FILE"])
  func otherShellIsRefused(line: String) {
    #expect(throws: ShellLine.SyntaxError.self) { try ShellLine(line) }
  }

  @Test(arguments: [
    ["espalier", "train", "a.csv", "--targt", "b"], ["espalier", "grow"], ["espalier", "study"],
    ["espalier", "predict"], ["script/nothing"], ["script/setup", "--all"], ["script/bench", "--thread", "1"],
    ["curl", "x"], ["python3", "Tests/nothing.py"], ["swift", "run", "nothing"],
  ])
  func faultsAreFound(words: [String]) {
    #expect(CommandRule.fault(of: words) != nil)
  }

  @Test func blocksAreReadWithinLists() {
    let page = MarkdownPage(path: "a.md", text: "1. One\n\n   ```sh\n   ls\n     b\n   ```\n\n```text\nopen `x`\n")
    #expect(page.blocks.map(\.language) == ["sh", "text"])
    #expect(page.blocks.map(\.lines) == [["ls", "  b"], ["open `x`", ""]])
    #expect(page.blocks.map(\.number) == [3, 8])
  }
}
