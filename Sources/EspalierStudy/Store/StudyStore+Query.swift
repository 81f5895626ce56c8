/// The rows of a query.
public struct StudyTable: Equatable, Sendable {
  /// A cell.
  public enum Cell: Equatable, Sendable {
    /// Nothing.
    case null
    /// A whole number.
    case integer(Int)
    /// A number.
    case real(Double)
    /// A text.
    case text(String)
    /// Bytes, of which only the number is told.
    case bytes(Int)
  }

  /// The names of the columns.
  public let columns: [String]
  /// The rows, a cell a column.
  public let rows: [[Cell]]
}

/// Which rows of a query are wanted: those whose column has a value.
public struct StudyCondition: Equatable, Sendable {
  /// The column's name.
  public let column: String
  /// The value, compared as text.
  public let value: String

  /// Describes a condition.
  public init(column: String, value: String) {
    self.column = column
    self.value = value
  }
}

extension StudyStore {
  /// Runs a query that changes nothing.
  ///
  /// - Parameters:
  ///   - sql: The query; `float64(blob, index)` and `int64(blob, index)` are known beside SQLite's functions.
  ///   - conditions: Which of its rows are wanted; all must hold.
  /// - Returns: The rows.
  /// - Throws: ``StoreError/query(_:)`` when it is no query, changes something, or names what isn't there.
  public func query(_ sql: String, where conditions: [StudyCondition] = []) throws -> StudyTable {
    let names = conditions.map { "CAST(\"\($0.column.replacing("\"", with: "\"\""))\" AS TEXT) = ?" }
    let sql = String(sql.reversed().drop { $0.isWhitespace || $0 == ";" }.reversed())
    let text = names.isEmpty ? sql : "SELECT * FROM (\n\(sql)\n) WHERE \(names.joined(separator: " AND "))"
    return try withDatabase { database in
      let statement = try database.prepare(text)
      guard statement.isReadOnly else {
        throw StoreError.query("Only queries that change nothing are carried out: begin with SELECT.")
      }
      let columns = statement.columns
      // SQLite takes an unknown name in quotation marks for a text, so that a mistyped column would just give no rows.
      if let unknown = try conditions.first(where: { try !Self.has($0.column, sql, database) }) {
        throw StoreError.query(
          "The query has no column \"\(unknown.column)\": choose one of \(columns.joined(separator: ", ")).")
      }
      let rows = try statement.rows(conditions.map { .text($0.value) }) { row in
        columns.indices.map { row.cell($0) }
      }
      return StudyTable(columns: columns, rows: rows)
    }
  }

  private static func has(_ column: String, _ sql: String, _ database: Database) throws(StoreError) -> Bool {
    try database.prepare(sql).columns.contains(column)
  }
}

extension Statement {
  fileprivate func cell(_ column: Int) -> StudyTable.Cell {
    switch value(column) {
    case .null: .null
    case .integer(let number): .integer(number)
    case .real(let number): .real(number)
    case .text(let text): .text(text)
    case .blob(let bytes): .bytes(bytes.count)
    }
  }
}
