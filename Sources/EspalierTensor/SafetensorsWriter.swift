import Foundation

/// Collects tensors and strings and writes them as a safetensors file.
///
/// The same content gives the same bytes, whatever the order it was added in: strings are sorted by name, and entries by
/// the size of their elements, the largest first, then by name. With that and a header that is padded with spaces to a
/// multiple of 8 bytes, every element lies on a multiple of its size, which some readers ask for.
public struct SafetensorsWriter: Sendable {
  private struct Item {
    var element: SafetensorsElement
    var shape: [Int]
    var bytes: Data
  }

  /// Strings that go with the tensors.
  public var metadata: [String: String]
  private var items: [String: Item] = [:]

  /// An empty file.
  ///
  /// - Parameter metadata: Strings that go with the tensors.
  public init(metadata: [String: String] = [:]) {
    self.metadata = metadata
  }

  /// Adds 32-bit floats, in place of a tensor of the same name.
  ///
  /// - Throws: ``SafetensorsError`` when the name is `__metadata__`, which the format reserves.
  public mutating func add(_ name: String, _ tensor: Tensor) throws(SafetensorsError) {
    try add(name, .float32, tensor.shape, tensor.values.map(\.bitPattern.littleEndian))
  }

  /// Adds a list of 32-bit unsigned integers, in place of a tensor of the same name.
  ///
  /// - Throws: ``SafetensorsError`` when the name is `__metadata__`, which the format reserves.
  public mutating func add(_ name: String, _ values: [UInt32]) throws(SafetensorsError) {
    try add(name, .uint32, [values.count], values.map(\.littleEndian))
  }

  /// Adds the survivors of a pruned tensor as `NAME.values`, `NAME.columns` and `NAME.row_starts`.
  ///
  /// Columns and row starts take 16 bits an element where all of them fit, else 32; the type in the file says which.
  ///
  /// - Throws: ``SafetensorsError`` when a name is reserved.
  public mutating func add(_ name: String, _ rows: CompressedRows) throws(SafetensorsError) {
    try add("\(name).values", .float32, [rows.values.count], rows.values.map(\.bitPattern.littleEndian))
    try add("\(name).columns", indices: rows.columns)
    try add("\(name).row_starts", indices: rows.rowStarts)
  }

  /// Bytes of an element of a list of indices.
  static func indexBytes(_ indices: [UInt32]) -> Int {
    indices.allSatisfy { $0 <= UInt32(UInt16.max) } ? 2 : 4
  }

  private mutating func add(_ name: String, indices: [UInt32]) throws(SafetensorsError) {
    guard Self.indexBytes(indices) == 2 else { return try add(name, indices) }
    try add(name, .uint16, [indices.count], indices.map { UInt16($0).littleEndian })
  }

  private mutating func add<Word: FixedWidthInteger>(
    _ name: String, _ element: SafetensorsElement, _ shape: [Int], _ words: [Word]
  ) throws(SafetensorsError) {
    guard name != "__metadata__" else {
      throw SafetensorsError(source: name, problem: .unwritable("the name is reserved; call the tensor something else"))
    }
    let bytes = words.withUnsafeBytes { Data($0) }
    items[name] = Item(element: element, shape: shape, bytes: bytes)
  }

  /// The bytes of the file.
  public func data() -> Data {
    let sorted = items.sorted { ($1.value.element.size, $0.key) < ($0.value.element.size, $1.key) }
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map { "\($0.key.quotedAsJSON):\($0.value.quotedAsJSON)" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for (name, item) in sorted {
      let shape = item.shape.map(String.init).joined(separator: ",")
      let end = offset + item.bytes.count
      fields.append(
        "\(name.quotedAsJSON):{\"dtype\":\"\(item.element.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var header = Data("{\(fields.joined(separator: ","))}".utf8)
    header.append(Data(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8))
    var result = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Data($0) }
    result.reserveCapacity(8 + header.count + offset)
    result.append(header)
    for (_, item) in sorted { result.append(item.bytes) }
    return result
  }

  /// Writes the file: first beside its place, then renamed, so that nothing half is ever found there.
  ///
  /// - Parameter path: Where the file will lie; replaced if it exists.
  /// - Throws: ``SafetensorsError`` when that fails; a file that was there is unchanged then.
  public func write(path: String) throws(SafetensorsError) {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw SafetensorsError(source: path, problem: .unwritable("it is a folder"))
    }
    let url = URL(fileURLWithPath: path)
    guard FileManager.default.fileExists(atPath: url.deletingLastPathComponent().path) else {
      throw SafetensorsError(source: path, problem: .unwritable("its folder does not exist"))
    }
    do {
      try data().write(to: url, options: .atomic)
    } catch {
      throw SafetensorsError(
        source: path, problem: .unwritable("saving it failed; check the folder's permissions and the free space"))
    }
  }
}
