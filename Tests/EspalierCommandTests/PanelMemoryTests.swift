import Foundation
import Testing

/// A panel as large as that of the 505 stocks, trained as one model by the command in a process of its own.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/status"), "only /proc tells a process' peak"))
struct PanelMemoryTests {
  private static let series = 505
  private static let days = 1259

  /// Five columns of numbers a row, as prices and a volume.
  private func write(_ path: String) throws {
    FileManager.default.createFile(atPath: path, contents: Data("date,open,high,low,close,volume,name\n".utf8))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    defer { try? file.close() }
    try file.seekToEnd()
    let dates = (0..<Self.days).map { day in
      Date(timeIntervalSince1970: Double(day) * 86_400).formatted(.iso8601.year().month().day())
    }
    for series in 0..<Self.series {
      var lines = ""
      var price = 1000 + series
      for (day, date) in dates.enumerated() {
        price += (day * day + 31 * series) % 13 - 6
        lines +=
          "\(date),\(price),\(price + 3),\(price - 3),\(price + 1),\(100_000 + (day * series) % 977),S\(series)\n"
      }
      try file.write(contentsOf: Data(lines.utf8))
    }
  }

  /// The largest resident size of a process until it ends, in bytes.
  private func peak(of process: Process) -> Int {
    var peak = 0
    while process.isRunning {
      let status = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      peak = max(peak, line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
      usleep(20_000)
    }
    return 1024 * peak
  }

  /// Batches are gathered from the rows; all windows at once would take 420,000 times 60 rows of five numbers, 500 MB more.
  @Test func windowsOfAPanelAreNeverThereAllAtOnce() throws {
    let bench = try Workbench()
    let path = bench.path("panel.csv")
    try write(path)
    let process = Process()
    process.executableURL = try CheckpointProcessTests.program
    process.arguments = [
      "train", path, "--series", "name", "--target", "close", "--lookback", "60", "--model", "rnn", "--hidden", "4",
      "--epochs", "1", "--batch", "512", "--regularizer", "none", "--quiet", "--json",
    ]
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let peak = peak(of: process)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(peak > 0 && peak < 300_000_000)
    print("panel: \(Self.series) series of \(Self.days) rows, look-back 60, peak memory \(peak / 1_000_000) MB")
  }
}
