import Foundation

extension JSONValue {
  /// A value of the library as it stands in files, keys in alphabetical order.
  ///
  /// - Throws: `EncodingError` when the value can't be written as JSON.
  init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(Tree.self, from: JSONEncoder().encode(value)).value
  }

  /// Any JSON, told apart by what it decodes as.
  private struct Tree: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if single.decodeNil() {
        value = .null
      } else if let bool = try? single.decode(Bool.self) {
        value = .bool(bool)
      } else if let int = try? single.decode(Int.self) {
        value = .int(int)
      } else if let double = try? single.decode(Double.self) {
        value = .double(double)
      } else if let text = try? single.decode(String.self) {
        value = .string(text)
      } else if let items = try? single.decode([Tree].self) {
        value = .array(items.map(\.value))
      } else {
        var object: JSONLine = [:]
        for (key, tree) in try single.decode([String: Tree].self).sorted(by: { $0.key < $1.key }) {
          object[key] = tree.value
        }
        value = .object(object)
      }
    }
  }
}
