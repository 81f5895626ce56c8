import EspalierTestSupport
import EspalierTraining
import Foundation

@testable import EspalierStudy

/// A folder of its own for a test.
final class StudyFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "study-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: url.appending(path: name))
    return path(name)
  }
}

/// Studies that take no time.
enum SmallStudy {
  static let environment = StudyEnvironment(
    id: 0, version: "test", simdTarget: "one", system: "here", processor: "small")

  static func text(_ more: String = "", seeds: Int = 2, name: String = "small") -> String {
    """
    {
      name: "\(name)", datasets: ["synthetic"], models: ["rnn"], lookbacks: [3, 5], seeds: \(seeds),
      methods: ["none", "mc-dropout", "synaptic-pruning"], sizes: { hidden: 4 },
      training: { epochs: 4, batchSize: 256 }, \(more)
    }
    """
  }

  static func plan(_ text: String, dataFolder: String = "nowhere") throws -> StudyPlan {
    let specification = try StudySpecification.read(Data(text.utf8), dataFolder: dataFolder)
    return try StudyPlan(specification, dataFolder: dataFolder, folder: "nowhere")
  }

  /// Runs a study into a store and returns that.
  @discardableResult
  static func run(
    _ text: String, into path: String, threads: Int = 1, part: (StudyPlan) throws -> [Int]? = { _ in nil },
    environment: StudyEnvironment = environment, retriesFailed: Bool = false
  ) throws -> (store: StudyStore, outcome: StudyJob.Outcome) {
    let plan = try plan(text)
    let store = try StudyStore.open(path)
    let job = try StudyJob(
      plan, store: store, environment: environment, part: try part(plan), retriesFailed: retriesFailed)
    return (store, try job.run(threads: threads))
  }

  /// Everything that a store's runs came to, but for times, in an order that does not depend on when they finished.
  static func numbers(_ store: StudyStore) throws -> [StudyTable] {
    let measured = ["seconds", "training_seconds", "mask_seconds", "environment", "id"]
    let columns = try store.query("SELECT * FROM run").columns.filter { !measured.contains($0) }
    return try [
      "SELECT \(columns.joined(separator: ", ")) FROM run ORDER BY key",
      "SELECT run.key, epoch.* FROM epoch JOIN run ON run.id = epoch.run ORDER BY run.key, epoch.epoch",
      "SELECT run.key, layer.* FROM layer JOIN run ON run.id = layer.run ORDER BY run.key, position",
      "SELECT run.key, hex(forecasts), hex(prediction.spread) FROM prediction JOIN run ON run.id = run ORDER BY run.key",
      "SELECT task.key, hex(times), hex(truths), hex(last_values) FROM truth JOIN task ON id = task ORDER BY task.key",
      "SELECT task.key, naive.* FROM naive JOIN task ON id = task ORDER BY task.key, forecast",
    ].map { sql in
      let table = try store.query(sql)
      let kept = table.columns.indices.filter { !["run", "task"].contains(table.columns[$0]) }
      return StudyTable(columns: kept.map { table.columns[$0] }, rows: table.rows.map { row in kept.map { row[$0] } })
    }
  }
}
