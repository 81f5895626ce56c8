internal import CSQLite
import Foundation

/// One connection to a SQLite file.
///
/// Belongs to one thread at a time. Text is bound and read as UTF-8, integers as 64 bits.
final class Database {
  /// How a file is opened.
  enum Access { case readOnly, readWrite, create }

  /// As the user gave it, for messages.
  let path: String
  private let handle: OpaquePointer
  private var cache: [String: Statement] = [:]

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - access: Whether it may be written to or made.
  ///   - patience: Seconds to wait for other processes that write to it.
  /// - Throws: ``StoreError``.
  init(path: String, access: Access, patience: Double) throws(StoreError) {
    self.path = path
    do {
      handle = try Self.open(path, access, patience, immutable: false)
    } catch {
      // SQLite can't read a file in WAL mode from a folder that it may not write to, unless told that nobody writes:
      // nobody does where no log lies beside it.
      let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
      guard access == .readOnly, !hasLog, FileManager.default.fileExists(atPath: path) else { throw error }
      handle = try Self.open(path, access, patience, immutable: true)
    }
    NumberFunctions.register(on: handle)
  }

  deinit {
    cache.removeAll()
    sqlite3_close_v2(handle)
  }

  private static func open(
    _ path: String, _ access: Access, _ patience: Double, immutable: Bool
  ) throws(StoreError) -> OpaquePointer {
    let flags =
      switch access {
      case .readOnly: SQLITE_OPEN_READONLY
      case .readWrite: SQLITE_OPEN_READWRITE
      case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    var name = path
    if immutable {
      let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "?#%"))
      name = "file:" + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path) + "?immutable=1"
    }
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_FULLMUTEX | (immutable ? SQLITE_OPEN_URI : 0), nil)
    guard let opened = handle else { throw .outOfMemory }
    sqlite3_busy_timeout(opened, Int32(patience * 1000))
    guard code == SQLITE_OK, sqlite3_exec(opened, "SELECT count(*) FROM sqlite_master", nil, nil, nil) == SQLITE_OK
    else {
      let error = StoreError(code: sqlite3_extended_errcode(opened), path: path, message: message(opened))
      sqlite3_close_v2(opened)
      throw error
    }
    return opened
  }

  private static func message(_ handle: OpaquePointer) -> String { String(cString: sqlite3_errmsg(handle)) }

  /// The error of the last call.
  var lastError: StoreError {
    StoreError(code: sqlite3_extended_errcode(handle), path: path, message: Self.message(handle))
  }

  /// Runs statements without parameters.
  func execute(_ sql: String) throws(StoreError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError }
  }

  /// A statement of this connection, kept for the next call with the same text.
  func prepare(_ sql: String) throws(StoreError) -> Statement {
    if let statement = cache[sql] { return statement }
    let statement = try Statement(sql, of: self, handle: handle)
    cache[sql] = statement
    return statement
  }

  /// Runs a statement that gives no rows.
  func run(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) {
    try prepare(sql).run(values)
  }

  /// Reads all rows of a query.
  func rows<Row>(_ sql: String, _ values: [SQLValue] = [], _ read: (Statement) throws(StoreError) -> Row)
    throws(StoreError) -> [Row]
  {
    try prepare(sql).rows(values, read)
  }

  /// Reads the first row of a query; nil when there is none.
  func first<Row>(_ sql: String, _ values: [SQLValue] = [], _ read: (Statement) throws(StoreError) -> Row)
    throws(StoreError) -> Row?
  {
    try prepare(sql).first(values, read)
  }

  /// Reads a whole number, such as a count; 0 when there is no row.
  func integer(_ sql: String, _ values: [SQLValue] = []) throws(StoreError) -> Int {
    try first(sql, values) { row throws(StoreError) in row.integer(0) } ?? 0
  }

  /// The row that was inserted last.
  var lastInserted: Int { Int(sqlite3_last_insert_rowid(handle)) }

  /// The rows that the last statement changed.
  var changes: Int { Int(sqlite3_changes(handle)) }

  /// Does all of a body's writing or nothing of it.
  func transaction<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws -> Result {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // After some errors, such as a full disk, SQLite has rolled back already.
      if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
      throw error
    }
  }
}
