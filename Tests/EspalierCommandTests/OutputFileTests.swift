import EspalierCommand
import Foundation
import Testing

@Suite struct OutputFileTests {
  /// Runs a test in a folder of its own.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private func contents(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func aFileIsWrittenAndReplaced() throws {
    try inFolder { folder in
      let file = OutputFile(folder + "/out.csv")
      try file.check()
      #expect(try contents(folder).isEmpty)
      try file.write("first")
      try file.check()
      try file.write("second")
      #expect(try String(contentsOfFile: folder + "/out.csv", encoding: .utf8) == "second")
      #expect(try contents(folder) == ["out.csv"])
    }
  }

  /// Pieces that are shorter and longer than what is written at once.
  @Test func piecesBecomeOneFile() throws {
    try inFolder { folder in
      let pieces = (0..<50).map { String(repeating: "\($0),", count: $0 % 7 == 3 ? 60_000 : 900) }
      try OutputFile(folder + "/out.csv").write(pieces)
      #expect(try String(contentsOfFile: folder + "/out.csv", encoding: .utf8) == pieces.joined())
      try OutputFile(folder + "/out.csv").write([String]())
      #expect(try contents(folder) == ["out.csv"])
      #expect(try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).isEmpty)
    }
  }

  @Test func aLinkStaysALink() throws {
    try inFolder { folder in
      try OutputFile(folder + "/real").write("old")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/real")
      try OutputFile(folder + "/link").write("new")
      #expect(try String(contentsOfFile: folder + "/real", encoding: .utf8) == "new")
      #expect(try contents(folder) == ["link", "real"])
    }
  }

  @Test func whatCannotBeWrittenIsSaidBefore() throws {
    try inFolder { folder in
      #expect(throws: OutputFile.Failure.isFolder(folder)) { try OutputFile(folder).check() }
      #expect(throws: OutputFile.Failure.isFolder(folder + "/x/")) { try OutputFile(folder + "/x/").check() }
      #expect(throws: OutputFile.Failure.emptyPath) { try OutputFile("").check() }
      let missing = OutputFile.Failure.noFolder(path: folder + "/no/out", folder: folder + "/no/")
      #expect(throws: missing) { try OutputFile(folder + "/no/out").check() }
      #expect(throws: missing) { try OutputFile(folder + "/no/out").write("x") }
      try OutputFile(folder + "/file").write("x")
      let below = OutputFile.Failure.system(path: folder + "/file/out", reason: "Not a directory")
      #expect(throws: below) { try OutputFile(folder + "/file/out").check() }
      #expect(try contents(folder) == ["file"])
    }
    let failure = OutputFile.Failure.system(path: "a", reason: "Permission denied")
    #expect("\(failure)" == "'a' can't be written (Permission denied); choose another place.")
  }

  @Test func devicesAreWrittenDirectly() throws {
    try OutputFile("/dev/null").check()
    try OutputFile("/dev/null").write("x")
    #expect(try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType != .typeRegular)
  }

  #if os(Linux)
    @Test func aFullDiskIsSaid() throws {
      let full = OutputFile.Failure.system(path: "/dev/full", reason: "No space left on device")
      #expect(throws: full) { try OutputFile("/dev/full").write("x") }
    }
  #endif
}
