/// Reads the JSON header of a safetensors file: an object of tensors, and one of strings called `__metadata__`.
///
/// A reader of its own, because Foundation's lets duplicate names pass and reads offsets as floating-point numbers.
struct SafetensorsHeader {
  /// What the header says of one tensor, unchecked.
  struct Entry {
    var element: String
    var shape: [Int]
    var offsets: (begin: Int, end: Int)
  }

  private(set) var entries: [(name: String, entry: Entry)] = []
  private(set) var metadata: [String: String] = [:]

  private let bytes: [UInt8]
  private var position = 0

  /// Reads a header; nothing may follow but spaces.
  init(_ bytes: [UInt8]) throws(SafetensorsError.Problem) {
    self.bytes = bytes
    guard bytes.first == UInt8(ascii: "{") else { throw .malformed(byte: 0, expected: "opening brace") }
    var names: Set<String> = []
    try readObject { (reader, name) throws(SafetensorsError.Problem) in
      guard names.insert(name).inserted else { throw .duplicateName(name) }
      if name == "__metadata__" {
        try reader.readMetadata()
      } else {
        reader.entries.append((name, try reader.readEntry(name)))
      }
    }
    skipSpace()
    guard position == bytes.count else { throw .malformed(byte: position, expected: "end of the header") }
  }

  private mutating func readMetadata() throws(SafetensorsError.Problem) {
    try readObject { (reader, key) throws(SafetensorsError.Problem) in
      guard reader.metadata[key] == nil else { throw .duplicateName(key) }
      reader.metadata[key] = try reader.readString()
    }
  }

  private mutating func readEntry(_ name: String) throws(SafetensorsError.Problem) -> Entry {
    var element: String?
    var shape: [Int]?
    var offsets: [Int]?
    try readObject { (reader, key) throws(SafetensorsError.Problem) in
      switch key {
      case "dtype" where element == nil: element = try reader.readString()
      case "shape" where shape == nil: shape = try reader.readIntegers()
      case "data_offsets" where offsets == nil: offsets = try reader.readIntegers()
      default: throw .badEntry(name: name, reason: "has the field '\(key)' twice or should not have it")
      }
    }
    guard let element, let shape, let offsets else {
      throw .badEntry(name: name, reason: "needs the fields 'dtype', 'shape' and 'data_offsets'")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .badEntry(name: name, reason: "needs two offsets in ascending order")
    }
    return Entry(element: element, shape: shape, offsets: (offsets[0], offsets[1]))
  }

  /// Reads an object, handing every key over when its value is next.
  private mutating func readObject(
    _ readValue: (inout SafetensorsHeader, String) throws(SafetensorsError.Problem) -> Void
  ) throws(SafetensorsError.Problem) {
    try expect("{", "opening brace")
    if accept("}") { return }
    repeat {
      skipSpace()
      let key = try readString()
      try expect(":", "colon")
      skipSpace()
      try readValue(&self, key)
    } while accept(",")
    try expect("}", "closing brace")
  }

  private mutating func readIntegers() throws(SafetensorsError.Problem) -> [Int] {
    try expect("[", "opening bracket")
    if accept("]") { return [] }
    var values: [Int] = []
    repeat { values.append(try readInteger()) } while accept(",")
    try expect("]", "closing bracket")
    return values
  }

  private mutating func readInteger() throws(SafetensorsError.Problem) -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, case let digit = bytes[position], (0x30...0x39).contains(digit) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(digit) - 0x30)
      guard !overflow, !carry else { throw .malformed(byte: start, expected: "number below 2^63") }
      value = sum
      position += 1
    }
    let hasLeadingZero = position - start > 1 && bytes[start] == 0x30
    guard position > start, !hasLeadingZero else { throw .malformed(byte: start, expected: "whole number") }
    return value
  }

  private mutating func readString() throws(SafetensorsError.Problem) -> String {
    try expect("\"", "quotation mark")
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw .malformed(byte: position, expected: "valid UTF-8 string")
        }
        return string
      case UInt8(ascii: "\\"): text += try readEscape()
      case 0..<0x20: throw .malformed(byte: position - 1, expected: "printable character")
      default: text.append(byte)
      }
    }
    throw .malformed(byte: position, expected: "end of a string")
  }

  private mutating func readEscape() throws(SafetensorsError.Problem) -> [UInt8] {
    guard position < bytes.count else { throw .malformed(byte: position, expected: "escaped character") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"): return try readUnicode()
    default: throw .malformed(byte: position - 1, expected: "escaped character")
    }
  }

  private mutating func readUnicode() throws(SafetensorsError.Problem) -> [UInt8] {
    let start = position
    var code = try readHexadecimal()
    if (0xD800..<0xDC00).contains(code) {
      try expect("\\", "second half of a character")
      try expect("u", "second half of a character")
      let low = try readHexadecimal()
      guard (0xDC00..<0xE000).contains(low) else {
        throw .malformed(byte: start, expected: "second half of a character")
      }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw .malformed(byte: start, expected: "valid character") }
    return Array(String(Character(scalar)).utf8)
  }

  private mutating func readHexadecimal() throws(SafetensorsError.Problem) -> UInt32 {
    guard bytes.count - position >= 4 else { throw .malformed(byte: position, expected: "hexadecimal digits") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw .malformed(byte: position, expected: "hexadecimal digit")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  /// Steps over a character, spaces before it too, if it is next.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar, _ name: String) throws(SafetensorsError.Problem) {
    guard accept(character) else { throw .malformed(byte: position, expected: name) }
  }
}

extension SafetensorsError.Problem: Error {}
