import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierData

@Suite struct DatasetRegistryTests {
  private let folder = TemporaryFolder()
  private static let lines = (0..<40).map { "2024-01-\(10 + $0 % 20) \($0 / 20 + 10):00,\($0),\($0 % 7),note" }
  private let text = (["time,load,heat,remark"] + lines).joined(separator: "\n")

  private func entry(_ name: String = "mine", features: [String]? = nil) throws -> RegisteredDataset {
    try RegisteredDataset(
      file: folder.write("my file.csv", Array(text.utf8)), name: name, target: "load", features: features)
  }

  private func registry() throws -> DatasetRegistry { try DatasetRegistry(folder: folder.path("")) }

  @Test func aFolderWithoutARegistryHasNoEntries() throws {
    #expect(try registry().entries.isEmpty)
    #expect(try DatasetRegistry(folder: "/does/not/exist").entries.isEmpty)
  }

  @Test func whatIsAddedIsThere() throws {
    var one = try entry()
    #expect(one.rows == 40 && one.features == ["heat"] && one.size == text.utf8.count)
    #expect(one.path == folder.path("my file.csv") && one.sha256 == SHA256.hex(Array(text.utf8)))
    (one.licence, one.source, one.drifting, one.season) = ("CC0", "me", ["heat"], 5)
    try DatasetRegistry.add(one, in: folder.path(""))
    #expect(try registry().entries == [one])
    let dataset = try DatasetCatalogue.load("mine", folder: folder.path(""))
    #expect(dataset.table.columnNames == ["load", "heat"] && dataset.table.rowCount == 40)
    #expect(dataset.description.season == 5 && dataset.description.drifting == ["heat"])
    #expect(dataset.description.state(in: nil, verifying: true) == .verified)
    let source = try DataSource(resolving: "mine", folder: folder.path(""))
    #expect(source.kind == .named)
    #expect(try source.load().drifting == ["heat"])
    #expect(try DatasetCatalogue.all(in: folder.path("")).map(\.name).last == "mine")
    #expect(try DatasetRegistry.remove("mine", in: folder.path("")) == one)
    #expect(try registry().entries.isEmpty)
  }

  @Test func readingOptionsAreKept() throws {
    let text = self.text.replacingOccurrences(of: ",", with: ";").replacingOccurrences(of: ";3;", with: ";gone;")
    let file = try folder.write("s.csv", Array(text.utf8))
    #expect(throws: ReadError.self) { try RegisteredDataset(file: file, name: "s", target: "load") }
    let reading = ReadOptions(excluded: ["heat"], missingMarkers: ["gone"], separator: ";")
    try DatasetRegistry.add(
      RegisteredDataset(file: file, name: "s", target: "load", reading: reading), in: folder.path(""))
    let table = try DatasetCatalogue.load("s", folder: folder.path("")).table
    #expect(table.columnNames == ["load"])
    #expect(try table.missingCount("load") == 1)
  }

