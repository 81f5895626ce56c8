/// The members of one object, taken key by key; what nobody asked for is refused in the end.
///
/// `take` reads a key by its rule; `finish` ends the reading, and names a key that is left.
package final class JSON5Fields {
  /// The object.
  package let node: JSON5Node
  private let label: String
  private let members: [JSON5Member]
  private let indices: [String: Int]
  private var asked: [String] = []

  /// The members of an object.
  ///
  /// - Parameters:
  ///   - node: The value.
  ///   - label: What the object is, with its article: "a grid".
  /// - Throws: ``JSON5Error/Problem/unsuitable(expected:found:nearest:)`` for a value of another kind.
  package init(_ node: JSON5Node, _ label: String) throws(JSON5Error) {
    guard let members = node.value.members else { throw node.mustBe(["an object"]) }
    self.node = node
    self.label = label
    self.members = members
    indices = Dictionary(members.enumerated().map { ($1.key, $0) }) { first, _ in first }
  }

  /// Reads the value of a key that must be there.
  package func take<Value>(_ key: String, _ rule: JSON5Rule<Value>) throws(JSON5Error) -> Value {
    if let value = try takeIfPresent(key, rule) { return value }
    let others = members.map(\.key).filter { !asked.contains($0) }
    throw node.error(.missingKey(key, of: label, resembling: JSON5Node.nearest(key, among: others)))
  }

  /// Reads the value of a key, or gives the default where the key is missing.
  package func take<Value>(
    _ key: String, _ rule: JSON5Rule<Value>, default value: @autoclosure () -> Value
  ) throws(JSON5Error) -> Value {
    try takeIfPresent(key, rule) ?? value()
  }

  /// Reads the value of a key, or gives nil where the key is missing.
  package func takeIfPresent<Value>(_ key: String, _ rule: JSON5Rule<Value>) throws(JSON5Error) -> Value? {
    if !asked.contains(key) { asked.append(key) }
    guard let member = member(key) else { return nil }
    return try rule.read(node.member(member))
  }

  /// Reads the value of a key into a variable, which keeps what it holds where the key is missing.
  package func take<Value>(
    _ key: String, _ rule: JSON5Rule<Value>, into variable: inout Value
  ) throws(JSON5Error) {
    if let value = try takeIfPresent(key, rule) { variable = value }
  }

  /// Reads the value of a key into an optional variable, which keeps what it holds where the key is missing.
  package func take<Value>(
    _ key: String, _ rule: JSON5Rule<Value>, into variable: inout Value?
  ) throws(JSON5Error) {
    if let value = try takeIfPresent(key, rule) { variable = value }
  }

  /// Whether the object has a key, which does not become known by this.
  package func contains(_ key: String) -> Bool { indices[key] != nil }

  /// Says in a sentence what is wrong with the object.
  package func error(_ sentence: String) -> JSON5Error { node.error(.refused(sentence)) }

  /// Says in a sentence what is wrong with the value of a key, or with the object if it lacks the key.
  package func error(at key: String, _ sentence: String) -> JSON5Error {
    (member(key).map(node.member) ?? node).error(.refused(sentence))
  }

  /// Refuses the first key that was never asked for.
  ///
  /// Called before values are checked against each other, so that a mistyped key is not reported as a missing value.
  ///
  /// - Parameter later: Keys that are asked for later.
  /// - Throws: ``JSON5Error/Problem/unknownKey(_:of:nearest:known:)``.
  package func finish(before later: String...) throws(JSON5Error) {
    asked += later.filter { !asked.contains($0) }
    guard let member = members.first(where: { !asked.contains($0.key) }) else { return }
    let nearest = JSON5Node.nearest(member.key, among: asked)
    throw JSON5Error(
      position: member.position, path: node.path,
      problem: .unknownKey(member.key, of: label, nearest: nearest, known: asked))
  }

  private func member(_ key: String) -> JSON5Member? { indices[key].map { members[$0] } }
}
