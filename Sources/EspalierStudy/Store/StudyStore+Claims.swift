import Foundation

extension StudyStore {
  /// What became of asking for a run.
  enum Claim: Equatable, Sendable {
    /// The run is this process's to do.
    case granted
    /// It is finished.
    case finished
    /// It has failed before.
    case failed
    /// Another process is at it.
    case taken
  }

  /// Seconds after which a claim from another machine counts as left behind.
  static let claimLifetime = 600

  /// Asks for a run, so that no other process does it at the same time.
  ///
  /// The claim of a process of this machine that runs no more is taken over, and one of another machine that has not been
  /// renewed for ten minutes.
  ///
  /// - Parameters:
  ///   - key: The run's key.
  ///   - owner: This process.
  ///   - now: Seconds since 1970.
  ///   - retryingFailed: Whether a run that has failed is to be done again.
  /// - Returns: Whether the run is this process's now, or why not.
  /// - Throws: ``StoreError``.
  func claim(_ key: String, owner: ProcessIdentity, now: Int, retryingFailed: Bool) throws -> Claim {
    try transaction { database in
      if try database.integer("SELECT count(*) FROM run WHERE key = ?", [.text(key)]) > 0 { return .finished }
      let hasFailed = try database.integer("SELECT count(*) FROM failure WHERE key = ?", [.text(key)]) > 0
      if hasFailed && !retryingFailed { return .failed }
      if try Self.isTaken(key, from: owner, now: now, database) { return .taken }
      try database.run(
        "INSERT OR REPLACE INTO claim (key, host, process, started, seen) VALUES (?, ?, ?, ?, ?)",
        [.text(key), .text(owner.host), .integer(owner.process), .text(owner.started), .integer(now)])
      return .granted
    }
  }

  /// Whether another process is at a run.
  ///
  /// - Parameters:
  ///   - key: The run's key.
  ///   - owner: This process.
  ///   - now: Seconds since 1970.
  /// - Returns: Whether it has a claim that counts; one of this process's own does not.
  /// - Throws: ``StoreError``.
  func isTaken(_ key: String, from owner: ProcessIdentity, now: Int) throws -> Bool {
    try withDatabase { try Self.isTaken(key, from: owner, now: now, $0) }
  }

  private static func isTaken(
    _ key: String, from owner: ProcessIdentity, now: Int, _ database: Database
  ) throws(StoreError) -> Bool {
    let found = try database.first(
      "SELECT host, process, started, seen FROM claim WHERE key = ?", [.text(key)]
    ) { row in
      (ProcessIdentity(host: row.text(0), process: row.integer(1), started: row.text(2)), row.integer(3))
    }
    guard let (holder, seen) = found, holder != owner else { return false }
    return holder.host == owner.host ? holder.isAlive : now - seen < claimLifetime
  }

  /// Tells other machines that this process is still at its runs.
  func renewClaims(of owner: ProcessIdentity, now: Int) throws {
    try withDatabase { database in
      try database.run(
        "UPDATE claim SET seen = ? WHERE host = ? AND process = ? AND started = ?",
        [.integer(now), .text(owner.host), .integer(owner.process), .text(owner.started)])
    }
  }

  /// Gives a run back that was not done.
  func release(_ key: String) throws {
    try withDatabase { try $0.run("DELETE FROM claim WHERE key = ?", [.text(key)]) }
  }
}
