extension JSON5Rule {
  /// A list whose elements follow a rule.
  ///
  /// - Parameters:
  ///   - rule: What each element must be.
  ///   - count: How many elements there may be.
  /// - Returns: The rule, which names the element in its errors: `lookbacks[2]`.
  package static func list<Element>(
    of rule: JSON5Rule<Element>, count: ClosedRange<Int> = 0...Int.max
  ) -> JSON5Rule<[Element]> where Output == [Element] {
    let forms = ["a list\(count.ofElements)"]
    return JSON5Rule<[Element]>(forms, kinds: [.array]) { node throws(JSON5Error) in
      let values = node.value.elements ?? []
      guard count.contains(values.count) else { throw node.mustBe(forms, found: "one of \(values.count)") }
      var elements: [Element] = []
      for (index, value) in values.enumerated() { elements.append(try rule.read(node.element(value, at: index))) }
      return elements
    }
  }

  /// A list whose elements follow a rule and differ from each other.
  ///
  /// - Parameters:
  ///   - rule: What each element must be.
  ///   - count: How many elements there may be; at least one unless told otherwise.
  /// - Returns: The rule, whose errors name both of two equal elements.
  package static func distinctList<Element: Hashable & Sendable>(
    of rule: JSON5Rule<Element>, count: ClosedRange<Int> = 1...Int.max
  ) -> JSON5Rule<[Element]> where Output == [Element] {
    let list = JSON5Rule<[Element]>.list(of: rule, count: count)
    return JSON5Rule<[Element]>(list.forms, kinds: list.kinds) { node throws(JSON5Error) in
      let elements = try list.read(node)
      var firsts: [Element: Int] = [:]
      for (index, (element, value)) in zip(elements, node.value.elements ?? []).enumerated() {
        guard let first = firsts.updateValue(index, forKey: element) else { continue }
        let repeated = node.element(value, at: index)
        throw repeated.error(.repetition(value.description, first: node.element(value, at: first).path))
      }
      return elements
    }
  }

  /// An object that is read key by key; keys that `read` does not ask for are refused.
  ///
  /// - Parameters:
  ///   - label: What the object is, with its article: "a grid".
  ///   - read: Takes the members. It may throw anything, as the transform of ``map(_:)``.
  /// - Returns: The rule.
  package static func object(
    _ label: String, _ read: @escaping @Sendable (JSON5Fields) throws -> Output
  ) -> JSON5Rule {
    JSON5Rule(["an object"], kinds: [.object]) { node throws(JSON5Error) in
      let fields = try JSON5Fields(node, label)
      let output = try node.placing { try read(fields) }
      try fields.finish()
      return output
    }
  }
}

extension ClosedRange<Int> {
  /// What the range says about a number of elements, to be put after "a list".
  fileprivate var ofElements: String {
    switch (lowerBound, upperBound) {
    case (...0, .max): ""
    case (1, .max): " of at least 1 element"
    case (_, .max): " of at least \(lowerBound) elements"
    case (upperBound, _): " of \(lowerBound) elements"
    default: " of \(lowerBound) to \(upperBound) elements"
    }
  }
}
