import Foundation

/// A safetensors file that was read and checked: named tensors and a map of strings.
///
/// Whatever the bytes are, reading either gives a consistent file or throws one sentence.
///
/// - Source: the format's description and reference implementation, github.com/huggingface/safetensors.
public struct SafetensorsFile: Sendable {
  /// A tensor in the file.
  public struct Entry: Equatable, Sendable {
    /// Its name.
    public let name: String
    /// The type of its elements.
    public let element: SafetensorsElement
    /// The extent of every axis, outermost first.
    public let shape: [Int]
    /// The number of elements.
    public let count: Int
    /// Where it begins, in bytes from the beginning of the file.
    let start: Int
  }

  /// The longest header that is read, in bytes, as in the reference implementation.
  public static let longestHeader = 100_000_000

  /// The tensors, sorted by name.
  public let entries: [Entry]
  /// Strings that came with the tensors.
  public let metadata: [String: String]
  /// The file's path, or what was read instead.
  public let source: String

  private let places: [String: Int]
  private let data: Data

  /// Reads and checks a file.
  ///
  /// - Parameter path: Where the file lies.
  /// - Throws: ``SafetensorsError`` when it is missing, truncated, or contradicts itself.
  public init(path: String) throws(SafetensorsError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw SafetensorsError(source: path, problem: .unreadable("there is no such file"))
    }
    guard !isFolder.boolValue else {
      throw SafetensorsError(source: path, problem: .unreadable("it is a folder"))
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SafetensorsError(source: path, problem: .unreadable("opening it failed; check its permissions"))
    }
    try self.init(data: data, source: path)
  }

  /// Checks the bytes of a file.
  ///
  /// - Parameters:
  ///   - data: The whole file.
  ///   - source: What to call it in messages.
  /// - Throws: ``SafetensorsError`` when the bytes are truncated or contradict themselves.
  public init(data: Data, source: String = "data") throws(SafetensorsError) {
    let data = data.startIndex == 0 ? data : Data(data)
    do {
      (entries, metadata) = try Self.check(data)
    } catch {
      throw SafetensorsError(source: source, problem: error)
    }
    places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    self.data = data
    self.source = source
  }

  /// The names of all tensors, sorted.
  public var names: [String] { entries.map(\.name) }

  /// What the file says of a tensor; nil when it has none of that name.
  public func entry(_ name: String) -> Entry? { places[name].map { entries[$0] } }

  /// A tensor as 32-bit floats, rounded to the nearest where its elements are wider.
  ///
  /// - Throws: ``SafetensorsError`` when there is no such tensor.
  public func tensor(_ name: String) throws(SafetensorsError) -> Tensor {
    let entry = try find(name)
    var tensor = Tensor(repeating: 0, shape: entry.shape)
    data.withUnsafeBytes { bytes in
      let part = UnsafeRawBufferPointer(rebasing: bytes[entry.start..<entry.start + entry.count * entry.element.size])
      tensor.values.withUnsafeMutableBufferPointer { entry.element.read(part, into: $0) }
    }
    return tensor
  }

  /// A tensor of integers or truth values, in row-major order.
  ///
  /// - Throws: ``SafetensorsError`` when there is no such tensor, its elements are floating-point numbers, or one is
  ///   beyond 2^63.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int] {
    let entry = try find(name)
    var values: [Int] = []
    values.reserveCapacity(entry.count)
    data.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress?.advanced(by: entry.start) else { return }
      for index in 0..<entry.count {
        guard let value = entry.element.integer(base + index * entry.element.size) else { break }
        values.append(value)
      }
    }
    guard values.count == entry.count else { throw wrongElement(entry, wanted: "integers") }
    return values
  }

  /// A tensor of integers that all fit 32 unsigned bits, in row-major order, such as the indices of sparse weights.
  ///
  /// - Throws: ``SafetensorsError`` when there is no such tensor or an element doesn't fit.
  public func unsignedIntegers(_ name: String) throws(SafetensorsError) -> [UInt32] {
    let values = try integers(name).compactMap { UInt32(exactly: $0) }
    let entry = try find(name)
    guard values.count == entry.count else { throw wrongElement(entry, wanted: "32-bit unsigned integers") }
    return values
  }

  private func find(_ name: String) throws(SafetensorsError) -> Entry {
    guard let entry = entry(name) else { throw SafetensorsError(source: source, problem: .missing(name: name)) }
    return entry
  }

  private func wrongElement(_ entry: Entry, wanted: String) -> SafetensorsError {
    SafetensorsError(
      source: source,
      problem: .wrongElement(name: entry.name, element: entry.element.rawValue, wanted: wanted))
  }
}

extension SafetensorsFile {
  /// Reads the header and holds it against the bytes that follow.
  private static func check(
    _ data: Data
  ) throws(SafetensorsError.Problem) -> (entries: [Entry], metadata: [String: String]) {
    guard data.count >= 8 else { throw .noHeader(bytes: data.count) }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(longestHeader) else { throw .headerTooLong(bytes: length) }
    guard length <= UInt64(data.count - 8) else {
      throw .headerBeyondFile(header: length, available: data.count - 8)
    }
    let header = try SafetensorsHeader(Array(data[8..<8 + Int(length)]))
    let start = 8 + Int(length)
    let available = data.count - start
    var next = 0
    var entries: [Entry] = []
    for (name, entry) in header.entries.sorted(by: { $0.entry.offsets < $1.entry.offsets }) {
      let (begin, end) = entry.offsets
      guard end <= available else { throw .beyondData(name: name, end: end, available: available) }
      guard begin == next else { throw .notContiguous(name: name, expected: next, actual: begin) }
      next = end
      guard let element = SafetensorsElement(rawValue: entry.element) else {
        throw .unknownElement(name: name, element: entry.element)
      }
      let needed = product(entry.shape + [element.size])
      guard needed == end - begin else { throw .sizeMismatch(name: name, needed: needed, given: end - begin) }
      // Extents other than a 0 must not overflow either: shapes are multiplied again wherever they are used.
      guard product(entry.shape.filter { $0 != 0 }) != nil else {
        throw .sizeMismatch(name: name, needed: nil, given: end - begin)
      }
      entries.append(
        Entry(
          name: name, element: element, shape: entry.shape, count: (end - begin) / element.size,
          start: start + begin))
    }
    guard next == available else { throw .unusedBytes(available - next) }
    return (entries.sorted { $0.name < $1.name }, header.metadata)
  }

  /// The product of extents; nil when it is beyond 2^63, unless one of them is 0.
  private static func product(_ extents: [Int]) -> Int? {
    if extents.contains(0) { return 0 }
    var result = 1
    for extent in extents {
      let (product, overflow) = result.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      result = product
    }
    return result
  }
}
