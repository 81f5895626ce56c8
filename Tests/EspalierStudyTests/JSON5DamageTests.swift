import EspalierStudy
import Foundation
import Testing

/// Whatever bytes a file holds, reading it gives a value or an error, and the error's place lies in the text.
@Suite struct JSON5DamageTests {
  private let sample = Array(sampleText.utf8)

  /// Whether bytes are a value; errors must lie inside the text.
  private func isValue(_ bytes: [UInt8]) -> Bool {
    do {
      _ = try JSON5Parser.parse(utf8: bytes)
      return true
    } catch {
      let lines = self.lines(of: bytes)
      let place = error.position
      guard place.line >= 1, place.line <= lines.count else {
        Issue.record("\(error)")
        return false
      }
      // A line has at most as many characters as bytes, and an error may lie behind the last one.
      #expect(place.column >= 1 && place.column <= lines[place.line - 1].count + 1, "\(error)")
      return false
    }
  }

  /// The lines of a text, which end with LF, CR or both.
  private func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    let ends = bytes.indices.filter { index in
      bytes[index] == 0x0A || (bytes[index] == 0x0D && bytes[(index + 1)...].first != 0x0A)
    }
    return zip([-1] + ends, ends + [bytes.count]).map { bytes[($0 + 1)..<$1] }
  }

  @Test func noPrefixIsAValue() {
    for length in 0..<sample.count { #expect(!isValue(Array(sample.prefix(length)))) }
    #expect(isValue(sample))
  }

  @Test func everyByteReplacedByEveryOther() {
    var values = 0
    for index in sample.indices {
      var bytes = sample
      for byte in UInt8.min...UInt8.max where byte != sample[index] {
        bytes[index] = byte
        if isValue(bytes) { values += 1 }
      }
    }
    // Many replacements stay inside texts, comments, keys and numbers, and many don't.
    #expect(values > 1000 && values < sample.count * 255 - 1000)
  }

  @Test func everyByteRemovedOrDoubled() {
    for index in sample.indices {
      _ = isValue(Array(sample[..<index] + sample[(index + 1)...]))
      _ = isValue(Array(sample[...index] + sample[index...]))
    }
  }

  @Test func randomTokens() {
    let tokens = [
      "{", "}", "[", "]", ",", ":", "a", "'b'", "\"", "'", "\\", "1", "-", ".", "e", "0x", "/", "*", "//", "/*", "*/",
      "\n", "\r", " ", "\u{2028}", "\u{FEFF}", "null", "Infinity", "\\u", "D83D", "é", "😀",
    ]
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var values = 0
    for _ in 0..<50_000 {
      let text = (0..<next(12)).map { _ in tokens[next(tokens.count)] }.joined()
      if isValue(Array(text.utf8)) { values += 1 }
    }
    #expect(values > 100)
  }

  /// What plain JSON says is the same for Foundation's reader.
  @Test func plainJSONReadsAsFoundationReadsIt() throws {
    let text = """
      {"a": [1, -2.5, 1e3, true, false, null], "b\\n\\u00e9\\ud83d\\ude00": {"": "x\\"\\\\\\/\\b\\f\\r\\t"}, "c": []}
      """
    let expected = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    #expect(foundation(try JSON5Parser.parse(text)) as? NSDictionary == expected)
  }

  private func foundation(_ value: JSON5Value) -> Any {
    switch value.content {
    case .null: NSNull()
    case .bool(let bool): bool
    case .number(let number): number.double
    case .string(let text): text
    case .array(let elements): elements.map(foundation)
    case .object(let members): Dictionary(uniqueKeysWithValues: members.map { ($0.key, foundation($0.value)) })
    }
  }
}
