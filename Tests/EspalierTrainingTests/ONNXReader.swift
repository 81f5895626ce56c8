import Foundation

/// Reads protobuf's wire format without knowing what it means: an independent look at what was written.
struct ProtobufMessage {
  enum Content {
    case number(UInt64)
    case float(Float)
    case bytes(Data)
  }

  struct Malformed: Error {}

  private(set) var fields: [(number: Int, content: Content)] = []

  init(_ data: Data) throws {
    var bytes = [UInt8](data)[...]
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = bytes.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
        guard shift < 64 else { throw Malformed() }
      }
      throw Malformed()
    }
    while !bytes.isEmpty {
      let tag = try varint()
      switch tag & 7 {
      case 0: fields.append((Int(tag >> 3), .number(try varint())))
      case 2:
        let count = Int(try varint())
        guard count <= bytes.count else { throw Malformed() }
        fields.append((Int(tag >> 3), .bytes(Data(bytes.prefix(count)))))
        bytes = bytes.dropFirst(count)
      case 5:
        guard bytes.count >= 4 else { throw Malformed() }
        let bits = bytes.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        fields.append((Int(tag >> 3), .float(Float(bitPattern: bits))))
        bytes = bytes.dropFirst(4)
      default: throw Malformed()
      }
    }
  }

  func data(_ number: Int) -> [Data] {
    fields.compactMap { if $0.number == number, case .bytes(let data) = $0.content { data } else { nil } }
  }

  func messages(_ number: Int) throws -> [ProtobufMessage] { try data(number).map { try ProtobufMessage($0) } }

  func texts(_ number: Int) -> [String] { data(number).map { String(decoding: $0, as: UTF8.self) } }

  func numbers(_ number: Int) -> [Int] {
    fields.compactMap {
      if $0.number == number, case .number(let value) = $0.content { Int(Int64(bitPattern: value)) } else { nil }
    }
  }

  /// The integers of a packed field.
  func packed(_ number: Int) throws -> [Int] {
    // A packed list is one varint after another: read as fields of a message whose tags are all `8`.
    try data(number).flatMap { data in
      var framed = Data()
      var isStart = true
      for byte in data {
        if isStart { framed.append(8) }
        framed.append(byte)
        isStart = byte < 0x80
      }
      return try ProtobufMessage(framed).numbers(1)
    }
  }
}

/// An ONNX file, decoded as far as tests look at it.
struct ONNXFile {
  struct Constant {
    let name: String
    let element: Int
    let shape: [Int]
    let bytes: Data
  }
  struct Node {
    let type: String
    let name: String
    let inputs: [String]
    let outputs: [String]
  }
  struct Port: Equatable {
    let name: String
    let element: Int
    /// Extents as texts; a name for one that is not fixed.
    let axes: [String]
  }

  let layoutVersion: Int
  let operatorSet: Int
  let producer: [String]
  let metadata: [String: String]
  let nodes: [Node]
  let constants: [Constant]
  let inputs: [Port]
  let outputs: [Port]

  init(_ data: Data) throws {
    let model = try ProtobufMessage(data)
    layoutVersion = model.numbers(1)[0]
    producer = model.texts(2) + model.texts(3)
    operatorSet = try model.messages(8)[0].numbers(2)[0]
    metadata = Dictionary(
      uniqueKeysWithValues: try model.messages(14).map { ($0.texts(1)[0], $0.texts(2)[0]) })
    let graph = try model.messages(7)[0]
    nodes = try graph.messages(1).map {
      Node(type: $0.texts(4)[0], name: $0.texts(3)[0], inputs: $0.texts(1), outputs: $0.texts(2))
    }
    constants = try graph.messages(5).map {
      Constant(name: $0.texts(8)[0], element: $0.numbers(2)[0], shape: try $0.packed(1), bytes: $0.data(9)[0])
    }
    func ports(_ field: Int) throws -> [Port] {
      try graph.messages(field).map { port in
        let tensor = try port.messages(2)[0].messages(1)[0]
        let axes = try tensor.messages(2)[0].messages(1).map { $0.texts(2).first ?? "\($0.numbers(1)[0])" }
        return Port(name: port.texts(1)[0], element: tensor.numbers(1)[0], axes: axes)
      }
    }
    inputs = try ports(11)
    outputs = try ports(12)
  }
}
