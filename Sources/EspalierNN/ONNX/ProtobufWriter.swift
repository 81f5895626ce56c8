import Foundation

/// Writes protobuf's wire format, as far as ONNX files need it.
///
/// - Source: protobuf.dev, "Encoding".
struct ProtobufWriter {
  /// What has been written.
  private(set) var data = Data()

  private enum Wire: UInt64 {
    case varint = 0
    case bytes = 2
    case fixed32 = 5
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      data.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    data.append(UInt8(rest))
  }

  private mutating func tag(_ field: Int, _ wire: Wire) { varint(UInt64(field) << 3 | wire.rawValue) }

  /// An integer of any kind but zigzag; negative ones take ten bytes.
  mutating func add(_ field: Int, _ value: Int) {
    tag(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A 32-bit float.
  mutating func add(_ field: Int, _ value: Float) {
    tag(field, .fixed32)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
  }

  /// Bytes.
  mutating func add(_ field: Int, _ bytes: Data) {
    tag(field, .bytes)
    varint(UInt64(bytes.count))
    data.append(bytes)
  }

  /// A text.
  mutating func add(_ field: Int, _ text: String) { add(field, Data(text.utf8)) }

  /// A message.
  mutating func add(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
    var message = ProtobufWriter()
    fill(&message)
    add(field, message.data)
  }

  /// Integers in one packed field.
  mutating func add(_ field: Int, packed values: [Int]) {
    var list = ProtobufWriter()
    for value in values { list.varint(UInt64(bitPattern: Int64(value))) }
    add(field, list.data)
  }
}
