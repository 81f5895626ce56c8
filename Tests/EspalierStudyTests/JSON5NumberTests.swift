import EspalierStudy
import Testing

@Suite struct JSON5NumberTests {
  private func number(_ text: String) throws -> JSON5Number { try #require(try JSON5Parser.parse(text).number) }

  @Test(arguments: [
    ("0", 0.0), ("-0", -0.0), ("+1.5", 1.5), (".5", 0.5), ("-.5e1", -5), ("5.", 5), ("5.e-1", 0.5), ("0x10", 16),
    ("-0XfF", -255), ("0x1FFFFFFFFFFFFFF", 144_115_188_075_855_871), ("1e400", .infinity), ("-1e400", -.infinity),
    ("1e-400", 0), ("Infinity", .infinity), ("-Infinity", -.infinity), ("9007199254740993", 9_007_199_254_740_992),
    ("0.30000000000000004", 0.30000000000000004), ("5e-324", 5e-324), ("0e9999999999999999999", 0),
  ])
  func doubles(text: String, value: Double) throws {
    #expect(try number(text).double.bitPattern == value.bitPattern)
  }

  @Test func notANumber() throws {
    #expect(try number("NaN").double.isNaN)
    #expect(try number("-NaN").double.isNaN)
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("+7", 7), ("1e3", 1000), ("1.50e1", 15), ("5.0", 5), ("50e-1", 5), ("5.", 5), ("0x1f", 31),
    ("-0x1f", -31), ("0.0e-99", 0), ("1000e-3", 1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("9.223372036854775807e18", Int.max), ("-0x8000000000000000", Int.min), ("0e99999999999999999999", 0),
    ("0x0000000000000000000001", 1), ("00".dropFirst() + ".1e1", 1),
  ])
  func wholeNumbers(text: String, value: Int) throws {
    #expect(try number(text).integer(as: Int.self) == value)
  }

  @Test(arguments: [
    "0.5", "1e-1", "5.01", "9223372036854775808", "-9223372036854775809", "1e19", "1e99999999999999999999", "NaN",
    "1e-99999999999999999999", "1e-9223372036854775808", "Infinity", "-Infinity", "0x10000000000000000", "123.456e2",
    "99999999999999999999999999", "1e20", "1e9223372036854775807",
  ])
  func notWholeOrTooLarge(text: String) throws {
    #expect(try number(text).integer(as: Int.self) == nil)
  }

  @Test func narrowAndUnsignedTypes() throws {
    #expect(try number("18446744073709551615").integer(as: UInt64.self) == .max)
    #expect(try number("18446744073709551616").integer(as: UInt64.self) == nil)
    #expect(try number("-1").integer(as: UInt64.self) == nil)
    #expect(try number("-0").integer(as: UInt64.self) == 0)
    #expect(try number("-128").integer(as: Int8.self) == -128)
    #expect(try number("-129").integer(as: Int8.self) == nil)
    #expect(try number("128").integer(as: Int8.self) == nil)
    #expect(try number("-300").integer(as: Int8.self) == nil)
  }

  @Test func numbersRoundTrip() throws {
    var state: UInt64 = 3
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let double = Double(bitPattern: state)
      if double.isFinite { #expect(try number("\(double)").double.bitPattern == double.bitPattern) }
      let bits = state >> (state & 63)
      #expect(try number("\(bits)").integer(as: UInt64.self) == bits)
      #expect(try number("0x" + String(bits, radix: 16)).integer(as: UInt64.self) == bits)
      let signed = Int64(truncatingIfNeeded: state)
      #expect(try number("\(signed)").integer(as: Int64.self) == signed)
    }
  }
}
