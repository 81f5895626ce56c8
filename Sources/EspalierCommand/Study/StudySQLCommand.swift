import Espalier
import Foundation

/// `espalier study sql`: the queries behind the numbers, and their rows.
enum StudySQLCommand {
  static let query = Option.positional(
    optional: "query", .text("name|sql"), help: "A query's name, or a query in SQL; without it all names are listed")
  static let conditions = Option(
    "where", list: StudyOptions.conditionKind, default: [], otherwise: "all rows",
    help: "Only rows whose column has this value")
  static let show = Option.flag("show", help: "Print the SQL of the named query instead of its rows")

  static let command = Command(
    "sql", summary: "Look up the rows of a store that a number comes from",
    discussion: """
      The store is a SQLite database and is opened for reading alone. A report names the query behind each table and \
      chart; its rows are printed here.
      """,
    examples: [
      "espalier study sql paper.sqlite", "espalier study sql paper.sqlite results --where model=lstm,seed=42",
      "espalier study sql paper.sqlite 'SELECT method, avg(mae) FROM result GROUP BY method'",
    ],
    parameters: [StudyOptions.store.parameter, query.parameter, conditions.parameter, show.parameter]
  ) { context in
    let store = try StudyStore.read(context[StudyOptions.store])
    guard let word = context[query] else { return list(context) }
    let sql = try text(of: word)
    if context[show] { return context.print(sql) }
    let table = try store.query(sql, where: context[conditions])
    context.wantsJSON ? printLines(table, context) : printTable(table, context)
  }

  private static func text(of word: String) throws(UsageError) -> String {
    if let named = StudyQuery(rawValue: word) { return named.sql }
    guard word.contains(" ") else {
      let names = StudyQuery.allCases.map(\.rawValue)
      throw .badValue(
        name: query.parameter.label, value: word,
        expected: "one of \(names.joined(separator: ", ")), or a query in SQL",
        nearest: NearestName.of(word, in: names))
    }
    return word
  }

  private static func list(_ context: Context) {
    for query in StudyQuery.allCases {
      if context.wantsJSON {
        let line: JSONLine = [
          "name": .string(query.rawValue), "title": .string(query.title), "sql": .string(query.sql),
        ]
        context.print(line.text)
      } else {
        context.print("\(query.rawValue): \(query.title)")
      }
    }
  }

  private static func printLines(_ table: StudyTable, _ context: Context) {
    for row in table.rows {
      var line: JSONLine = [:]
      for (column, cell) in zip(table.columns, row) { line[column] = json(cell) }
      context.print(line.text)
    }
  }

  private static func json(_ cell: StudyTable.Cell) -> JSONValue {
    switch cell {
    case .null: .null
    case .integer(let number): .int(number)
    case .real(let number): .double(number)
    case .text(let text): .string(text)
    case .bytes(let count): .string("\(count) bytes")
    }
  }

  private static func printTable(_ table: StudyTable, _ context: Context) {
    let isNumeric = table.columns.indices.map { column in
      table.rows.allSatisfy { row in
        switch row[column] {
        case .text, .bytes: false
        default: true
        }
      }
    }
    var text = TextTable(zip(table.columns, isNumeric).map { $1 ? .number($0) : .text($0) })
    for row in table.rows { text.add(row.map(cell)) }
    context.console.write(text.render())
  }

  private static func cell(_ cell: StudyTable.Cell) -> TextTable.Cell {
    switch cell {
    case .null: .missing
    case .integer(let number): .number(Double(number))
    case .real(let number): .number(number)
    case .text(let text): .text(text)
    case .bytes(let count): .text("\(count) bytes")
    }
  }
}
