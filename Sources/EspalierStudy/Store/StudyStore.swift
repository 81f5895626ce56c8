import Foundation
import Synchronization

/// The results of a study in one SQLite file: every finished run once, and what the study's tables are made from.
///
/// A finished run is written in one transaction, so that a process which is killed loses its runs in flight and nothing
/// else. Several processes may work on one file. May be used from any thread.
public final class StudyStore: @unchecked Sendable {
  /// As the user gave it.
  public let path: String
  // Used inside of the lock alone, which is what makes the store sendable.
  private let database: Database
  private let lock = Mutex(())

  /// How long to wait for other processes that write, in seconds.
  package static let patience = 30.0

  /// Opens a store for a study, and makes or migrates it where needed.
  ///
  /// - Parameter path: The file; its folder must be there.
  /// - Returns: The store.
  /// - Throws: ``StoreError``.
  public static func open(_ path: String) throws -> StudyStore { try StudyStore(path, access: .create) }

  /// Opens a store that is there, for reading alone.
  ///
  /// - Parameter path: The file.
  /// - Returns: The store.
  /// - Throws: ``StoreError``; a store of an older schema must be opened for a study first.
  public static func read(_ path: String) throws -> StudyStore {
    guard FileManager.default.fileExists(atPath: path) else { throw StoreError.missing(path) }
    return try StudyStore(path, access: .readOnly)
  }

  /// Opens a store.
  ///
  /// `mostPages` limits the file's size as a full disk would, and `patience` is the wait for other processes; both are
  /// for tests.
  init(_ path: String, access: Database.Access, patience: Double = StudyStore.patience, mostPages: Int? = nil) throws {
    self.path = path
    let database = try Database(path: path, access: access, patience: patience)
    if access == .readOnly {
      guard try StudySchema.check(database) else { throw StoreError.outdated(path) }
    } else {
      // What another program or a later version has made is left alone, its journal mode too.
      let isCurrent = try StudySchema.check(database)
      try Self.useLog(database, patience: patience)
      try database.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")
      if let mostPages { try database.execute("PRAGMA max_page_count = \(mostPages)") }
      if !isCurrent { try StudySchema.prepare(database) }
    }
    self.database = database
  }

  /// Turns on the write-ahead log, with which readers and a writer don't wait for each other.
  ///
  /// SQLite does not wait by itself here when another process does the same.
  private static func useLog(_ database: Database, patience: Double) throws(StoreError) {
    var tries = Int(patience * 100)
    while true {
      do {
        return try database.execute("PRAGMA journal_mode = WAL")
      } catch {
        tries -= 1
        guard case .locked = error, tries > 0 else { throw error }
        usleep(10_000)
      }
    }
  }

  /// Does something with the connection, one thread at a time.
  func withDatabase<Result>(_ body: (Database) throws -> Result) rethrows -> Result {
    try lock.withLock { _ in try body(database) }
  }

  /// Does all of a body's writing or nothing of it.
  func transaction<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try withDatabase { database in try database.transaction { () throws(any Error) in try body(database) } }
  }
}
