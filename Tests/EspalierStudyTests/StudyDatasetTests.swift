import EspalierData
import Foundation
import Testing

@testable import EspalierStudy

/// Data sets that the user registered, in studies.
@Suite struct StudyDatasetTests {
  private let folder: StudyFolder
  private var dataFolder: String { folder.path("data") }

  init() throws { folder = try StudyFolder() }

  /// Registers hourly rows with the columns `load`, `heat` and `wind`.
  private func register(
    _ name: String = "mine", features: [String]? = nil, reading: ReadOptions = ReadOptions(), rows: Int = 60
  ) throws {
    try DatasetRegistry.add(
      RegisteredDataset(
        file: write(rows: rows), name: name, target: "load", features: features, reading: reading),
      replacing: true, in: dataFolder)
  }

  @discardableResult
  private func write(rows: Int = 60) throws -> String {
    let lines = (0..<rows).map { "2020-01-0\($0 / 10 + 1) \($0 % 10 + 10):00,\($0 % 7),\($0 % 5),\($0 % 11)" }
    return try folder.write("t.csv", (["date,load,heat,wind"] + lines).joined(separator: "\n"))
  }

  private func plan(_ datasets: String) throws -> StudyPlan {
    let text = """
      { name: "own", datasets: \(datasets), models: "rnn", lookbacks: [3], seeds: 2, methods: ["none"],
        sizes: { hidden: 4 }, training: { epochs: 2 } }
      """
    return try SmallStudy.plan(text, dataFolder: dataFolder)
  }

  private func job(_ plan: StudyPlan) throws -> StudyJob {
    try StudyJob(plan, store: StudyStore.open(folder.path("own.sqlite")), environment: SmallStudy.environment)
  }

  @Test func aRegisteredFileIsADataSet() throws {
    try register()
    let plan = try plan("['mine', { name: 'warm', catalogue: 'mine', target: 'heat', unit: '°C' }]")
    #expect(try job(plan).run(threads: 1) == StudyJob.Outcome(finished: 4))
    let records = try StudyStore.open(folder.path("own.sqlite")).records()
    #expect(records.datasets.map(\.name) == ["mine", "warm"] && records.datasets.map(\.rows) == [60, 60])
    #expect(records.datasets.map(\.target) == ["load", "heat"])
    #expect(records.datasets.map(\.title) == ["registered by the user", "registered by the user"])
    let entry = try #require(try DatasetRegistry(folder: dataFolder).entry("mine"))
    #expect(plan.datasets[0].data.fingerprint == entry.sha256 && plan.datasets[0].data.reading == entry.reading)
    #expect(plan.datasets[0].data.features == ["heat", "wind"] && plan.datasets[0].data.season == 24)
    #expect(plan.datasets[1].data.features == ["load", "wind"])
  }

  @Test func aRegisteredFileThatChangedIsRefused() throws {
    try register()
    let before = try plan("'mine'")
    #expect(try job(before).run(threads: 1).finished == 2)
    let file = try write(rows: 61)
    let changed = try plan("'mine'")
    #expect(throws: CatalogueError.changedFile(name: "mine", path: file)) { try job(changed) }
    #expect(throws: CatalogueError.changedFile(name: "mine", path: file)) { try StudySurvey(changed, finished: []) }
    try register(rows: 61)
    let after = try plan("'mine'")
    #expect(Set(after.runs.map(\.key)).isDisjoint(with: before.runs.map(\.key)))
    #expect(try job(after).run(threads: 1).finished == 2)
  }

  @Test func keysKnowHowARegisteredFileIsReadAndNotItsName() throws {
    try register()
    let first = try plan("'mine'").runs.map(\.key)
    try register("other")
    #expect(try plan("'other'").runs.map(\.key) == first)
    try register("other", reading: ReadOptions(missingMarkers: ["3"]))
    #expect(try plan("'other'").runs.map(\.key) != first)
    try register("other", features: ["heat"])
    #expect(try plan("'other'").runs.map(\.key) != first)
  }

  /// Nothing is known of a file that is still to be downloaded but its hash: columns and season are left open.
  @Test func aFileThatIsStillElsewhereHasAKey() throws {
    let hash = String(repeating: "a", count: 64)
    try DatasetRegistry.add(
      RegisteredDataset(address: "http://host/f.csv", sha256: hash, name: "lab", target: "load"), in: dataFolder)
    let plan = try plan("'lab'")
    #expect(plan.datasets[0].data.fingerprint == hash)
    #expect(plan.datasets[0].data.features == nil && plan.datasets[0].data.season == nil)
    #expect(throws: CatalogueError.notFetched(name: "lab", path: folder.path("data/lab.csv"))) { try job(plan) }
  }

  @Test(arguments: [
    ("['synthetic', 'mint']", "line 1, column 40: datasets[1]: ", "\"mine\""),
    ("'synthetik'", "line 1, column 26: datasets: ", "\"synthetic\""),
    ("[{ name: 'x', catalogue: 'mint' }]", "line 1, column 51: datasets[0].catalogue: ", "\"mine\""),
    ("[{ name: 'mint', unit: 'kW' }]", "line 1, column 35: datasets[0].name: ", "\"mine\""),
  ])
  func anUnknownNameIsPlacedAndTheNearestIsNamed(datasets: String, place: String, nearest: String) throws {
    try register()
    let error = #expect(throws: JSON5Error.self) { try plan(datasets) }
    let sentence = try #require(error).description
    #expect(sentence.hasPrefix(place) && sentence.hasSuffix("the nearest name is \(nearest)."), "\(sentence)")
  }

  @Test func whatIsWrongWithTheRegistryIsPlaced() throws {
    try register()
    let path = folder.path("data/datasets.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try folder.write("data/datasets.json", text.replacing("\"mine\"", with: "\"synthetic\""))
    let both = #expect(throws: JSON5Error.self) { try plan("'synthetic'") }
    #expect(try #require(both).description.contains("is in the catalogue and in your \(path)"))
    try folder.write("data/datasets.json", "[]")
    let damaged = #expect(throws: JSON5Error.self) { try plan("'mine'") }
    #expect(try #require(damaged).description.contains("\(path) is no registry of data sets"))
    #expect(try plan("'synthetic'").runs.count == 2)
  }
}
