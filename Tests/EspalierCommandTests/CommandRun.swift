import EspalierCommand
import Foundation

/// A folder of its own for a test, with small made-up files, and the real program run on them.
final class Workbench: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path(percentEncoded: false) }

  /// Writes a file and returns its path.
  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: folder.appending(path: name))
    return path(name)
  }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

  /// What lies in the folder, so that a test sees when something half is left there.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(""))) ?? []).sorted()
  }

  /// Days from 2020-01-01 as lines of `date,load,heat`; a change may replace lines.
  static func lines(_ rows: Int = 60, change: (Int, String) -> String = { $1 }) -> [String] {
    ["date,load,heat"]
      + (0..<rows).map { row in
        let date = Date(timeIntervalSince1970: 1_577_836_800 + 86_400 * Double(row)).formatted(.iso8601)
        let load = 10 + 3 * sin(Double(row) / 3) + Double(row % 7)
        return change(row, "\(date.prefix(10)),\(load),\(5 + cos(Double(row) / 3))")
      }
  }

  /// Writes such lines and returns the file's path.
  func table(_ name: String = "t.csv", rows: Int = 60, change: (Int, String) -> String = { $1 }) throws -> String {
    try write(name, Self.lines(rows, change: change).joined(separator: "\n") + "\n")
  }

  /// Words for a training that takes no time.
  static let quick = [
    "--target", "load", "--model", "rnn", "--lookback", "3", "--hidden", "4", "--epochs", "3", "--batch", "16",
    "--warmup", "0",
  ]

  struct Outcome: Equatable {
    let code: Int32
    let output: String
    let errors: String
  }

  /// Runs the program and returns everything that can be seen of it.
  func run(
    _ words: [String], isErrorTerminal: Bool = false, environment: [String: String] = [:],
    cancellation: CancellationFlag = CancellationFlag(), recorder: Recorder = Recorder()
  ) -> Outcome {
    let code = Program(EspalierProgram.root, version: "test").run(
      words, console: recorder.console(isErrorTerminal: isErrorTerminal), environment: environment,
      cancellation: cancellation)
    return Outcome(code: code, output: recorder.output, errors: recorder.errors)
  }

  /// Trains on a file; words that stand later win over the quick ones by replacing them.
  func train(_ file: String, _ more: [String] = [], without: [String] = []) -> Outcome {
    var words = Self.quick
    for name in without + more.filter({ $0.hasPrefix("--") }) {
      if let place = words.firstIndex(of: name) { words.removeSubrange(place...place + 1) }
    }
    return run(["train", file] + words + more)
  }
}
