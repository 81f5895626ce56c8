import EspalierTensor
import EspalierTraining
import Foundation
import Testing

/// The command as a process of its own, killed and interrupted while it trains.
@Suite struct CheckpointProcessTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// The command beside the tests.
  static var program: URL {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "espalier")
    }
  }

  private static let training = [
    "train", "synthetic", "--model", "lstm", "--hidden", "24", "--lookback", "12", "--epochs", "40", "--every", "7",
    "--patience", "40",
  ]

  private func start(_ words: [String], errors: Any = FileHandle.nullDevice) throws -> Process {
    let process = Process()
    process.executableURL = try Self.program
    process.arguments = words + ["--quiet", "--json"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    return process
  }

  private func start(model: String, checkpoint: String, errors: Any = FileHandle.nullDevice) throws -> Process {
    let path = bench.path(checkpoint)
    let isBegun = FileManager.default.fileExists(atPath: path)
    return try start(
      isBegun
        ? ["train", "--resume", path]
        : Self.training + ["--checkpoint", path, "--checkpoint-minutes", "0.0001", "--out", bench.path(model)],
      errors: errors)
  }

  private func finish(model: String, checkpoint: String) throws -> Data {
    let process = try start(model: model, checkpoint: checkpoint)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return try bench.bytes(model)
  }

  /// How long something takes: for choosing when to kill, never for a judgement.
  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let duration = try ContinuousClock().measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  @Test func killedAtRandomMomentsItEndsWithTheSameBits() throws {
    var whole = Data()
    let total = try seconds { whole = try finish(model: "whole", checkpoint: "c0") }
    var stream = RandomStream(seed: 11, purpose: .initialization)
    var steps: [Int] = []
    for _ in 0..<16 {
      let process = try start(model: "killed", checkpoint: "c")
      usleep(UInt32(1e6 * total * 0.2 * stream.nextUniform()))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      guard FileManager.default.fileExists(atPath: bench.path("c")) else { continue }
      // Whatever the moment was, what lies there is whole.
      let progress = try TrainingCheckpoint(path: bench.path("c")).progress
      steps.append(progress.epoch * 1000 + progress.batch)
    }
    #expect(steps == steps.sorted())
    #expect(Set(steps.filter { $0 < 40_000 }).count > 1, "never killed in the middle: \(steps)")
    #expect(try finish(model: "killed", checkpoint: "c") == whole)
  }

  @Test func interruptedItLeavesACheckpoint() throws {
    let pipe = Pipe()
    let process = try start(model: "m", checkpoint: "c", errors: pipe)
    while process.isRunning, !FileManager.default.fileExists(atPath: bench.path("c")) { usleep(2000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(bench.names == ["c"])
    #expect(try finish(model: "m", checkpoint: "c") == finish(model: "whole", checkpoint: "c0"))
  }
}
