import EspalierData

/// A value of a text together with the way to it, which errors name.
package struct JSON5Node: Sendable {
  /// The value.
  package let value: JSON5Value
  /// The way from the whole text, such as `grids[2].pruning`; empty for the whole text.
  package let path: String

  /// The whole text, or a part of it.
  package init(_ value: JSON5Value, path: String = "") {
    self.value = value
    self.path = path
  }

  /// An element of this array.
  func element(_ value: JSON5Value, at index: Int) -> JSON5Node { JSON5Node(value, path: "\(path)[\(index)]") }

  /// The value of a member of this object.
  func member(_ member: JSON5Member) -> JSON5Node {
    let scalars = member.key.unicodeScalars
    let isIdentifier = scalars.first?.startsIdentifier == true && scalars.allSatisfy(\.continuesIdentifier)
    let step = isIdentifier ? member.key.shortened : "[\(member.key.quoted)]"
    return JSON5Node(member.value, path: path.isEmpty || !isIdentifier ? path + step : "\(path).\(step)")
  }

  /// Says that something is wrong with this value.
  package func error(_ problem: JSON5Error.Problem) -> JSON5Error {
    JSON5Error(position: value.position, path: path, problem: problem)
  }

  /// Says that this value has none of some forms.
  func mustBe(_ forms: [String], found: String? = nil, nearest: String? = nil) -> JSON5Error {
    let expected = forms.joinedAsAlternatives
    return error(.unsuitable(expected: expected, found: found ?? value.description, nearest: nearest))
  }

  /// Runs what may throw anything; errors that know no place become sentences about this value.
  func placing<Output>(_ body: () throws -> Output) throws(JSON5Error) -> Output {
    do {
      return try body()
    } catch let error as JSON5Error {
      throw error
    } catch {
      throw self.error(.refused(String(describing: error)))
    }
  }

  /// The name that was probably meant; the longest texts are no slips of the keyboard.
  static func nearest(_ name: String, among names: [String]) -> String? {
    name.utf8.count <= 100 ? NearestName.of(name, among: names) : nil
  }
}

extension [String] {
  /// The texts with commas between them and "or" before the last.
  var joinedAsAlternatives: String {
    guard count > 1, let last else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) or \(last)"
  }
}
