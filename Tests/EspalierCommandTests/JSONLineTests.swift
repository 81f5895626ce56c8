import EspalierCommand
import Foundation
import Testing

@Suite struct JSONLineTests {
  @Test func keysKeepTheirOrder() {
    var line: JSONLine = ["model": "lstm", "lookback": 7, "mae": 0.1, "best": true, "sd": nil]
    line["ms"] = .rounded(1.23456, 2)
    line["lookback"] = 30
    line["best"] = Optional<JSONValue>.none
    #expect(line.text == #"{"model": "lstm", "lookback": 30, "mae": 0.1, "sd": null, "ms": 1.23}"#)
  }

  @Test func numbersThatJSONHasNotAreNull() {
    let line: JSONLine = ["a": .double(.nan), "b": .double(-.infinity), "c": .optional(nil), "d": .double(1e-7)]
    #expect(line.text == #"{"a": null, "b": null, "c": null, "d": 1e-07}"#)
  }

  @Test func anyTextSurvives() throws {
    let text = "a\"b\\c\n\r\t\u{1}\u{7F} é 🌳"
    let line: JSONLine = ["text": .string(text), "list": [1, "x", .object(["k": 2.5])]]
    #expect(!line.text.contains("\n"))
    let object = try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any]
    #expect(object?["text"] as? String == text)
    #expect(line.text.hasSuffix(#""list": [1, "x", {"k": 2.5}]}"#))
  }
}
