/// A JSON object on one line, with its keys in the order in which they were written.
package struct JSONLine: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  private var members: [(key: String, value: JSONValue)] = []

  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    for (key, value) in elements { self[key] = value }
  }

  /// The value of a key; a new key goes to the end, `nil` takes a key away.
  package subscript(key: String) -> JSONValue? {
    get { members.first { $0.key == key }?.value }
    set {
      let place = members.firstIndex { $0.key == key }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append((key, value))
      case (nil, nil): break
      }
    }
  }

  /// The object without a line end.
  package var text: String {
    "{" + members.map { "\(JSONValue.quoted($0.key)): \($0.value.text)" }.joined(separator: ", ") + "}"
  }

  package static func == (first: JSONLine, second: JSONLine) -> Bool {
    first.members.elementsEqual(second.members) { $0.key == $1.key && $0.value == $1.value }
  }
}

/// A value of a JSON object.
package enum JSONValue: Sendable, Equatable {
  case string(String)
  case int(Int)
  /// In the fewest digits that read back as the same number; `null` when it is not finite, which JSON can't say.
  case double(Double)
  case bool(Bool)
  case null
  case array([JSONValue])
  case object(JSONLine)

  /// A number rounded to so many digits behind the point.
  package static func rounded(_ value: Double, _ digits: Int) -> JSONValue {
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let scaled = value * power
    return .double(scaled.isFinite ? scaled.rounded() / power : value)
  }

  /// A number that may be absent.
  package static func optional(_ value: Double?) -> JSONValue {
    value.map(JSONValue.double) ?? .null
  }

  var text: String {
    switch self {
    case .string(let value): Self.quoted(value)
    case .int(let value): String(value)
    case .double(let value): value.isFinite ? value.description : "null"
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .object(let object): object.text
    }
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByNilLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .int(value) }
  package init(floatLiteral value: Double) { self = .double(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  package init(nilLiteral: ()) { self = .null }
}
