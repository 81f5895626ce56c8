/// What a value must look like, and how it is read.
///
/// Rules are put together from smaller ones: `.list(of: .choice(ModelKind.self))`, or
/// `.named(["paper": paper]).or(.object("a pruning rule", read))` for a preset's name or an object.
package struct JSON5Rule<Output>: Sendable {
  /// The forms that a value may have, as errors name them.
  let forms: [String]
  /// The kinds of values that the rule looks at; it refuses all others.
  let kinds: Set<JSON5Kind>
  private let body: @Sendable (JSON5Node) throws(JSON5Error) -> Output

  /// A rule for some kinds of values.
  ///
  /// - Parameters:
  ///   - forms: What errors say that a value must be; several are alternatives.
  ///   - kinds: The kinds that `body` gets to see.
  ///   - body: Reads a value.
  init(
    _ forms: [String], kinds: Set<JSON5Kind>, body: @escaping @Sendable (JSON5Node) throws(JSON5Error) -> Output
  ) {
    self.forms = forms
    self.kinds = kinds
    self.body = body
  }

  /// A rule for values that are read on their own; those for which `parse` gives nil are refused.
  init(_ forms: [String], kind: JSON5Kind, parse: @escaping @Sendable (JSON5Value) -> Output?) {
    self.init(forms, kinds: [kind]) { node throws(JSON5Error) in
      guard let output = parse(node.value) else { throw node.mustBe(forms) }
      return output
    }
  }

  /// Reads a text that holds one value of this form.
  package func read(_ text: String) throws(JSON5Error) -> Output { try read(utf8: text.utf8) }

  /// Reads the bytes of a text that holds one value of this form.
  package func read(utf8 bytes: some Sequence<UInt8>) throws(JSON5Error) -> Output {
    try read(JSON5Node(try JSON5Parser.parse(utf8: bytes)))
  }

  /// Reads a value.
  package func read(_ node: JSON5Node) throws(JSON5Error) -> Output {
    guard kinds.contains(node.value.kind) else { throw node.mustBe(forms) }
    return try body(node)
  }

  /// A rule for values that have this form or another one, which the value's kind decides; this one comes first.
  package func or(_ other: JSON5Rule) -> JSON5Rule {
    JSON5Rule(forms + other.forms, kinds: kinds.union(other.kinds)) { node throws(JSON5Error) in
      try (kinds.contains(node.value.kind) ? self : other).read(node)
    }
  }

  /// A rule that makes something of what this one reads.
  ///
  /// - Parameter transform: May throw anything: a ``JSON5Error`` passes on, the description of others is put after
  ///   the place of the value, and should therefore be a sentence.
  /// - Returns: The rule.
  package func map<Result>(_ transform: @escaping @Sendable (Output) throws -> Result) -> JSON5Rule<Result> {
    JSON5Rule<Result>(forms, kinds: kinds) { node throws(JSON5Error) in
      let output = try read(node)
      return try node.placing { try transform(output) }
    }
  }

  /// A rule for `null`, which gives nil, beside the values of another rule.
  package static func orNull<Wrapped>(_ rule: JSON5Rule<Wrapped>) -> JSON5Rule<Wrapped?> where Output == Wrapped? {
    let null = JSON5Rule<Wrapped?>(["null"], kinds: [.null]) { _ in nil }
    return rule.map { $0 }.or(null)
  }
}
