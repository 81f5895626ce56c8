/// The types of elements that safetensors files hold.
public enum SafetensorsElement: String, Sendable, CaseIterable {
  /// 64-bit floating point.
  case float64 = "F64"
  /// 32-bit floating point.
  case float32 = "F32"
  /// 16-bit floating point, IEEE 754.
  case float16 = "F16"
  /// The upper half of a 32-bit floating-point number.
  case bfloat16 = "BF16"
  /// 64-bit signed integers.
  case int64 = "I64"
  /// 32-bit signed integers.
  case int32 = "I32"
  /// 16-bit signed integers.
  case int16 = "I16"
  /// 8-bit signed integers.
  case int8 = "I8"
  /// 64-bit unsigned integers.
  case uint64 = "U64"
  /// 32-bit unsigned integers.
  case uint32 = "U32"
  /// 16-bit unsigned integers.
  case uint16 = "U16"
  /// 8-bit unsigned integers.
  case uint8 = "U8"
  /// Truth values, a byte each.
  case bool = "BOOL"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64, .uint64: 8
    case .float32, .int32, .uint32: 4
    case .float16, .bfloat16, .int16, .uint16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Reads elements as the nearest 32-bit floats; both buffers hold as many.
  func read(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    guard let base = bytes.baseAddress else { return }
    if self == .float32, Int(littleEndian: 1) == 1 {
      UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
    } else {
      for index in values.indices { values[index] = float(base + index * size) }
    }
  }

  /// One element as the nearest 32-bit float.
  private func float(_ bytes: UnsafeRawPointer) -> Float {
    switch self {
    case .float64: Float(Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))))
    case .float32: Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    case .float16: Self.float(half: UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
    case .bfloat16:
      Float(bitPattern: UInt32(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self))) << 16)
    case .uint64: Float(UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    default: Float(integer(bytes) ?? 0)
    }
  }

  /// One element as an integer; nil for floating point, and beyond 2^63.
  func integer(_ bytes: UnsafeRawPointer) -> Int? {
    switch self {
    case .float64, .float32, .float16, .bfloat16: nil
    case .int64: Int(Int64(littleEndian: bytes.loadUnaligned(as: Int64.self)))
    case .int32: Int(Int32(littleEndian: bytes.loadUnaligned(as: Int32.self)))
    case .int16: Int(Int16(littleEndian: bytes.loadUnaligned(as: Int16.self)))
    case .int8: Int(bytes.load(as: Int8.self))
    case .uint64: Int(exactly: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)))
    case .uint32: Int(UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)))
    case .uint16: Int(UInt16(littleEndian: bytes.loadUnaligned(as: UInt16.self)))
    case .uint8, .bool: Int(bytes.load(as: UInt8.self))
    }
  }

  /// Widens a half-precision number; written out because Swift has no such type on Intel Macs.
  private static func float(half: UInt16) -> Float {
    let sign: Float = half & 0x8000 == 0 ? 1 : -1
    let exponent = Int(half >> 10 & 0x1F)
    let fraction = Float(half & 0x3FF)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
    }
  }
}
