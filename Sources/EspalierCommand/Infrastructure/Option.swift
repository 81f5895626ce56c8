/// What the parser and help know about an option, flag or positional argument, whatever its type.
package struct Parameter: Sendable {
  /// How the parameter is written on the command line.
  package enum Form: Sendable { case flag, option, positional }

  /// Without dashes and brackets.
  package let name: String
  package let form: Form
  package let placeholder: String
  /// Completes "must be".
  package let expected: String
  package let isRequired: Bool
  package let takesList: Bool
  /// The right column of help, limits and default included.
  package let help: String
  /// Turns the words that were given, none when the parameter was absent, into the value.
  let read: @Sendable ([String]) throws(UsageError) -> any Sendable

  /// As messages and usage show it: `--lookback` or `<file>`.
  package var label: String { form == .positional ? "<\(name)>" : "--\(name)" }
}

/// One parameter of a command, declared once and then the key to its value in ``Arguments``.
///
/// The type of the value says what may be left out: `Option<Int>` has a default or is required, `Option<Int?>` may be
/// absent, `Option<[Int]>` takes `--name 1,7,30` as well as `--name 1 --name 7`.
package struct Option<Value: Sendable>: Sendable {
  /// The same without the type.
  package let parameter: Parameter

  private init<Item>(
    _ name: String, _ kind: ValueKind<Item>, form: Parameter.Form, help: String, notes: [String?],
    isRequired: Bool = false, takesList: Bool = false, assemble: @escaping @Sendable ([Item]) -> Value
  ) {
    let notes = ([kind.limits] + notes).compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "; ")
    let label = form == .positional ? "<\(name)>" : "--\(name)"
    parameter = Parameter(
      name: name, form: form, placeholder: kind.placeholder, expected: kind.expected, isRequired: isRequired,
      takesList: takesList, help: notes.isEmpty ? help : "\(help) (\(notes))",
      read: { words throws(UsageError) in
        var items: [Item] = []
        for word in words {
          guard let item = kind.read(word) else {
            let nearest = NearestName.of(word, in: kind.candidates)
            throw .badValue(name: label, value: word, expected: kind.expected, nearest: nearest)
          }
          items.append(item)
        }
        return assemble(items)
      })
  }
}

extension Option {
  /// An option with a default.
  package init(_ name: String, _ kind: ValueKind<Value>, default value: Value, help: String) {
    self.init(
      name, kind, form: .option, help: help, notes: ["default " + kind.show(value)], assemble: { $0.first ?? value })
  }

  /// An option that may be absent; `otherwise` tells the user what then happens.
  package init<Item>(_ name: String, _ kind: ValueKind<Item>, otherwise: String? = nil, help: String)
  where Value == Item? {
    self.init(
      name, kind, form: .option, help: help, notes: [otherwise.map { "default: " + $0 }], assemble: { $0.first })
  }

  /// An option that must be given.
  package init(required name: String, _ kind: ValueKind<Value>, help: String) {
    self.init(name, kind, form: .option, help: help, notes: ["required"], isRequired: true, assemble: { $0[0] })
  }

  /// An option that takes several values, separated by commas or given one by one.
  package init<Item>(
    _ name: String, list kind: ValueKind<Item>, default values: [Item], otherwise: String? = nil, help: String
  ) where Value == [Item] {
    let shown = values.map(kind.show).joined(separator: ",")
    let note = otherwise.map { "default: " + $0 } ?? (shown.isEmpty ? nil : "default " + shown)
    self.init(
      name, kind, form: .option, help: help, notes: [note], takesList: true,
      assemble: { $0.isEmpty ? values : $0 })
  }
}

extension Option where Value == Bool {
  /// A flag: false unless it stands on the command line.
  package static func flag(_ name: String, help: String) -> Self {
    let kind = ValueKind<Bool>(placeholder: "", expected: "", read: { _ in true }, show: { _ in "" })
    return Option(name, kind, form: .flag, help: help, notes: [], assemble: { $0.first ?? false })
  }
}

extension Option {
  /// An argument known by its place, which must be given.
  package static func positional(_ name: String, _ kind: ValueKind<Value>, help: String) -> Self {
    Option(name, kind, form: .positional, help: help, notes: [], isRequired: true, assemble: { $0[0] })
  }

  /// An argument known by its place, which may be absent; optional ones stand after required ones.
  package static func positional<Item>(optional name: String, _ kind: ValueKind<Item>, help: String) -> Self
  where Value == Item? {
    Option(name, kind, form: .positional, help: help, notes: ["optional"], assemble: { $0.first })
  }

  /// All remaining arguments; it stands last.
  package static func positional<Item>(
    rest name: String, _ kind: ValueKind<Item>, isRequired: Bool, help: String
  ) -> Self where Value == [Item] {
    Option(
      name, kind, form: .positional, help: help, notes: ["several"], isRequired: isRequired, takesList: true,
      assemble: { $0 })
  }
}
