import Foundation
import Testing

@testable import EspalierCommand

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

  @Test func severalAreWrittenTogether() throws {
    try inFolder { folder in
      let first = OutputFile(folder + "/a"), second = OutputFile(folder + "/b")
      try first.write("old")
      try OutputFile.write([(first, "one"), (second, "two"), (OutputFile("/dev/null"), "three")])
      #expect(try String(contentsOfFile: first.path, encoding: .utf8) == "one")
      #expect(try String(contentsOfFile: second.path, encoding: .utf8) == "two")
      try OutputFile.write([])
      #expect(try contents(folder) == ["a", "b"])
    }
  }

  /// The second can't be written: neither is there afterwards, and what was there before is.
  @Test(arguments: [false, true])
  func oneThatFailsLeavesNone(isThereBefore: Bool) throws {
    try inFolder { folder in
      let first = OutputFile(folder + "/a"), missing = OutputFile(folder + "/no/b")
      if isThereBefore { try first.write("old") }
      let failure = OutputFile.Failure.noFolder(path: missing.path, folder: folder + "/no/")
      #expect(throws: failure) { try OutputFile.write([(first, "new"), (missing, "two")]) }
      #expect(try contents(folder) == (isThereBefore ? ["a"] : []))
      #if os(Linux)
        let full = OutputFile("/dev/full")
        #expect(throws: OutputFile.Failure.self) { try OutputFile.write([(first, "new"), (full, "two")]) }
        #expect(throws: OutputFile.Failure.self) { try OutputFile.write([(full, "two"), (first, "new")]) }
        #expect(try contents(folder) == (isThereBefore ? ["a"] : []))
      #endif
      if isThereBefore { #expect(try String(contentsOfFile: first.path, encoding: .utf8) == "old") }
    }
  }

  /// Both are written, and then the second can't be put in its place, which has become a folder.
  @Test(arguments: [false, true])
  func aRenameThatFailsTakesTheOthersBack(isThereBefore: Bool) throws {
    try inFolder { folder in
      let files = ["/a", "/b", "/c"].map { OutputFile(folder + $0) }
      if isThereBefore { try files[0].write("old") }
      let staged = try files.map { try $0.stage([Array("new".utf8)]) }
      try FileManager.default.createDirectory(atPath: files[1].path, withIntermediateDirectories: false)
      #expect(throws: OutputFile.Failure.system(path: files[1].path, reason: "Is a directory")) {
        try OutputFile.place(staged)
      }
      #expect(try contents(folder) == (isThereBefore ? ["a", "b"] : ["b"]))
      if isThereBefore { #expect(try String(contentsOfFile: files[0].path, encoding: .utf8) == "old") }
    }
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
