import Foundation

/// A JSON value with its members in the order in which they were written, for a chart's specification and data.
///
/// Foundation's encoder sorts keys or shuffles them; here a specification reads as it was composed.
indirect enum JSONText: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// Written with five significant digits, which is more than a chart can show; `null` when it is not finite.
  case number(Double)
  /// Written with all digits that it has; `null` when it is not finite.
  case exact(Double)
  case bool(Bool)
  case null
  case array([JSONText])
  case object([Member])

  /// A key and its value.
  struct Member: Hashable, Sendable {
    /// The key.
    let key: String
    /// The value.
    let value: JSONText
  }

  /// A number that may be absent.
  static func optional(_ value: Double?) -> JSONText {
    value.map(JSONText.number) ?? .null
  }

  /// A list of texts.
  static func strings(_ values: [String]) -> JSONText {
    .array(values.map(JSONText.string))
  }

  /// This object with more members behind its own; anything else stays as it is.
  func adding(_ key: String, _ value: JSONText) -> JSONText {
    guard case .object(let members) = self else { return self }
    return .object(members + [Member(key: key, value: value)])
  }

  /// The text, with every `<` escaped so that it can stand inside a script element of a page.
  var text: String {
    var result = ""
    write(to: &result)
    return result
  }

  private func write(to result: inout String) {
    switch self {
    case .string(let value): Self.quote(value, to: &result)
    case .integer(let value): result += String(value)
    case .number(let value): result += value.isFinite ? String(format: "%.5g", value) : "null"
    case .exact(let value): result += value.isFinite ? value.description : "null"
    case .bool(let value): result += value ? "true" : "false"
    case .null: result += "null"
    case .array(let values):
      result += "["
      for (index, value) in values.enumerated() {
        if index > 0 { result += "," }
        value.write(to: &result)
      }
      result += "]"
    case .object(let members):
      result += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { result += "," }
        Self.quote(member.key, to: &result)
        result += ":"
        member.value.write(to: &result)
      }
      result += "}"
    }
  }

  private static func quote(_ text: String, to result: inout String) {
    result += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar == "<" || scalar.value == 0x2028 || scalar.value == 0x2029:
        result += String(format: "\\u%04x", scalar.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    result += "\""
  }
}

extension JSONText: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  init(stringLiteral value: String) { self = .string(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(floatLiteral value: Double) { self = .number(value) }
  init(booleanLiteral value: Bool) { self = .bool(value) }
  init(nilLiteral: ()) { self = .null }
  init(arrayLiteral elements: JSONText...) { self = .array(elements) }
  init(dictionaryLiteral elements: (String, JSONText)...) {
    self = .object(elements.map { Member(key: $0, value: $1) })
  }
}
