import Foundation
import Testing

/// A program under `Examples`: its folder, the target of the manifest that builds it, and its texts.
struct ExampleProgram: CustomStringConvertible, Sendable {
  /// The target, which is also the name of the built program.
  let target: String
  /// The folder under the root.
  let folder: String
  /// The Swift sources: paths under the folder with their lines.
  let sources: [String: [String]]

  var description: String { target }

  /// All programs that the manifest has under `Examples`.
  static func all() throws -> [ExampleProgram] {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    let target = /executableTarget\(\s*name: "([^"]+)"[^)]*?path: "(Examples\/[^"]+)"/
    return try manifest.matches(of: target).map { match in
      let folder = String(match.2)
      let start = Repository.root.appending(path: folder).path
      let paths = try FileManager.default.subpathsOfDirectory(atPath: start).filter { $0.hasSuffix(".swift") }
      let texts = try paths.map { path in
        (path, try String(contentsOfFile: start + "/" + path, encoding: .utf8))
      }
      return ExampleProgram(
        target: String(match.1), folder: folder,
        sources: Dictionary(uniqueKeysWithValues: texts.map { ($0.0, $0.1.components(separatedBy: "\n")) }))
    }
  }

  /// Whether the lines stand in one of the sources one behind the other, letter by letter, all equally indented.
  func contains(_ lines: [String]) -> Bool {
    let lines = Self.trimmed(lines)
    guard let first = lines.first else { return false }
    return sources.values.contains { source in
      source.indices.contains { start in
        guard start + lines.count <= source.count, source[start].hasSuffix(first) else { return false }
        let indentation = String(source[start].dropLast(first.count))
        guard indentation.allSatisfy({ $0 == " " }) else { return false }
        return zip(source[start...], lines).allSatisfy { $0 == ($1.isEmpty ? "" : indentation + $1) }
      }
    }
  }

  /// Without blank lines at both ends.
  private static func trimmed(_ lines: [String]) -> [String] {
    Array(lines.drop { $0.isEmpty }.reversed().drop { $0.isEmpty }.reversed())
  }

  /// The files that belong to the examples beside their sources, such as a table or a study's specification.
  static func dataFiles() throws -> [URL] {
    let start = Repository.root.appending(path: "Examples")
    return try FileManager.default.subpathsOfDirectory(atPath: start.path)
      .filter { !$0.hasSuffix(".swift") && $0.contains(".") }.sorted().map { start.appending(path: $0) }
  }
}

/// A folder of its own in which the programs of the package run, with the examples' data files in it.
final class Playground: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "samples-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for file in try ExampleProgram.dataFiles() {
      try FileManager.default.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
    }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs a line of the shell that finds the built programs by their names.
  ///
  /// - Returns: The exit code, and standard output.
  func run(_ line: String) throws -> (code: Int32, output: String, errors: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = folder
    var environment = ProcessInfo.processInfo.environment
    environment["PATH"] = try Self.products.path + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
    // What is found must not depend on the machine's own data and charts.
    environment["ESPALIER_DATA"] = folder.appending(path: "data").path
    environment["ESPALIER_VEGA"] = nil
    process.environment = environment
    let errorFile = folder.appending(path: ".errors")
    FileManager.default.createFile(atPath: errorFile.path, contents: nil)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errorFile)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text, (try? String(contentsOf: errorFile, encoding: .utf8)) ?? "")
  }

  /// The folder that the tests and the programs were built into.
  private static var products: URL {
    get throws {
      let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      return URL(filePath: program).deletingLastPathComponent()
    }
  }
}
