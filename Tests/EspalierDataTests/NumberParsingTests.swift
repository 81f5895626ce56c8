import Testing

@testable import EspalierData

@Suite struct NumberParsingTests {
  private func parse(_ text: String, decimal: Character = ".") -> Double? {
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      return NumberParsing.parse(base, base + buffer.count, decimal: decimal.asciiValue ?? 0)
    }
  }

  @Test(arguments: [
    "0", "-0", "1", "+1", "-2.5", "0.1", ".5", "5.", "1e3", "1E-3", "1e+22", "1e23", "4503599627370497.5",
    "5.827000141143799", "9007199254740993", "9007199254740992", "0.000000000000000000000012345",
    "1.7976931348623157e308",
    "2.2250738585072014e-308", "5e-324", "123456789012345678901234567890", "7.3177e-9", "112516993837",
    "0.30000000000000004",
  ])
  func `agrees with the standard library to the last bit`(text: String) throws {
    let expected = try #require(Double(text.hasPrefix("+") ? String(text.dropFirst()) : text))
    #expect(parse(text)?.bitPattern == expected.bitPattern)
  }

  @Test func `agrees on many numbers of all lengths`() throws {
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let digits = String(state >> (state & 63))
      let point = Int(state >> 32) % (digits.count + 1)
      let text = "\(digits.prefix(point)).\(digits.dropFirst(point))"
      let expected = try #require(Double("0\(text)0"))
      #expect(parse(text)?.bitPattern == expected.bitPattern, "\(text)")
    }
  }

  @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1x", "1.2.3", "0x10", "1,5", "--1", "nan", "18.00.00", "1 2"])
  func `refuses what is no number`(text: String) {
    #expect(parse(text) == nil)
  }

  @Test func `reads a decimal comma and infinities`() {
    #expect(parse("2,6", decimal: ",") == 2.6)
    #expect(parse("5,827000141143799", decimal: ",") == 5.827000141143799)
    #expect(parse("inf") == .infinity)
    #expect(parse("-Infinity") == -.infinity)
    #expect(parse("1e999") == .infinity)
  }
}
