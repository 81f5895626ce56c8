/// A number as it was written, so that both whole numbers of 64 bits and fractions come out exactly.
package struct JSON5Number: Equatable, Sendable {
  /// The number's text by JSON5's grammar, sign included.
  package let text: String

  /// Whether the text says `Infinity`, with any sign.
  package var isInfinity: Bool { text.hasSuffix("Infinity") }

  /// The nearest floating-point number; infinite when the text is beyond the largest one.
  package var double: Double {
    let isNegative = text.hasPrefix("-")
    let magnitude = magnitude
    if magnitude == "NaN" { return .nan }
    if magnitude == "Infinity" { return isNegative ? -.infinity : .infinity }
    // Swift reads both forms, but not with a bare point at the end or the beginning in every version.
    let plain = isHexadecimal ? magnitude.lowercased() : Self.withDigitsAroundPoint(magnitude)
    let value = Double(plain) ?? .nan
    return isNegative ? -value : value
  }

  /// The number in an integer type, or nil when it has a fraction or does not fit.
  ///
  /// What counts is the value: `5`, `5.0`, `0x5` and `50e-1` are the same. Nothing is rounded on the way.
  package func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
    guard let magnitude = wholeMagnitude else { return nil }
    guard text.hasPrefix("-") else { return Integer(exactly: magnitude) }
    // The lowest number of a signed type has no positive counterpart.
    let lowest = Integer.min.magnitude
    guard let narrow = Integer.Magnitude(exactly: magnitude), narrow <= lowest else { return nil }
    return Integer(truncatingIfNeeded: 0 &- narrow)
  }

  private var magnitude: String {
    text.hasPrefix("-") || text.hasPrefix("+") ? String(text.dropFirst()) : text
  }

  private var isHexadecimal: Bool { magnitude.hasPrefix("0x") || magnitude.hasPrefix("0X") }

  /// The number without its sign, when it is whole and has 64 bits at most.
  private var wholeMagnitude: UInt64? {
    let magnitude = magnitude
    if isHexadecimal { return UInt64(magnitude.dropFirst(2), radix: 16) }
    guard let first = magnitude.utf8.first, first < UInt8(ascii: "A") else { return nil }
    let parts = magnitude.split(omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let pieces = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let fraction = pieces.count > 1 ? pieces[1] : ""
    var digits = (pieces[0] + fraction).drop { $0 == "0" }
    if digits.isEmpty { return 0 }
    guard let exponent = Self.exponent(parts.count > 1 ? parts[1] : "0") else { return nil }
    var zeros = exponent - fraction.utf8.count
    while digits.last == "0" {
      digits.removeLast()
      zeros += 1
    }
    guard zeros >= 0, zeros < 20, digits.utf8.count + zeros <= 20 else { return nil }
    return UInt64(digits + String(repeating: "0", count: zeros))
  }

  /// The exponent's value, or nil for one so large that no text of digits makes up for it.
  private static func exponent(_ text: Substring) -> Int? {
    guard let value = Int(text), value.magnitude < 1 << 40 else { return nil }
    return value
  }

  private static func withDigitsAroundPoint(_ text: String) -> String {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    var mantissa = String(parts[0])
    if mantissa.hasPrefix(".") { mantissa = "0" + mantissa }
    if mantissa.hasSuffix(".") { mantissa += "0" }
    return parts.count > 1 ? "\(mantissa)e\(parts[1])" : mantissa
  }
}
