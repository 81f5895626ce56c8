import EspalierTestSupport
import Foundation
import Synchronization

@testable import EspalierData

/// The real data, where they are there.
enum RealData {
  static let folder = RealDataFolder.path

  static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func path(_ file: String) -> String { "\(folder)/\(file)" }

  static func has(_ file: String) -> Bool { RealDataFolder.has(file) }

  /// Whether every file that the tests know is there.
  static let isComplete = [
    "air_quality.csv", "bitcoin_yahoo.csv", "bitcoin_coinmarketcap.csv", "household_power_hourly.csv",
    "sp500_index.csv",
    "sp500_stocks.csv", "ETTh1.csv", "ETTm1.csv", "weather.csv",
  ].allSatisfy(has)
}

/// Runs a body with the path of a temporary file that is removed afterwards.
func withTemporaryFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
  let path = NSTemporaryDirectory() + "espalier-\(UUID().uuidString).csv"
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// Reads a text as a file.
func read(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> SeriesTable {
  try withTemporaryFile(Array(text.utf8)) { try DelimitedReader.read($0, options: options) }
}

/// The error of reading bytes as a file called `FILE`, or nil when they are read.
func readError(_ bytes: [UInt8], _ options: ReadOptions = ReadOptions()) throws -> String? {
  try withTemporaryFile(bytes) { path in
    do {
      _ = try DelimitedReader.read(path, options: options)
      return nil
    } catch let error as ReadError {
      return error.description.replacingOccurrences(of: path, with: "FILE")
    }
  }
}

func readError(_ text: String, _ options: ReadOptions = ReadOptions()) throws -> String? {
  try readError(Array(text.utf8), options)
}

/// A single hourly series.
func hourlyTable(_ columns: [(String, [Double])]) throws -> SeriesTable {
  try SeriesTable(
    times: columns[0].1.indices.map { Int64($0) * 3_600_000 },
    columns: columns.map { NumericColumn(name: $0.0, values: $0.1) })
}

/// Numbers without a pattern that a test could mistake for a rule, in -1...1.
func scrambled(_ count: Int, _ seed: Int = 0) -> [Double] {
  (0..<count).map { sin(Double($0 * $0 % 1009 + 31 * seed) * 1.7 + Double(seed)) }
}

extension SeriesTable {
  func value(_ name: String, _ row: Int) throws -> Double { try column(name).values[row] }
}

extension PreparedData {
  /// A batch as `fill` writes it.
  func batch(_ windows: [Window], lanes: Int? = nil) -> (inputs: [Float], targets: [Float]) {
    let (inputs, targets, _) = batchWithUnits(windows, lanes: lanes ?? windows.count)
    return (inputs, targets)
  }

  /// A batch as `fill` writes it, with the units of its targets.
  func batchWithUnits(_ windows: [Window], lanes: Int) -> (inputs: [Float], targets: [Float], units: [Float]) {
    var inputs = [Float](repeating: .nan, count: lookback * inputCount * lanes)
    var targets = [Float](repeating: .nan, count: horizon * lanes)
    var units = [Float](repeating: .nan, count: lanes)
    inputs.withUnsafeMutableBufferPointer { inputs in
      targets.withUnsafeMutableBufferPointer { targets in
        units.withUnsafeMutableBufferPointer { units in
          if let i = inputs.baseAddress, let t = targets.baseAddress {
            fill(windows: windows[...], lanes: lanes, inputs: i, targets: t, units: units.baseAddress)
          }
        }
      }
    }
    return (inputs, targets, units)
  }
}

/// A folder that goes with its owner.
final class TemporaryFolder: Sendable {
  let url = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID().uuidString)")

  init() { try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url.appending(path: name))) }

  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let file = url.appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return path(name)
  }

  /// What lies in a folder below.
  func names(_ folder: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []).sorted()
  }
}

/// Counts from 0, from any thread.
final class Counter: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock { count in
      defer { count += 1 }
      return count
    }
  }
}

/// Keeps what it is given.
final class Log<Item: Sendable>: Sendable {
  private let items = Mutex([Item]())

  var all: [Item] { items.withLock { $0 } }

  @Sendable func add(_ item: Item) { items.withLock { $0.append(item) } }
}
