/// The values of a parsed command line.
package struct Arguments: Sendable {
  private var values: [String: any Sendable] = [:]
  private var given: Set<String> = []

  init() {}

  mutating func set(_ value: any Sendable, for parameter: Parameter, isGiven: Bool) {
    values[parameter.label] = value
    if isGiven { given.insert(parameter.label) }
  }

  /// The value of a parameter: what was given, or its default.
  ///
  /// - Precondition: The command that runs lists the parameter.
  package subscript<Value>(option: Option<Value>) -> Value {
    guard let value = values[option.parameter.label] as? Value else {
      preconditionFailure("The command does not list the parameter \(option.parameter.label).")
    }
    return value
  }

  /// Whether the user wrote the parameter, rather than leaving its default.
  package func isGiven<Value>(_ option: Option<Value>) -> Bool {
    isGiven(label: option.parameter.label)
  }

  /// Whether the user wrote the parameter with this label, which carries its dashes.
  func isGiven(label: String) -> Bool {
    given.contains(label)
  }
}
