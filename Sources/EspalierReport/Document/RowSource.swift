import EspalierStudy

/// The stored rows behind a table or chart: a named query of `espalier study sql`, and which of its rows.
struct RowSource: Equatable, Sendable {
  /// A column of the query's result and the value that it must have.
  struct Condition: Equatable, Sendable {
    let column: String
    let value: String
  }

  /// The query.
  let query: StudyQuery
  /// Which of its rows; all of them when there is no condition.
  let conditions: [Condition]

  init(_ query: StudyQuery, _ conditions: KeyValuePairs<String, String> = [:]) {
    self.query = query
    self.conditions = conditions.map { Condition(column: $0.key, value: $0.value) }
  }

  /// Chooses rows by conditions that were put together.
  init(_ query: StudyQuery, _ conditions: [Condition]) {
    self.query = query
    self.conditions = conditions
  }

  /// A line with the commands that print the rows, for a store's file as it should stand in them; nothing without
  /// sources.
  static func phrases(_ sources: [RowSource], store: String) -> [Phrase] {
    let commands = sources.map { [Phrase.code($0.command(store: store))] }
    return commands.isEmpty ? [] : [.text("Rows: ")] + commands.joined(separator: [.text("; ")])
  }

  /// The command line that prints the rows.
  private func command(store: String) -> String {
    let head = "espalier study sql \(Self.quoted(store)) \(query.rawValue)"
    guard !conditions.isEmpty else { return head }
    return head + " --where " + Self.quoted(conditions.map { "\($0.column)=\($0.value)" }.joined(separator: ","))
  }

  /// A word as a shell reads it back.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_./=,-:+@".contains($0)) }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
