import Foundation
import Testing

/// The examples and the README's samples do what they say.
@Suite struct ExampleTests {
  @Test(arguments: [
    (
      "example-custom-training-loop",
      ["Kept 8 of 64 weights: [0, 8, 16, 24, 32, 40, 48, 56]", "All of them matter: true"]
    ),
    ("example-custom-model", ["Loss fell to less than a tenth: true"]),
    (
      "example-forecast",
      [
        "half of the weights are gone: true", "better than the last value: true",
        "the file forecasts the same: true",
      ]
    ),
    ("example-async-forecast", ["epoch 1: 0 % of the weights are gone"]),
  ])
  func exampleRuns(name: String, firstLines: [String]) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("example-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = try Self.products.appendingPathComponent(name)
    process.currentDirectoryURL = folder
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(Array(text.split(separator: "\n").map(String.init).prefix(firstLines.count)) == firstLines)
  }

  /// The README's library sample is an example that is compiled and run, letter by letter.
  @Test func readmeShowsTheForecastExample() throws {
    let readme = try String(contentsOf: Repository.root.appendingPathComponent("README.md"), encoding: .utf8)
    let example = try String(
      contentsOf: Repository.root.appendingPathComponent("Examples/Forecast/main.swift"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(example)```"))
  }

  /// The folder that the tests and the examples were built into.
  private static var products: URL {
    get throws {
      let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(fileURLWithPath: program).deletingLastPathComponent()
    }
  }
}
