internal import CSQLite

/// Why a store can't be used.
public enum StoreError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no file at the path.
  case missing(String)
  /// The file can't be opened or made.
  case unopenable(String, reason: String)
  /// The file is no SQLite database.
  case notADatabase(String)
  /// The file is a database of another program.
  case notAStore(String)
  /// The store was written by a later version.
  case newer(String, schema: Int, known: Int)
  /// The store was written by an earlier version.
  case outdated(String)
  /// The store belongs to a study of another name.
  case otherStudy(String, name: String, expected: String)
  /// The store may not be written to.
  case readOnly(String)
  /// The disk is full.
  case full(String)
  /// Another program has kept the store locked for too long.
  case locked(String)
  /// The store is damaged.
  case damaged(String, reason: String)
  /// Reading or writing has failed.
  case failed(String, reason: String)
  /// There is no memory.
  case outOfMemory
  /// A query can't be carried out.
  case query(String)
  /// Two stores have different results for one run.
  case conflict(run: String, first: String, second: String)
  /// A store can't be merged.
  case unmergeable(String, reason: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .missing(let path): "There is no store \(path): check the path, or make it with `study run`."
    case .unopenable(let path, let reason):
      "The store \(path) can't be opened (\(reason)): check its folder and your rights there."
    case .notADatabase(let path): "\(path) is not a store: it is no SQLite database; name another file."
    case .notAStore(let path): "\(path) is not a store: it is the database of another program; name another file."
    case .newer(let path, let schema, let known):
      "The store \(path) has schema \(schema) and this version of espalier knows up to \(known): use a later version."
    case .outdated(let path):
      "The store \(path) is one of an earlier version, or empty: run its study once more, which brings it up to date."
    case .otherStudy(let path, let name, let expected):
      "The store \(path) belongs to the study \"\(name)\", not to \"\(expected)\": name another one with --store."
    case .readOnly(let path): "The store \(path) may not be written to: change its rights, or copy it elsewhere."
    case .full(let path):
      "The disk is full and nothing more can be written to the store \(path): make room and run the study again, "
        + "finished runs are kept."
    case .locked(let path):
      "The store \(path) is locked by another program: let that one finish, then run this again, finished runs are kept."
    case .damaged(let path, let reason):
      "The store \(path) is damaged (\(reason)): restore a copy, or save what is left with `sqlite3 STORE .recover`."
    case .failed(let path, let reason): "The store \(path) can't be used (\(reason)): check the disk and try again."
    case .outOfMemory: "There is not enough memory to open the store: end other programs and try again."
    case .query(let reason): reason
    case .conflict(let run, let first, let second):
      "Run \(run) has one result in \(first) and another in \(second), on one SIMD target and version: find out which "
        + "store was changed or made by another build, and leave it out."
    case .unmergeable(let path, let reason): "The store \(path) can't be merged: \(reason)"
    }
  }

  /// The error behind SQLite's number.
  init(code: Int32, path: String, message: String) {
    switch code & 0xFF {
    case SQLITE_NOTADB: self = .notADatabase(path)
    case SQLITE_CANTOPEN: self = .unopenable(path, reason: message)
    case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: self = .readOnly(path)
    case SQLITE_FULL: self = .full(path)
    case SQLITE_BUSY, SQLITE_LOCKED: self = .locked(path)
    case SQLITE_CORRUPT: self = .damaged(path, reason: message)
    case SQLITE_NOMEM: self = .outOfMemory
    case SQLITE_ERROR: self = .query("The query can't be carried out: \(message).")
    default: self = .failed(path, reason: message)
    }
  }
}
