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

  private func start(store: String, output: Any = FileHandle.nullDevice) throws -> Process {
    let process = Process()
    process.executableURL = try Self.program
    process.arguments = [
      "study", "run", specification, "--store", bench.path(store), "--threads", "2", "--quiet", "--json",
    ]
    process.standardOutput = output
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

  /// The finished runs of a store.
  ///
  /// Killed before its tables were made, it is none yet; once it had runs, whatever keeps it from being read is an error.
  private func count(_ store: String, atLeast kept: Int = 0) throws -> Int {
    do {
      return try StudyStore.finishedKeys(bench.path(store)).count
    } catch let error as StoreError {
      switch error {
      case .outdated where kept == 0, .readOnly where kept == 0: return 0
      default: throw error
      }
    }
  }

  /// How long something takes: for choosing when to kill, never for a judgement.
  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let duration = try clock.measure(body)
    return Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }

  @Test func killedAtAnyMomentItLosesNothingThatWasFinished() throws {
    let total = try seconds { try finish(store: "whole.sqlite") }
    let start = try seconds { try finish(store: "whole.sqlite") }
    let whole = try results("whole.sqlite")
    #expect(whole[0].rows.count == 72)
    var kept = 0
    var partial = 0
    // Ten kills while a process starts and ten while it trains, which together take as long as the trainings.
    for number in 0..<20 {
      let place = Double(number + 1) / 20
      let isWorking = number % 2 == 1
      let process = try self.start(store: "killed.sqlite")
      usleep(UInt32(1e6 * (isWorking ? start + place * 0.18 * max(0, total - start) : place * start)))
      // However slow the machine is just now, the last one is killed when something is finished.
      while number == 19, process.isRunning, try count("killed.sqlite", atLeast: kept) == 0 { usleep(5000) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let now = try count("killed.sqlite", atLeast: kept)
      #expect(now >= kept)
      if now > 0, now < 72 { partial += 1 }
      kept = now
    }
    #expect(partial > 0, "never killed in the middle")
    try finish(store: "killed.sqlite")
    #expect(try results("killed.sqlite") == whole)
    #expect(try StudyStore.read(bench.path("killed.sqlite")).query("SELECT * FROM claim").rows.isEmpty)
  }

  @Test func twoProcessesShareTheWork() throws {
    try finish(store: "one.sqlite")
    let pipes = [Pipe(), Pipe()]
    let pair = try pipes.map { try start(store: "two.sqlite", output: $0) }
    var trained = 0
    for (process, pipe) in zip(pair, pipes) {
      let line = try JSONSerialization.jsonObject(with: pipe.fileHandleForReading.readDataToEndOfFile())
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      trained += try #require((line as? [String: Any])?["trained"] as? Int)
    }
    #expect(trained == 72, "nothing was done twice")
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
