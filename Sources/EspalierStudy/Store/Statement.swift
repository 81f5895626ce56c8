internal import CSQLite
import Foundation

/// A value of a statement's parameter.
enum SQLValue: Equatable, Sendable {
  case null
  case integer(Int)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// A number that may be absent; NaN, which SQLite can't store, is absent too.
  static func optional(_ value: Double?) -> SQLValue { value.map(SQLValue.real) ?? .null }
  /// A text that may be absent.
  static func optional(_ value: String?) -> SQLValue { value.map(SQLValue.text) ?? .null }
  /// A seed with its bits kept: SQLite's integers are signed.
  static func seed(_ value: UInt64) -> SQLValue { .integer(Int(truncatingIfNeeded: value)) }
}

/// A prepared statement.
///
/// Belongs to its connection's thread.
final class Statement {
  private let pointer: OpaquePointer
  private unowned let database: Database

  init(_ sql: String, of database: Database, handle: OpaquePointer) throws(StoreError) {
    var statement: OpaquePointer?
    var rest = ""
    let code = sql.withCString { text in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
      if let tail { rest = String(cString: tail) }
      return code
    }
    guard code == SQLITE_OK else { throw database.lastError }
    guard let statement else { throw .query("The query is empty: write one, or name one.") }
    guard rest.allSatisfy({ $0.isWhitespace || $0 == ";" }) else {
      sqlite3_finalize(statement)
      throw .query("Only one query is carried out at a time: leave out what comes after the first one.")
    }
    pointer = statement
    self.database = database
  }

  deinit { sqlite3_finalize(pointer) }

  /// Whether it changes nothing.
  var isReadOnly: Bool { sqlite3_stmt_readonly(pointer) != 0 }

  /// The names of the columns of its rows.
  var columns: [String] {
    (0..<sqlite3_column_count(pointer)).map { String(cString: sqlite3_column_name(pointer, $0)) }
  }

  /// Runs it to its end.
  func run(_ values: [SQLValue]) throws(StoreError) {
    defer { sqlite3_reset(pointer) }
    try bind(values)
    while try step() {}
  }

  /// Reads all rows.
  func rows<Row>(_ values: [SQLValue], _ read: (Statement) throws(StoreError) -> Row) throws(StoreError) -> [Row] {
    defer { sqlite3_reset(pointer) }
    try bind(values)
    var result: [Row] = []
    while try step() { result.append(try read(self)) }
    return result
  }

  /// Reads the first row.
  func first<Row>(_ values: [SQLValue], _ read: (Statement) throws(StoreError) -> Row) throws(StoreError) -> Row? {
    defer { sqlite3_reset(pointer) }
    try bind(values)
    return try step() ? try read(self) : nil
  }

  private func step() throws(StoreError) -> Bool {
    switch sqlite3_step(pointer) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw database.lastError
    }
  }

  private func bind(_ values: [SQLValue]) throws(StoreError) {
    // SQLite copies what it is given.
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for (index, value) in values.enumerated() {
      let place = Int32(index + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(pointer, place)
        case .integer(let number): sqlite3_bind_int64(pointer, place, Int64(number))
        case .real(let number): sqlite3_bind_double(pointer, place, number)
        case .text(let text): sqlite3_bind_text(pointer, place, text, Int32(text.utf8.count), transient)
        case .blob(let bytes):
          bytes.isEmpty
            ? sqlite3_bind_zeroblob(pointer, place, 0)
            : sqlite3_bind_blob64(pointer, place, bytes, UInt64(bytes.count), transient)
        }
      guard code == SQLITE_OK else { throw database.lastError }
    }
  }
}

/// Reading the row that the statement stands at.
extension Statement {
  func isNull(_ column: Int) -> Bool { sqlite3_column_type(pointer, Int32(column)) == SQLITE_NULL }
  func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(pointer, Int32(column))) }
  func real(_ column: Int) -> Double { sqlite3_column_double(pointer, Int32(column)) }
  func optionalReal(_ column: Int) -> Double? { isNull(column) ? nil : real(column) }
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
  func seed(_ column: Int) -> UInt64 { UInt64(bitPattern: Int64(integer(column))) }

  func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(pointer, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(pointer, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func blob(_ column: Int) -> [UInt8] {
    guard let bytes = sqlite3_column_blob(pointer, Int32(column)) else { return [] }
    return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(pointer, Int32(column)))))
  }

  /// A cell of any type.
  func value(_ column: Int) -> SQLValue {
    switch sqlite3_column_type(pointer, Int32(column)) {
    case SQLITE_INTEGER: .integer(integer(column))
    case SQLITE_FLOAT: .real(real(column))
    case SQLITE_TEXT: .text(text(column))
    case SQLITE_BLOB: .blob(blob(column))
    default: .null
    }
  }
}
