import EspalierTensor
import Foundation

/// One text for one value: sorted keys, no spaces, numbers in the fewest digits that read back as the same number.
///
/// Runs are keyed by it, so nothing in it may depend on the platform's encoder.
enum CanonicalJSON {
  /// The canonical text of a value.
  ///
  /// - Throws: What the value's own encoding throws; numbers must be finite.
  static func text(of value: some Encodable) throws -> String {
    text(of: try JSON5Parser.parse(utf8: JSONEncoder().encode(value)))
  }

  /// The canonical text of a tree.
  static func text(of value: JSON5Value) -> String {
    var result = ""
    write(value, to: &result)
    return result
  }

  private static func write(_ value: JSON5Value, to result: inout String) {
    switch value.content {
    case .null: result += "null"
    case .bool(let bool): result += bool ? "true" : "false"
    case .number(let number): result += text(of: number)
    case .string(let string): result += string.quotedAsJSON
    case .array(let elements):
      result += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { result += "," }
        write(element, to: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { result += "," }
        result += member.key.quotedAsJSON + ":"
        write(member.value, to: &result)
      }
      result += "}"
    }
  }

  /// Whole numbers have no point and no exponent, however they were written.
  private static func text(of number: JSON5Number) -> String {
    if let unsigned = number.integer(as: UInt64.self) { return String(unsigned) }
    if let signed = number.integer(as: Int64.self) { return String(signed) }
    return number.double.description
  }
}
