import Foundation
import Testing

@Suite struct ArchitectureTests {
  @Test func everyImportStandsInTheTable() throws {
    let allowed = try Repository.allowedImports()
    let sources = try Repository.sources()
    #expect(!sources.isEmpty)
    for source in sources where source.path.hasSuffix(".swift") {
      let modules = try #require(
        allowed[source.target], "Documentation/architecture.md has no row for \(source.target).")
      for module in source.lines.compactMap(Repository.importedModule) {
        #expect(modules.contains(module), "\(source) may not import \(module).")
      }
    }
  }

  @Test func everyRowOfTheTableIsATarget() throws {
    let targets = Set(try Repository.sources().map(\.target))
    let allowed = try Repository.allowedImports()
    #expect(Set(allowed.keys) == targets)
    for (target, modules) in allowed { #expect(!modules.contains(target)) }
  }

  /// No target may be reached from itself, or the layers would be a circle.
  @Test func arrowsGoDownOnly() throws {
    let allowed = try Repository.allowedImports()
    for start in allowed.keys {
      var reached: Set<String> = []
      var waiting = allowed[start] ?? []
      while let module = waiting.popFirst() {
        reached.insert(module)
        waiting.formUnion((allowed[module] ?? []).subtracting(reached))
      }
      #expect(!reached.contains(start), "\(start) reaches itself.")
    }
  }

  @Test func nativeTargetsAreHiddenFromTheLayersAbove() throws {
    for source in try Repository.sources() where source.path.hasSuffix(".swift") {
      for line in source.lines where Repository.importedModule(in: line)?.hasPrefix("CEspalier") == true {
        #expect(line.hasPrefix("internal import "), "\(source): \(line)")
      }
    }
  }

  @Test func noFileIsLong() throws {
    for source in try Repository.sources() {
      #expect(source.lines.count <= 401, "\(source) has \(source.lines.count - 1) lines; split it.")
    }
  }

  @Test func libraryCodeDoesNotPrint() throws {
    let call = /(^|[^.\w])(print|debugPrint|dump)\(/
    for source in try Repository.sources() {
      guard source.path.hasSuffix(".swift"), !["EspalierCommand", "espalier"].contains(source.folder) else { continue }
      for line in source.lines where !line.drop(while: { $0 == " " }).hasPrefix("//") {
        #expect(line.firstMatch(of: call) == nil, "\(source) prints: \(line)")
      }
    }
  }

  @Test func nativeSymbolsHaveThePrefix() throws {
    let declaration = /^[a-z].*?[ *](\w+)\(/
    for source in try Repository.sources() where source.path.contains("/include/") {
      for line in source.lines where !line.hasPrefix("static ") && !line.hasPrefix("typedef ") {
        guard let match = line.firstMatch(of: declaration) else { continue }
        #expect(match.1.hasPrefix("esp_"), "\(source): \(line)")
      }
    }
  }

  @Test(arguments: [
    ("import Foundation", "Foundation"), ("internal import CEspalierMath", "CEspalierMath"),
    ("@_exported import EspalierNN", "EspalierNN"),
    ("@preconcurrency public import struct Foundation.Data", "Foundation"),
    ("  import Darwin.C", "Darwin"), ("// import X", nil), ("let import = 1", nil),
  ])
  func importsAreRecognized(line: String, module: String?) {
    #expect(Repository.importedModule(in: line[...]) == module)
  }

  @Test func theManifestLetsOthersDependOnATag() throws {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(!manifest.contains("unsafeFlags"))
  }
}
