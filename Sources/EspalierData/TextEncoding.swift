/// How a file's bytes stand for letters.
enum TextEncoding {
  case utf8
  case latin1

  /// UTF-8 when every byte fits its rules, else latin-1.
  static func detect(_ bytes: UnsafeBufferPointer<UInt8>) -> TextEncoding {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        while index + 8 <= bytes.count, isASCII(bytes, index) { index += 8 }
        continue
      }
      let length = sequenceLength(byte)
      guard length > 1, index + length <= bytes.count else { return .latin1 }
      for offset in 1..<length where bytes[index + offset] & 0xC0 != 0x80 { return .latin1 }
      index += length
    }
    return .utf8
  }

  /// The letters of a field.
  func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    switch self {
    case .utf8: return String(decoding: bytes, as: UTF8.self)
    case .latin1:
      var result = ""
      for byte in bytes { result.unicodeScalars.append(Unicode.Scalar(byte)) }
      return result
    }
  }

  /// Whether the eight bytes from an index on are below 0x80.
  @inline(__always)
  private static func isASCII(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
    UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
  }

  private static func sequenceLength(_ lead: UInt8) -> Int {
    switch lead {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 0
    }
  }
}
