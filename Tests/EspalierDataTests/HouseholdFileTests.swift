import Foundation
import Testing

@testable import EspalierData

/// Writes a file in the form of the original household power file: minutes from 16/12/2006 17:24, `;`, missing `?`,
/// days and months without a leading zero, an empty last field in missing rows.
enum HouseholdFile {
  static let fullRows = 2_075_259
  static let firstTime: Int64 = 1_166_289_840_000
  static let columns = [
    "Global_active_power", "Global_reactive_power", "Voltage", "Global_intensity", "Sub_metering_1", "Sub_metering_2",
    "Sub_metering_3",
  ]

  static func isMissing(_ row: Int) -> Bool { row % 80 == 79 }

  /// Thousandths of a column's unit in a row.
  static func thousandths(_ row: Int, _ column: Int) -> Int {
    let mixed = (row &* 2_654_435_761 &+ column &* 40_503) & 0xFFFF
    switch column {
    case 0: return 76 + mixed % 11_000
    case 1: return mixed % 1390
    case 2: return 223_200 + mixed % 31_000
    case 3: return 200 + mixed % 48_000
    default: return mixed % (column == 6 ? 32 : 81) * 1000
    }
  }

  static func write(rows: Int, to path: String) throws {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var buffer = Array(("Date;Time;" + columns.joined(separator: ";") + "\n").utf8)
    buffer.reserveCapacity(1 << 21)
    for row in 0..<rows {
      appendTime(firstTime + Int64(row) * 60_000, to: &buffer)
      if isMissing(row) {
        buffer.append(contentsOf: "?;?;?;?;?;?;".utf8)
      } else {
        for column in 0..<7 {
          let value = thousandths(row, column)
          append(value / 1000, to: &buffer)
          buffer.append(0x2E)
          for digit in [value / 100 % 10, value / 10 % 10, value % 10] { buffer.append(0x30 + UInt8(digit)) }
          buffer.append(column == 6 ? 0x0A : 0x3B)
        }
      }
      if isMissing(row) { buffer.append(0x0A) }
      if buffer.count > 1 << 20 {
        try file.write(contentsOf: buffer)
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try file.write(contentsOf: buffer)
  }

  private static func appendTime(_ time: Int64, to buffer: inout [UInt8]) {
    let (days, rest) = CivilTime.split(time)
    let date = CivilTime.date(days: days)
    for part in [date.day, date.month] {
      append(part, to: &buffer)
      buffer.append(0x2F)
    }
    append(date.year, to: &buffer)
    buffer.append(0x3B)
    for (index, part) in [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].enumerated() {
      buffer.append(0x30 + UInt8(part / 10))
      buffer.append(0x30 + UInt8(part % 10))
      buffer.append(index == 2 ? 0x3B : 0x3A)
    }
  }

  private static func append(_ value: Int, to buffer: inout [UInt8]) {
    if value >= 10 { append(value / 10, to: &buffer) }
    buffer.append(0x30 + UInt8(value % 10))
  }
}

/// The largest resident memory of this process so far, in bytes.
func peakMemory() -> Int {
  var usage = rusage()
  getrusage(0, &usage)
  #if os(Linux)
    return usage.ru_maxrss * 1024
  #else
    return usage.ru_maxrss
  #endif
}

@Suite(.serialized) struct HouseholdFileTests {
  private func withFile(rows: Int, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "espalier-household-\(UUID().uuidString).txt"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try HouseholdFile.write(rows: rows, to: path)
    try body(path)
  }

  @Test func `every cell of a shorter file comes back`() throws {
    try withFile(rows: 5000) { path in
      let table = try DelimitedReader.read(path)
      #expect(table.columnNames == HouseholdFile.columns)
      #expect(table.rowCount == 5000)
      #expect(table.times[0] == HouseholdFile.firstTime)
      #expect(table.inferredStep == 60_000)
      #expect(table.irregularSteps == 0)
      for (index, column) in table.columns.enumerated() {
        let agrees = column.values.indices.allSatisfy { row in
          HouseholdFile.isMissing(row)
            ? column.values[row].isNaN
            : column.values[row] == Double(HouseholdFile.thousandths(row, index)) / 1000
        }
        #expect(agrees, "\(column.name)")
      }
    }
  }

  @Test func `two million rows are read within the memory that is promised`() throws {
    try withFile(rows: HouseholdFile.fullRows) { path in
      let clock = ContinuousClock()
      var table: SeriesTable?
      let duration = try clock.measure { table = try DelimitedReader.read(path) }
      #expect(table?.rowCount == HouseholdFile.fullRows)
      #expect(try table?.missingCount("Voltage") == HouseholdFile.fullRows / 80)
      #expect(peakMemory() < 700_000_000)
      let megabytes = peakMemory() / 1_000_000
      print("household: \(HouseholdFile.fullRows) rows read in \(duration), peak memory of the tests \(megabytes) MB")
    }
  }

  @Test func `one column of many costs only its own memory`() throws {
    try withFile(rows: 5000) { path in
      let table = try DelimitedReader.read(path, options: ReadOptions(columns: ["Voltage"]))
      #expect(table.columnNames == ["Voltage"])
      #expect(try table.value("Voltage", 0) == Double(HouseholdFile.thousandths(0, 2)) / 1000)
    }
  }
}