  @Test(arguments: ["", "a b", "a/b", "../x", "-x", "x.csv", "ä", String(repeating: "n", count: 65)])
  func namesAreChecked(name: String) throws {
    #expect(throws: RegistryError.badName(name)) { try entry(name) }
    #expect(throws: RegistryError.badName(name)) {
      try RegisteredDataset(
        address: "http://h/f", sha256: String(repeating: "0", count: 64), name: name, target: "load")
    }
  }

  @Test func clashesAreRefused() throws {
    let path = folder.path("")
    try DatasetRegistry.add(entry("mine"), in: path)
    #expect(throws: RegistryError.taken("mine")) { try DatasetRegistry.add(entry("MINE"), in: path) }
    #expect(throws: RegistryError.inCatalogue("bitcoin")) {
      try DatasetRegistry.add(entry("Bitcoin"), replacing: true, in: path)
    }
    try DatasetRegistry.add(entry("mine", features: ["heat"]), replacing: true, in: path)
    #expect(try registry().entries.count == 1)
    let hash = String(repeating: "0", count: 64)
    for (name, file) in [("datasets", "datasets.json"), ("air_quality", "air_quality.csv"), ("etth1", "etth1.csv")] {
      let address = "http://h/x.\(file.split(separator: ".")[1])"
      let entry = try RegisteredDataset(address: address, sha256: hash, name: name, target: "load")
      #expect(throws: RegistryError.fileTaken(name: name, file: file)) { try DatasetRegistry.add(entry, in: path) }
    }
    var drifting = try entry("other")
    drifting.drifting = ["wind"]
    #expect(throws: RegistryError.noFeature("wind")) { try DatasetRegistry.add(drifting, in: path) }
    #expect(throws: RegistryError.unknown("min", nearest: "mine")) { try DatasetRegistry.remove("min", in: path) }
    #expect(throws: RegistryError.inCatalogue("bitcoin")) { try DatasetRegistry.remove("bitcoin", in: path) }
  }

  /// A later catalogue may take a name that a user has.
  @Test func aNameOfBothIsNobodys() throws {
    try DatasetRegistry.add(entry("mine"), in: folder.path(""))
    let text = String(decoding: try folder.bytes("datasets.json"), as: UTF8.self)
    try folder.write("datasets.json", Array(text.replacingOccurrences(of: "\"mine\"", with: "\"synthetic\"").utf8))
    #expect(
      throws: CatalogueError.ambiguous(name: "synthetic", registry: folder.path("datasets.json"))
    ) { try DatasetCatalogue.load("synthetic", folder: folder.path("")) }
    try DatasetRegistry.remove("synthetic", in: folder.path(""))
    #expect(try DatasetCatalogue.load("synthetic", folder: folder.path("")).table.rowCount == 2400)
  }

  @Test func changedAndMovedFilesAreRefused() throws {
    try DatasetRegistry.add(entry(), in: folder.path(""))
    let file = try folder.write("my file.csv", Array(text.replacingOccurrences(of: "note", with: "nota").utf8))
    #expect(throws: CatalogueError.changedFile(name: "mine", path: file)) {
      try DatasetCatalogue.load("mine", folder: folder.path(""))
    }
    let description = try DatasetCatalogue.named("mine", folder: folder.path(""))
    #expect(description.state(in: nil, verifying: false) == .present)
    #expect(description.state(in: nil, verifying: true) == .different)
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: CatalogueError.movedFile(name: "mine", path: file)) {
      try DatasetCatalogue.load("mine", folder: folder.path(""))
    }
  }

  @Test func aDownloadedFileIsCompletedByItsRows() throws {
    let bytes = Array(text.utf8)
    let server = try LoopbackServer(ServedFile(bytes).reply)
    let path = folder.path("")
    try DatasetRegistry.add(
      RegisteredDataset(
        address: server.address("/x.txt"), sha256: SHA256.hex(bytes), size: bytes.count, name: "lab", target: "load"),
      in: path)
    #expect(throws: CatalogueError.notFetched(name: "lab", path: folder.path("lab.txt"))) {
      try DatasetCatalogue.load("lab", folder: path)
    }
    let description = try DatasetCatalogue.named("lab", folder: path)
    #expect(description.features.isEmpty && description.rows == nil)
    #expect(description.state(in: path, verifying: false) == .absent)
    let download = try #require(try description.download(to: path))
    #expect(try download.run() == .fetched(bytes: bytes.count, resumed: 0))
    #expect(description.state(in: path, verifying: true) == .verified)
    let dataset = try DatasetCatalogue.load("lab", folder: path)
    #expect(dataset.description.features == ["heat"] && dataset.description.season == 24)
    try folder.write("lab.txt", bytes.dropLast())
    #expect(description.state(in: path, verifying: false) == .different)
  }

  @Test(arguments: [
    ("", "no JSON object"), ("[]", "no JSON object"), (#"{"format": 1}"#, "the form of format 1"),
    (#"{"format": 0, "datasets": []}"#, "the form of format 0"),
  ])
  func damagedFilesAreRefused(text: String, words: String) throws {
    try folder.write("datasets.json", Array(text.utf8))
    #expect { try registry() } throws: { "\($0)".contains(words) && "\($0)".contains("correct it or move it away") }
    #expect(throws: RegistryError.self) { try DatasetRegistry.add(entry(), in: folder.path("")) }
    #expect(try folder.bytes("datasets.json") == Array(text.utf8))
    #expect(try DatasetCatalogue.load("synthetic", folder: folder.path("")).table.rowCount == 2400)
  }

  @Test(arguments: [
    ("\"name\" : \"mine\"", "\"name\" : \"a/b\"", "is no name"),
    ("\"season\" : 1", "\"season\" : 0", "season outside"),
    ("\"size\" : ", "\"size\" : -", "negative size"),
    ("\"path\" : \"/", "\"path\" : \"", "not absolute"),
    ("\"path\"", "\"elsewhere\"", "not one of path and address"),
    ("\"sha256\" : \"", "\"sha256\" : \"z", "64 hexadecimal digits"),
  ])
  func entriesWrittenByHandAreChecked(old: String, new: String, words: String) throws {
    var one = try entry()
    one.season = 1
    try DatasetRegistry.add(one, in: folder.path(""))
    let text = String(decoding: try folder.bytes("datasets.json"), as: UTF8.self)
    #expect(text.contains(old))
    try folder.write("datasets.json", Array(text.replacingOccurrences(of: old, with: new).utf8))
    #expect { try registry() } throws: { "\($0)".contains(words) }
  }

  @Test func manyWritersLoseNothing() throws {
    let entry = try entry()
    let path = folder.path("")
    let failures = Log<String>()
    DispatchQueue.concurrentPerform(iterations: 24) { index in
      var entry = entry
      entry.name = "n\(index)"
      do { try DatasetRegistry.add(entry, in: path) } catch { failures.add("\(error)") }
    }
    #expect(failures.all.isEmpty)
    #expect(Set(try registry().entries.map(\.name)) == Set((0..<24).map { "n\($0)" }))
    #expect(folder.names() == ["datasets.json", "datasets.json.lock", "my file.csv"])
  }
}
