import Foundation
import Testing

/// The examples that no tutorial runs do what they say.
@Suite struct ExampleTests {
  private static let examples: [(target: String, output: [String])] = [
    (
      "example-forecast",
      [
        "half of the weights are gone: true", "better than the last value: true",
        "the file forecasts the same: true",
      ]
    ),
    (
      "example-samples",
      [
        "[2.0, 1.2, 2.8] 0.0168 1.4823 [[1, 0], [0, 2]]", "0.125 0.8667", "covered: 0.9486",
        "the next value lies between 99.15 and 115.21", "4.887 false",
      ]
    ),
    (
      "example-async-forecast",
      [
        "epoch 1: 0 % of the weights are gone", "…", "100 windows more: true", "the same scores: true",
      ]
    ),
  ]

  @Test(arguments: examples)
  func exampleRuns(target: String, output: [String]) throws {
    let result = try Playground().run(target)
    #expect(result.code == 0, "\(result.errors)")
    var start = 0
    #expect(OutputPattern(output).missing(in: result.output, from: &start) == nil, "\(result.output)")
  }

  /// Every program under `Examples` is built, and run by a test: by this suite or with a tutorial.
  @Test func everyExampleIsRun() throws {
    let programs = try ExampleProgram.all()
    let folders = try FileManager.default.contentsOfDirectory(atPath: Repository.root.appending(path: "Examples").path)
    #expect(Set(programs.map(\.folder)) == Set(folders.map { "Examples/" + $0 }))
    let tutorials = try MarkdownPage.all().filter(\.isInCatalogue).flatMap(\.blocks).filter { $0.language == "swift" }
    for program in programs {
      #expect(
        Self.examples.contains { $0.target == program.target } || tutorials.contains { program.contains($0.lines) },
        "\(program) is run by no test.")
    }
  }

  /// The README's library sample is a whole example, letter by letter.
  @Test func readmeShowsTheForecastExample() throws {
    let readme = try String(contentsOf: Repository.root.appending(path: "README.md"), encoding: .utf8)
    let example = try String(
      contentsOf: Repository.root.appending(path: "Examples/Forecast/main.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(example)```"))
  }
}
