import EspalierNN
import EspalierTensor
import Foundation

/// The weights of a file: every tensor whole, and the masks of those that are pruned.
struct StoredWeights {
  /// Strings of a file's metadata that say how its weights are written.
  enum Key {
    /// JSON: the shape of every tensor that is stored as survivors, by name.
    static let sparse = "espalier.sparse"
    /// JSON: the names of whole tensors whose zeros are pruned weights.
    static let masked = "espalier.masked"
  }

  /// How many batches a batch normalization of PyTorch has seen, which no forecast depends on.
  private static let batchCount = ".num_batches_tracked"

  /// All tensors by name, 0 where they are pruned.
  private(set) var tensors: [String: Tensor] = [:]
  /// For pruned tensors one number a weight, 0 where it is pruned.
  private(set) var masks: [String: [UInt8]] = [:]

  /// Reads the tensors of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - shapes: The shapes of the model's parameters by name: a sparse tensor is expanded only when it has its own, so
  ///     that a lying file cannot ask for all memory.
  /// - Throws: ``SavedModelError`` when the arrays of a sparse tensor contradict each other, a `ModelError` when it does
  ///   not belong to the model, or a `SafetensorsError`.
  init(_ file: SafetensorsFile, shapes: [String: [Int]] = [:]) throws {
    let sparse = try Self.decode([String: [Int]].self, Key.sparse, of: file) ?? [:]
    let masked = try Self.decode([String].self, Key.masked, of: file) ?? []
    var parts: Set<String> = []
    for (name, shape) in sparse.sorted(by: { $0.key < $1.key }) {
      func refuse(_ reason: String) -> SavedModelError { .badSparse(path: file.source, name: name, reason: reason) }
      guard let expected = shapes[name] else { throw ModelError.unknownParameter(name: name) }
      guard shape == expected else {
        throw ModelError.shape(ShapeError(operation: name, expected: expected, actual: shape))
      }
      guard file.entry(name) == nil else { throw refuse("it is there both whole and as survivors") }
      let names = ["values", "columns", "row_starts"].map { "\(name).\($0)" }
      if let absent = names.first(where: { file.entry($0) == nil }) { throw refuse("'\(absent)' is missing") }
      parts.formUnion(names)
      do {
        let rows = try CompressedRows(
          shape: shape, values: try file.tensor(names[0]).values, columns: try file.unsignedIntegers(names[1]),
          rowStarts: try file.unsignedIntegers(names[2]))
        tensors[name] = rows.tensor
        masks[name] = rows.mask
      } catch let error as CompressedRowsError {
        throw refuse(error.description)
      }
    }
    for name in file.names where !parts.contains(name) && !name.hasSuffix(Self.batchCount) {
      tensors[name] = try file.tensor(name)
    }
    for name in masked {
      guard let tensor = tensors[name], masks[name] == nil else {
        throw SavedModelError.damaged(path: file.source, part: Key.masked)
      }
      masks[name] = tensor.values.map { $0 == 0 ? 0 : 1 }
    }
    guard tensors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw SavedModelError.notFinite(path: file.source)
    }
  }

  /// Gives a model its weights and masks.
  ///
  /// - Throws: ``ModelError`` when they belong to another model.
  func load(into model: any ForecastModel) throws {
    try model.load(tensors)
    for parameter in model.parameters {
      if let mask = masks[parameter.name] { try parameter.loadMask(mask) }
    }
  }

  /// Adds parameters to a file: as survivors where that takes less room, else whole.
  ///
  /// A mask survives either way, because a whole tensor's zeros are its pruned weights; one that keeps a weight of 0 is
  /// written as survivors for that reason alone. `isDense` writes all of them whole, and such a weight
  /// counts as pruned in that file.
  static func add(_ parameters: [Parameter], isDense: Bool = false, to writer: inout SafetensorsWriter) throws {
    var sparse: [String: [Int]] = [:]
    var masked: [String] = []
    for parameter in parameters {
      guard let rows = CompressedRows(parameter) else {
        try writer.add(parameter.name, parameter.tensor)
        continue
      }
      if !isDense, rows.fileBytes < 4 * parameter.count || rows.values.contains(0) {
        sparse[parameter.name] = parameter.shape
        try writer.add(parameter.name, rows)
      } else {
        masked.append(parameter.name)
        try writer.add(parameter.name, parameter.tensor)
      }
    }
    if !sparse.isEmpty { writer.metadata[Key.sparse] = try JSONText.encode(sparse) }
    if !masked.isEmpty { writer.metadata[Key.masked] = try JSONText.encode(masked.sorted()) }
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ key: String, of file: SafetensorsFile
  ) throws(SavedModelError) -> Value? {
    guard let text = file.metadata[key] else { return nil }
    guard let value = JSONText.decode(type, from: text) else { throw .damaged(path: file.source, part: key) }
    return value
  }
}

/// JSON in the strings of a file's metadata: the same content gives the same text.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from text: String) -> Value? {
    try? JSONDecoder().decode(type, from: Data(text.utf8))
  }
}
