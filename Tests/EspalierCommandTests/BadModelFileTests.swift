import EspalierCommand
import Foundation
import Testing

@Suite struct BadModelFileTests {
  private let bench: Workbench
  private let table: String
  private let model: String

  init() throws {
    bench = try Workbench()
    table = try bench.table()
    model = bench.path("m.safetensors")
    #expect(bench.train(table, ["--out", model]).code == 0)
  }

  private func expectRefused(_ file: String, _ words: String..., place: SourceLocation = #_sourceLocation) {
    for line in [["inspect", file], ["predict", file, table, "--out", bench.path("f.csv")]] {
      let outcome = bench.run(line)
      #expect(outcome.code == 1 && outcome.output.isEmpty, "\(outcome)", sourceLocation: place)
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)", sourceLocation: place)
      for word in words {
        #expect(outcome.errors.contains(word), "'\(word)' in \(outcome.errors)", sourceLocation: place)
      }
    }
    #expect(!bench.names.contains("f.csv"), sourceLocation: place)
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = try bench.bytes("m.safetensors")
    for length in [0, 4, 8, 9, 300, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: bench.folder.appending(path: "cut.safetensors"))
      expectRefused(bench.path("cut.safetensors"), "cut.safetensors")
    }
  }

  @Test func lyingHeadersAreRefused() throws {
    let whole = try bench.bytes("m.safetensors")
    let text = String(decoding: whole, as: UTF8.self)
    #expect(text.contains("\"shape\":[4,2]"))
    func lie(_ from: String, _ to: String) throws {
      var bytes = whole
      let range = try #require(bytes.range(of: Data(from.utf8)))
      #expect(from.utf8.count == to.utf8.count)
      bytes.replaceSubrange(range, with: Data(to.utf8))
      try bytes.write(to: bench.folder.appending(path: "lie.safetensors"))
      expectRefused(bench.path("lie.safetensors"), "lie.safetensors")
    }
    try lie("\"shape\":[4,2]", "\"shape\":[9,9]")
    try lie("\"dtype\":\"F32\"", "\"dtype\":\"F16\"")
    try lie("\"espalier.run\"", "\"espalier.rub\"")
    try lie("\"espalier.format\":\"2\"", "\"espalier.format\":\"7\"")
    var long = whole
    long[7] = 0x7F
    try long.write(to: bench.folder.appending(path: "long.safetensors"))
    expectRefused(bench.path("long.safetensors"), "long.safetensors")
  }

  @Test func otherFilesAreNoModels() throws {
    expectRefused(table, "t.csv")
    expectRefused(bench.path("none.safetensors"), "none.safetensors")
    expectRefused(bench.path(""))
    try Data([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D]).write(to: bench.folder.appending(path: "empty.safetensors"))
    expectRefused(bench.path("empty.safetensors"), "no Espalier model")
  }

  @Test func weightsThatAreNotFiniteAreRefused() throws {
    var bytes = try bench.bytes("m.safetensors")
    // The first weight lies behind the header and its length; the length's upper bytes are 0.
    let first = 8 + Int(bytes[0]) + Int(bytes[1]) << 8 + Int(bytes[2]) << 16
    bytes.replaceSubrange(first..<first + 4, with: [0, 0, 0xC0, 0x7F])
    try bytes.write(to: bench.folder.appending(path: "nan.safetensors"))
    expectRefused(bench.path("nan.safetensors"), "not finite")
  }

  @Test func dataThatDontFitTheModel() throws {
    func errors(_ file: String, _ more: [String] = []) -> String {
      let outcome = bench.run(["predict", model, file] + more)
      #expect(outcome.code == 1 && outcome.output.isEmpty)
      return outcome.errors
    }
    let missing = try bench.write("c.csv", "date,load,heet\n2020-01-01,1,2\n2020-01-02,2,3\n2020-01-03,3,4\n")
    #expect(errors(missing).contains("no column \"heat\": the nearest name is \"heet\""))
    #expect(errors(try bench.table("s.csv", rows: 2)).contains("2 rows"))
    #expect(errors(table, ["--out", bench.path("no/f.csv")]).contains("there is no folder"))
    let usage = bench.run(["predict", model, table, "--out", table])
    #expect(usage.code == 64 && usage.errors.contains("would overwrite"))
  }
}
