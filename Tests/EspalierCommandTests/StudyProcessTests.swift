import EspalierStudy
import Foundation
import Testing

/// The command as a process of its own: killed, interrupted, and twice at once.
@Suite struct StudyProcessTests {
  private let bench: Workbench
  private let specification: String

  init() throws {
    bench = try Workbench()
    specification = try bench.write("s.json5", Self.study)
  }

  private static let study = """
    {
      name: "killed", datasets: ["synthetic"], models: ["rnn", "patchtst"], lookbacks: [12, 24], seeds: 6,
      methods: ["none", "dropout", "synaptic-pruning"], sizes: { hidden: 16, feedForward: 32 },
      training: { epochs: 4 },
    }
    """

  /// The command beside the tests.
  private static var program: URL {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(fileURLWithPath: tests).deletingLastPathComponent().appending(path: "espalier")
    }
  }

  private func start(store: String) throws -> Process {
    let process = Process()
    process.executableURL = try Self.program
    process.arguments = [
      "study", "run", specification, "--store", bench.path(store), "--threads", "2", "--quiet",
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func finish(store: String) throws {
    let process = try start(store: store)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// The runs' results bit by bit.
  private func results(_ store: String) throws -> [StudyTable] {
    let store = try StudyStore.read(bench.path(store))
    return try [
      "SELECT key, count, mae, rmse, mase, smape, r2, validation_loss, sparsity, memory_bytes FROM run ORDER BY key",
      "SELECT key, epoch, training_loss, epoch.validation_loss FROM epoch JOIN run ON id = run ORDER BY key, epoch",
      "SELECT key, hex(forecasts) FROM prediction JOIN run ON id = run ORDER BY key",
    ].map { try store.query($0) }
  }

  private func count(_ store: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: bench.path(store)) else { return 0 }
    // Killed before the tables were made, it is no store yet.
    return (try? StudyStore.finishedKeys(bench.path(store)).count) ?? 0
  }

  @Test func killedAtAnyMomentItLosesNothingThatWasFinished() throws {
    try finish(store: "whole.sqlite")
    let whole = try results("whole.sqlite")
    #expect(whole[0].rows.count == 72)
    var kept = 0
    for _ in 0..<5 {
      let process = try start(store: "killed.sqlite")
      usleep(UInt32.random(in: 20_000...300_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let now = try count("killed.sqlite")
      #expect(now >= kept)
      kept = now
    }
    try finish(store: "killed.sqlite")
    #expect(try results("killed.sqlite") == whole)
    #expect(try StudyStore.read(bench.path("killed.sqlite")).query("SELECT * FROM claim").rows.isEmpty)
  }

  @Test func twoProcessesShareTheWork() throws {
    try finish(store: "one.sqlite")
    let pair = try [start(store: "two.sqlite"), start(store: "two.sqlite")]
    for process in pair {
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    #expect(try results("two.sqlite") == results("one.sqlite"))
  }

  @Test func anInterruptionGivesRunsBackAndEndsWith130() throws {
    let process = try start(store: "s.sqlite")
    // Waits until it is at work, so that the signal meets a training.
    while process.isRunning, try count("s.sqlite") == 0 { usleep(5000) }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let store = try StudyStore.read(bench.path("s.sqlite"))
    #expect(try store.query("SELECT * FROM claim").rows.isEmpty)
    let done = try count("s.sqlite")
    #expect(done > 0 && done < 72)
  }
}
