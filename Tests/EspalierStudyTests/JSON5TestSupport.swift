import EspalierStudy

extension JSON5Value {
  /// The value without spaces and positions.
  var plain: String {
    switch content {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let number): number.text
    case .string(let text): text.debugDescription
    case .array(let elements): "[\(elements.map(\.plain).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\($0.key.debugDescription):\($0.value.plain)" }.joined(separator: ","))}"
    }
  }
}

/// The sentence of the error that a piece of code throws, or nil if it throws none.
func sentence<Result>(of body: () throws -> Result) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// A text with all that the grammar has.
let sampleText = """
  // A study.
  {
    name: 'air', "other": "a\\"\\u00e9\\x41\\
  b\\v\\0", $key_1: [1, +2, -3., .5, 0x1F, 1e-3, 5.e+2,], /* several
    lines */ nested: {a: {b: [[], {}, null]}, \\u0061c: true},
    "infinite": [Infinity, -Infinity, NaN], größe: '😀\\ud83d\\ude00\\'', last: false,
  }
  """
