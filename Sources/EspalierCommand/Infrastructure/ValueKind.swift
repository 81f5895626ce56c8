/// How one value is read from a word of the command line, and how it stands in help and messages.
package struct ValueKind<Value: Sendable>: Sendable {
  /// Stands for the value in help, without brackets: `steps`.
  package let placeholder: String
  /// Completes "must be": `a whole number of at least 1`.
  package let expected: String
  /// What help adds in parentheses: `at least 1`; empty when everything is allowed.
  package let limits: String
  /// The words that are allowed, when they can be listed.
  package let candidates: [String]
  /// Returns the value, or `nil` when the word does not have one.
  package let read: @Sendable (String) -> Value?
  /// Returns the word for a value, as help shows a default.
  package let show: @Sendable (Value) -> String

  package init(
    placeholder: String, expected: String, limits: String = "", candidates: [String] = [],
    read: @escaping @Sendable (String) -> Value?, show: @escaping @Sendable (Value) -> String
  ) {
    self.placeholder = placeholder
    self.expected = expected
    self.limits = limits
    self.candidates = candidates
    self.read = read
    self.show = show
  }
}

extension ValueKind where Value == Int {
  /// A whole number within bounds that are both allowed.
  package static func int(_ placeholder: String, from low: Int? = nil, to high: Int? = nil) -> Self {
    let limits = Limits.text(low: low.map(String.init), high: high.map(String.init))
    return ValueKind(
      placeholder: placeholder, expected: Limits.expected("a whole number", limits), limits: limits,
      read: { word in
        guard let value = Int(word), value >= low ?? .min, value <= high ?? .max else { return nil }
        return value
      }, show: { String($0) })
  }
}

extension ValueKind where Value == Double {
  /// A finite number within bounds that are both allowed.
  package static func double(_ placeholder: String, from low: Double? = nil, to high: Double? = nil) -> Self {
    number(placeholder, low: low, allowsLow: true, high: high)
  }

  /// A finite number above a bound that is itself not allowed, up to one that is.
  package static func double(_ placeholder: String, above low: Double, to high: Double? = nil) -> Self {
    number(placeholder, low: low, allowsLow: false, high: high)
  }

  /// A finite number between two bounds that are themselves not allowed.
  package static func double(_ placeholder: String, above low: Double, below high: Double) -> Self {
    let limits = "above \(Limits.word(low)) and below \(Limits.word(high))"
    return ValueKind(
      placeholder: placeholder, expected: Limits.expected("a number", limits), limits: limits,
      read: { word in Double(word).flatMap { $0 > low && $0 < high ? $0 : nil } }, show: Limits.word)
  }

  private static func number(_ placeholder: String, low: Double?, allowsLow: Bool, high: Double?) -> Self {
    let limits = Limits.text(low: low.map(Limits.word), allowsLow: allowsLow, high: high.map(Limits.word))
    return ValueKind(
      placeholder: placeholder, expected: Limits.expected("a number", limits), limits: limits,
      read: { word in
        guard let value = Double(word), value.isFinite, value <= high ?? .infinity else { return nil }
        guard let low else { return value }
        return allowsLow ? (value >= low ? value : nil) : (value > low ? value : nil)
      }, show: Limits.word)
  }
}

extension ValueKind where Value == String {
  /// Any text that is not empty.
  package static func text(_ placeholder: String) -> Self {
    ValueKind(
      placeholder: placeholder, expected: "some text", read: { $0.isEmpty ? nil : $0 }, show: { $0 })
  }

  /// One of the listed words.
  package static func choice(_ words: [String], placeholder: String = "name") -> Self {
    choice(words, placeholder: placeholder, name: { $0 })
  }
}

extension ValueKind {
  /// One of the listed values, each known by its name.
  package static func choice(
    _ values: [Value], placeholder: String = "name", name: @escaping @Sendable (Value) -> String
  ) -> Self {
    let names = values.map(name)
    return ValueKind(
      placeholder: placeholder, expected: (names.count > 1 ? "one of " : "") + names.joined(separator: ", "),
      limits: names.joined(separator: ", "), candidates: names,
      read: { word in names.firstIndex(of: word).map { values[$0] } }, show: name)
  }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of the cases of an enumeration, by raw value.
  package static func choice(_ type: Value.Type, placeholder: String = "name") -> Self {
    choice(Array(type.allCases), placeholder: placeholder, name: { $0.rawValue })
  }
}

/// Words for bounds, the same in help and in messages.
private enum Limits {
  static func text(low: String?, allowsLow: Bool = true, high: String?) -> String {
    switch (low, high) {
    case (nil, nil): ""
    case (let low?, nil): (allowsLow ? "at least " : "above ") + low
    case (nil, let high?): "at most " + high
    case (let low?, let high?): allowsLow ? "\(low) to \(high)" : "above \(low), at most \(high)"
    }
  }

  static func expected(_ noun: String, _ limits: String) -> String {
    if limits.isEmpty { return noun }
    if limits.first?.isNumber == true || limits.first == "-" { return "\(noun) from \(limits)" }
    return limits.hasPrefix("above") ? "\(noun) \(limits)" : "\(noun) of \(limits)"
  }

  /// A number without a needless fraction: `1` rather than `1.0`.
  static func word(_ value: Double) -> String {
    value.description.hasSuffix(".0") ? String(value.description.dropLast(2)) : value.description
  }
}
