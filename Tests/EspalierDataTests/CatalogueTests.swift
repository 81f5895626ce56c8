import Foundation
import Testing

@testable import EspalierData

@Suite struct CatalogueTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ])
  func `hashes as FIPS 180-4's examples`(text: String, hash: String) {
    #expect(SHA256.hex(Array(text.utf8)) == hash)
  }

  @Test(arguments: [1, 63, 64, 65, 100, 128])
  func `hashes piece by piece as at once`(piece: Int) {
    let bytes = (0..<517).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for count in [0, 1, 55, 56, 63, 64, 65, 119, 120, 517] {
      var hash = SHA256()
      for start in stride(from: 0, to: count, by: piece) {
        bytes[start..<min(count, start + piece)].withUnsafeBufferPointer { hash.add($0) }
      }
      #expect(hash.hex() == SHA256.hex(Array(bytes[..<count])))
    }
  }

  @Test func `names are unique and complete`() throws {
    let names = DatasetCatalogue.all.map(\.name)
    #expect(Set(names).count == names.count)
    for name in [
      "air-quality", "bitcoin", "household-power", "sp500-index", "sp500-stocks", "ett-h1", "ett-m1", "weather",
      "synthetic",
    ] {
      #expect(try DatasetCatalogue.named(name, folder: nil).name == name)
    }
    for one in DatasetCatalogue.all {
      #expect(!one.features.contains(one.target))
      #expect(Set(one.drifting).isSubset(of: one.features))
      #expect(one.sha256.map { $0.count == 64 } ?? (one.fileName == nil))
    }
  }

  @Test func `errors say what to do`() throws {
    #expect(throws: CatalogueError.unknownName("bitcoins", nearest: "bitcoin")) {
      try DatasetCatalogue.named("bitcoins", folder: nil)
    }
    let folder = NSTemporaryDirectory() + "espalier-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: CatalogueError.self) { try DatasetCatalogue.load("bitcoin", folder: folder) }
    try Data("Date,Close\n2020-01-01,1\n".utf8).write(to: URL(fileURLWithPath: folder + "/bitcoin_yahoo.csv"))
    do {
      _ = try DatasetCatalogue.load("bitcoin", folder: folder)
      Issue.record("another file was taken for the catalogue's")
    } catch {
      #expect(error.description.hasSuffix("get that file, or use this one as a plain file by its path."))
    }
    #expect(throws: CatalogueError.self) { try DatasetCatalogue.load("bitcoin", folder: nil) }
  }

  @Test(arguments: [
    ("clsoe", "close"), ("Open", "open"), ("volum", "volume"),
  ])
  func `finds the nearest name`(asked: String, expected: String) {
    #expect(NearestName.of(asked, among: ["open", "close", "volume"]) == expected)
    #expect(NearestName.of("temperature", among: ["open", "close", "volume"]) == nil)
  }

  @Test(arguments: SyntheticSeries.allCases)
  func `generated tables depend on the seed alone`(series: SyntheticSeries) throws {
    let table = series.table(rows: 500, seed: 3)
    #expect(table.rowCount == 500)
    #expect(table.columnNames == series.table(rows: 0).columnNames)
    let longer = series.table(rows: 600, seed: 3)
    for column in table.columns {
      let start = try longer.column(column.name).values[..<500]
      #expect(zip(column.values, start).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
      #expect(column.values.allSatisfy { !$0.isInfinite })
    }
    #expect(try series.table(rows: 500, seed: 4).value(table.columnNames[0], 400) != table.columns[0].values[400])
  }

  @Test func `generated signals are there`() throws {
    let load = try SyntheticSeries.load.table(rows: 24 * 400).column("load").values
    let lag = load.indices.dropFirst(168)
    let weekly = lag.reduce(0.0) { $0 + abs(load[$1] - load[$1 - 168]) } / Double(lag.count)
    let shifted = lag.reduce(0.0) { $0 + abs(load[$1] - load[$1 - 156]) } / Double(lag.count)
    #expect(weekly * 2 < shifted)
    let close = try SyntheticSeries.financial.table(rows: 20_000).column("Close").values
    let returns = close.indices.dropFirst().map { log(close[$0] / close[$0 - 1]) }
    #expect(abs(Self.correlation(returns, lag: 1) - 0.2) < 0.05)
    #expect(Self.correlation(returns.map { $0 * $0 }, lag: 2) > 0.08)
    let air = SyntheticSeries.air.table(rows: 20_000)
    let missing = try air.missingCount("benzene")
    #expect(missing > 200 && missing < 700)
  }

  private static func correlation(_ values: [Double], lag: Int) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let product = values.indices.dropFirst(lag).reduce(0) { $0 + (values[$1] - mean) * (values[$1 - lag] - mean) }
    return product / variance
  }
}
