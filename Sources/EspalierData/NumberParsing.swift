/// Numbers as they stand in files.
enum NumberParsing {
  /// A whole number, with or without a fraction of zeros, as `12` and `12.0`.
  ///
  /// - Parameters:
  ///   - field: The cell, without spaces around it.
  ///   - decimal: The byte of the decimal point or comma.
  /// - Returns: The number; nil for anything else, and for magnitudes above 4e18, whose differences could overflow.
  static func whole(_ field: Field, decimal: UInt8) -> Int64? {
    var p = field.start
    let end = field.end
    guard p < end else { return nil }
    let negative = p.pointee == 0x2D
    if negative || p.pointee == 0x2B { p += 1 }
    let first = p
    var value: Int64 = 0
    while p < end, p.pointee &- 0x30 < 10 {
      guard value <= 400_000_000_000_000_000 else { return nil }
      value = value * 10 + Int64(p.pointee - 0x30)
      p += 1
    }
    guard p > first, value <= 4_000_000_000_000_000_000 else { return nil }
    if p < end, p.pointee == decimal {
      p += 1
      while p < end, p.pointee == 0x30 { p += 1 }
    }
    return p == end ? negative ? -value : value : nil
  }

  /// The nearest double to a decimal number such as `-1.5e-3`.
  ///
  /// Up to 15 digits (and most numbers of 16) take the exact path of Clinger: a mantissa below 2^53 and a power of ten
  /// up to 22 are doubles, so one product or quotient rounds right. The rest goes to the standard library.
  ///
  /// - Parameters:
  ///   - start: The first byte; no spaces.
  ///   - end: Behind the last byte.
  ///   - decimal: The byte of the decimal point or comma.
  /// - Returns: The number, infinite for `inf` and for what is beyond the range; nil for anything else.
  @inline(__always)
  static func parse(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, decimal: UInt8) -> Double? {
    var p = start
    guard p < end else { return nil }
    let negative = p.pointee == 0x2D
    if negative || p.pointee == 0x2B { p += 1 }
    var mantissa: UInt64 = 0
    let first = p
    while p < end, p.pointee &- 0x30 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(p.pointee &- 0x30)
      p += 1
    }
    var digits = p - first
    var exponent = 0
    if p < end, p.pointee == decimal {
      p += 1
      let point = p
      while p < end, p.pointee &- 0x30 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(p.pointee &- 0x30)
        p += 1
      }
      exponent = point - p
      digits -= exponent
    }
    guard digits > 0 else { return infinity(start, end) }
    if p < end {
      guard p.pointee | 0x20 == 0x65, let written = exponentPart(p + 1, end) else { return nil }
      exponent += written
    }
    guard digits <= 19, mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else {
      return slow(start, end, decimal: decimal)
    }
    let value = exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
    return negative ? -value : value
  }

  /// The number that a text is, or nil.
  static func parse(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return nil }
      return parse(base, base + bytes.count, decimal: 0x2E)
    }
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    1e20, 1e21, 1e22,
  ]

  private static func exponentPart(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Int? {
    var p = start
    guard p < end else { return nil }
    let negative = p.pointee == 0x2D
    if negative || p.pointee == 0x2B { p += 1 }
    guard p < end else { return nil }
    var value = 0
    while p < end {
      guard p.pointee &- 0x30 < 10 else { return nil }
      value = min(100_000, value * 10 + Int(p.pointee &- 0x30))
      p += 1
    }
    return negative ? -value : value
  }

  private static func slow(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, decimal: UInt8) -> Double? {
    var bytes = Array(UnsafeBufferPointer(start: start, count: end - start))
    for index in bytes.indices where bytes[index] == decimal { bytes[index] = 0x2E }
    if bytes.first == 0x2B { bytes.removeFirst() }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  private static func infinity(_ start: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> Double? {
    guard end - start <= 9 else { return nil }
    let text = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self).lowercased()
    let sign = text.hasPrefix("-") ? -1.0 : 1
    let name = text.drop { $0 == "-" || $0 == "+" }
    return name == "inf" || name == "infinity" ? sign * .infinity : nil
  }
}

/// What stands for a missing value.
struct MissingMarkers {
  private var texts: [[UInt8]]
  private let numbers: [Double]

  /// The usual markers and the caller's.
  init(_ extra: [String], decimalComma: Bool) {
    texts = ["na", "n/a", "nan", "null", "none", "?"].map { Array($0.utf8) }
    var values: [Double] = []
    for marker in extra {
      let text = decimalComma ? String(marker.map { $0 == "," ? "." : $0 }) : marker
      if let value = NumberParsing.parse(text) {
        values.append(value)
      } else {
        texts.append(Array(marker.lowercased().utf8))
      }
    }
    numbers = values
  }

  /// Whether a number stands for a missing value.
  @inline(__always)
  func contains(_ value: Double) -> Bool {
    for number in numbers where number == value { return true }
    return false
  }

  /// Whether a trimmed cell that is not a number stands for a missing value; upper and lower case are equal.
  func contains(_ field: Field) -> Bool {
    if field.isEmpty { return true }
    let bytes = field.bytes
    return texts.contains { text in
      text.count == bytes.count
        && zip(text, bytes).allSatisfy { $0 == ($1 >= 0x41 && $1 <= 0x5A ? $1 | 0x20 : $1) }
    }
  }
}
