/// Arrays of numbers as bytes: 8 each, little-endian.
enum Blob {
  /// Numbers as bytes.
  static func bytes(_ values: [Double]) -> [UInt8] { bytes(values.map(\.bitPattern)) }

  /// Whole numbers as bytes.
  static func bytes(_ values: [Int64]) -> [UInt8] { bytes(values.map { UInt64(bitPattern: $0) }) }

  /// Bytes as numbers; bytes beyond the last whole number don't count.
  static func doubles(_ bytes: [UInt8]) -> [Double] { words(bytes).map(Double.init(bitPattern:)) }

  /// Bytes as whole numbers.
  static func integers(_ bytes: [UInt8]) -> [Int64] { words(bytes).map(Int64.init(bitPattern:)) }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.map(\.littleEndian).withUnsafeBytes { Array($0) }
  }

  private static func words(_ bytes: [UInt8]) -> [UInt64] {
    bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / 8).map { UInt64(littleEndian: buffer.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
    }
  }
}
