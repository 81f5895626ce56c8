import EspalierTensor
import Foundation
import Testing

struct SafetensorsTests {
  /// A file with the given header and data.
  private func file(_ header: String, _ data: [UInt8] = []) -> Data {
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8) + Data(data)
  }

  private func small() throws -> Data {
    var writer = SafetensorsWriter(metadata: ["model": "rnn", "note": "tab\t \"quoted\" \\ ü \u{1}"])
    try writer.add("b.weight", Tensor(shape: [2, 3], values: [1, -2, 3.5, 0, -0.0, .infinity]))
    try writer.add("a.columns", [0, 7, .max])
    try writer.add("empty", Tensor(shape: [0, 4], values: []))
    try writer.add("scalar", Tensor(shape: [], values: [42]))
    return writer.data()
  }

  @Test func readsBackWhatItWrote() throws {
    let file = try SafetensorsFile(data: small())
    #expect(file.names == ["a.columns", "b.weight", "empty", "scalar"])
    #expect(file.metadata == ["model": "rnn", "note": "tab\t \"quoted\" \\ ü \u{1}"])
    #expect(try file.tensor("b.weight") == Tensor(shape: [2, 3], values: [1, -2, 3.5, 0, -0.0, .infinity]))
    #expect(try file.unsignedIntegers("a.columns") == [0, 7, .max])
    #expect(try file.tensor("empty").shape == [0, 4])
    #expect(try file.tensor("scalar").values == [42])
    #expect(file.entry("scalar")?.shape == [])
    #expect(file.entry("nothing") == nil)
  }

  @Test func bytesDependOnContentAlone() throws {
    var first = SafetensorsWriter(metadata: ["a": "1", "b": "2"])
    try first.add("x", [1])
    try first.add("y", [2])
    var second = SafetensorsWriter(metadata: ["b": "2", "a": "1"])
    try second.add("y", [2])
    try second.add("x", [1])
    #expect(first.data() == second.data())
    #expect(first.data()[0] % 8 == 0, "the header is padded to 8 bytes")
  }

  @Test func readsEveryElementType() throws {
    let cases: [(String, [UInt8], Float)] = [
      ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5), ("F32", [0, 0, 0xC0, 0x3F], 1.5), ("F16", [0, 0x3E], 1.5),
      ("F16", [1, 0x80], -0x1p-24), ("F16", [0, 0xFC], -.infinity), ("BF16", [0xC0, 0x3F], 1.5),
      ("I64", [0xFE, 255, 255, 255, 255, 255, 255, 255], -2), ("I32", [0xFE, 255, 255, 255], -2),
      ("I16", [0xFE, 255], -2), ("I8", [0xFE], -2), ("U64", [3, 0, 0, 0, 0, 0, 0, 0], 3), ("U32", [3, 0, 0, 0], 3),
      ("U16", [3, 0], 3), ("U8", [3], 3), ("BOOL", [1], 1),
    ]
    for (element, bytes, expected) in cases {
      let header = "{\"x\":{\"dtype\":\"\(element)\",\"shape\":[1],\"data_offsets\":[0,\(bytes.count)]}}"
      let file = try SafetensorsFile(data: file(header, bytes))
      #expect(try file.tensor("x").values == [expected], "\(element)")
      if element.contains("F") {
        #expect(throws: SafetensorsError.self) { try file.integers("x") }
      } else {
        #expect(try file.integers("x") == [Int(expected)], "\(element)")
      }
      if expected < 0 { #expect(throws: SafetensorsError.self) { try file.unsignedIntegers("x") } }
    }
  }

  private static let entry = "\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}"

  /// Headers that lie, each over two bytes of data, with a part of the sentence that they get.
  @Test(arguments: [
    ("", "opening brace"), (" {}", "opening brace"), ("{", "quotation mark"), ("{}", "2 bytes belong to no tensor"),
    ("{} x", "end of the header"), ("{\"x\":1}", "opening brace"), ("{\(entry),\(entry)}", "occurs twice"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[2]}}", "needs the fields"),
    ("{\"x\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", "twice"),
    ("{\"x\":{\"dtype\":\"Q4\",\"shape\":[2],\"data_offsets\":[0,2]}}", "unknown type 'Q4'"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,2]}}", "needs 3 bytes but has 2"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,3]}}", "has only 2"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", "begins at byte 1 instead of 0"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[2,1]}}", "ascending"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", "1 bytes belong to no tensor"),
    ("{\(entry),\"y\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}", "begins at byte 1 instead of 2"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[-2],\"data_offsets\":[0,2]}}", "whole number"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[2.0],\"data_offsets\":[0,2]}}", "closing bracket"),
    ("{\"x\":{\"dtype\":\"F64\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,2]}}", "too many bytes"),
    ("{\"x\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[0,2]}}", "number below 2^63"),
    (
      "{\"x\":{\"dtype\":\"U8\",\"shape\":[4611686018427387904,4,0],\"data_offsets\":[0,0]},"
        + "\"y\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}", "too many bytes"
    ),
    ("{\"__metadata__\":{\"a\":1},\(entry)}", "quotation mark"),
    ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"},\(entry)}", "occurs twice"),
    ("{\"\\ud800\":1}", "second half"), ("{\"\\x\":1}", "escaped character"), ("{\"x", "end of a string"),
  ])
  func refusesLies(header: String, reason: String) throws {
    let error = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile(data: file(header, [1, 2]), source: "model.safetensors")
    }
    let sentence = error?.description ?? ""
    #expect(sentence.contains(reason), "\(sentence)")
    #expect(sentence.contains("model.safetensors") && sentence.hasSuffix("."), "\(sentence)")
  }

  @Test func refusesHeadersBeyondTheFileAndTheLimit() {
    for (length, reason) in [(UInt64(3), "only 2 follow"), (100_000_001, "100 million"), (.max, "100 million")] {
      let data = withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data("{}".utf8)
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(data: data) }
      #expect(error?.description.contains(reason) == true)
    }
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = try small()
    for length in 0..<whole.count {
      #expect(throws: SafetensorsError.self, "\(length) bytes") { try SafetensorsFile(data: whole.prefix(length)) }
    }
  }

  /// Whatever a changed byte does, reading ends in a file or an error, and every tensor of a file can be read.
  @Test func changedBytesNeverTrap() throws {
    let whole = try small()
    for index in whole.indices {
      for change in [UInt8(1), 2, 0x10, 0x80, 0xFF] {
        var damaged = whole
        damaged[index] ^= change
        guard let file = try? SafetensorsFile(data: damaged) else { continue }
        for name in file.names {
          #expect(try file.tensor(name).count == file.entry(name)?.count)
          _ = try? file.unsignedIntegers(name)
        }
      }
    }
  }

  @Test func slicesOfOtherDataAreRead() throws {
    let whole = try small()
    let slice = (Data([1, 2, 3]) + whole).dropFirst(3)
    #expect(try SafetensorsFile(data: slice).names.count == 4)
  }

  @Test func writesWholeFilesOrNothing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var writer = SafetensorsWriter()
    try writer.add("x", [1, 2])
    let path = folder.appending(path: "model.safetensors").path
    try writer.write(path: path)
    try writer.write(path: path)
    #expect(try SafetensorsFile(path: path).unsignedIntegers("x") == [1, 2])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])

    let missing = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path + ".none") }
    #expect(missing?.description == "Cannot read '\(path).none': there is no such file.")
    #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: folder.path) }
    #expect(throws: SafetensorsError.self) { try writer.write(path: folder.path) }
    #expect(throws: SafetensorsError.self) { try writer.write(path: folder.path + "/none/model.safetensors") }
    #expect(throws: SafetensorsError.self) { try writer.add("__metadata__", [1]) }
    let absent = #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path).tensor("y") }
    #expect(absent?.description.contains("holds no tensor 'y'") == true)
  }
}
