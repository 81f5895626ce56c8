import Foundation
import Testing

@testable import EspalierReport

@Suite struct JSONTextTests {
  @Test func keepsTheOrderOfMembers() {
    let value: JSONText = ["z": 1, "a": [true, nil, "x"], "m": 0.1234567]
    #expect(value.text == #"{"z":1,"a":[true,null,"x"],"m":0.12346}"#)
  }

  @Test(arguments: ["</script><script>", "<!--", "a\"b\\c", "\u{0}\u{1F}\n\t", "\u{2028}\u{2029}", "µg/m³ – 日本"])
  func textsSurvive(text: String) throws {
    let json = JSONText.array([.string(text)]).text
    #expect(!json.contains("<"))
    #expect(json.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String] == [text])
  }

  @Test func whatIsNoNumberIsNull() {
    #expect(
      JSONText.array([.number(.nan), .number(.infinity), .optional(nil), .optional(2)]).text == "[null,null,null,2]")
  }

  @Test(arguments: [1_000_040, 1_234_567.891, 0.1, -5e-324, 1.7e308])
  func exactNumbersKeepAllTheirDigits(value: Double) throws {
    let text = JSONText.array([.exact(value)]).text
    #expect(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Double] == [value])
    #expect(JSONText.array([.exact(.nan), .exact(-.infinity)]).text == "[null,null]")
  }

  @Test func addsMembersBehindItsOwn() {
    let value: JSONText = ["a": 1]
    #expect(value.adding("b", 2).text == #"{"a":1,"b":2}"#)
    #expect(JSONText.integer(1).adding("b", 2) == 1)
  }
}
