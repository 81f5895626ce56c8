import Foundation

/// The first place in which two configurations differ, found in their JSON, so that new settings need no line here.
struct SettingDifference: Equatable {
  /// The names that lead to the setting, such as `training.epochs`.
  let name: String
  /// The first configuration's value as JSON; `none` where it has no such setting.
  let first: String
  /// The second configuration's value.
  let second: String

  /// Compares two values of one type.
  ///
  /// - Returns: Nil when their JSON is the same.
  /// - Throws: `EncodingError`.
  static func between<Value: Encodable>(_ first: Value, and second: Value) throws -> SettingDifference? {
    find("", try object(first), try object(second))
  }

  private static func object(_ value: some Encodable) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(try JSONText.encode(value).utf8), options: .fragmentsAllowed)
  }

  private static func find(_ name: String, _ first: Any?, _ second: Any?) -> SettingDifference? {
    if let first = first as? [String: Any], let second = second as? [String: Any] {
      for key in Set(first.keys).union(second.keys).sorted() {
        if let found = find(name.isEmpty ? key : "\(name).\(key)", first[key], second[key]) { return found }
      }
      return nil
    }
    let (one, other) = (text(first), text(second))
    return one == other ? nil : SettingDifference(name: name, first: one, second: other)
  }

  private static func text(_ value: Any?) -> String {
    guard let value else { return "none" }
    if let text = value as? String { return "'\(text)'" }
    let data = try? JSONSerialization.data(
      withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys, .withoutEscapingSlashes])
    return data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
  }
}
