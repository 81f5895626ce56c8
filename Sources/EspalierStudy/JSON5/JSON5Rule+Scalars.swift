extension JSON5Rule<Bool> {
  /// `true` or `false`.
  package static var bool: Self { Self(["true", "false"], kind: .bool, parse: \.bool) }
}

extension JSON5Rule<String> {
  /// Any text.
  package static var string: Self { Self(["a text in quotation marks"], kind: .string, parse: \.string) }

  /// A text with something in it besides spaces.
  package static var nonEmptyString: Self {
    Self(["a text that is not empty"], kind: .string) { value in
      value.string.flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
    }
  }
}

extension JSON5Rule where Output: FixedWidthInteger & Sendable {
  /// A whole number in a range, ends included; `1e3` and `5.0` are whole, too.
  package static func integer(in range: ClosedRange<Output>) -> Self {
    Self(["a whole number in \(range)"], kind: .number) { value in
      value.number?.integer(as: Output.self).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension JSON5Rule<Double> {
  /// A number in a range, ends included.
  package static func number(in range: ClosedRange<Double>) -> Self {
    number("in \(range.lowerBound.plain)...\(range.upperBound.plain)", where: range.contains)
  }

  /// A number in a range without its upper end.
  package static func number(in range: Range<Double>) -> Self {
    number("in \(range.lowerBound.plain)..<\(range.upperBound.plain)", where: range.contains)
  }

  /// A finite number of a lowest value or above.
  package static func number(in range: PartialRangeFrom<Double>) -> Self {
    number("of at least \(range.lowerBound.plain)") { range.contains($0) && $0.isFinite }
  }

  /// A finite number above another one.
  package static func number(above low: Double) -> Self {
    number("above \(low.plain)") { $0 > low && $0.isFinite }
  }

  /// A number above another one and up to a third, which is included.
  package static func number(above low: Double, through high: Double) -> Self {
    number("above \(low.plain) and up to \(high.plain)") { $0 > low && $0 <= high }
  }

  /// A number with a property; numbers beyond the largest of the type have none.
  private static func number(_ property: String, where holds: @escaping @Sendable (Double) -> Bool) -> Self {
    Self(["a number \(property)"], kind: .number) { value in
      guard let number = value.number else { return nil }
      let double = number.double
      return holds(double) && (double.isFinite || number.isInfinity) ? double : nil
    }
  }
}

extension JSON5Rule where Output: Sendable {
  /// One of some names, each with its value.
  ///
  /// - Parameter values: The names, in the order in which errors list them.
  /// - Returns: The rule.
  package static func named(_ values: KeyValuePairs<String, Output>) -> Self {
    oneOf(values.map { ($0.key, $0.value) })
  }

  private static func oneOf(_ values: [(name: String, value: Output)]) -> Self {
    let names = values.map(\.name)
    let forms = names.map(\.quoted)
    return Self(forms, kinds: [.string]) { node throws(JSON5Error) in
      if let match = values.first(where: { $0.name == node.value.string }) { return match.value }
      throw node.mustBe(forms, nearest: node.value.string.flatMap { JSON5Node.nearest($0, among: names) })
    }
  }
}

extension JSON5Rule where Output: CaseIterable & RawRepresentable & Sendable, Output.RawValue == String {
  /// One of an enumeration's cases, by its raw value.
  package static func choice(_ type: Output.Type = Output.self) -> Self {
    oneOf(Output.allCases.map { ($0.rawValue, $0) })
  }
}

extension Double {
  /// The number without a fraction of zero.
  fileprivate var plain: String {
    Int(exactly: self).map(String.init) ?? String(self)
  }
}
