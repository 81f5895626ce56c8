/// How much of a study is done.
public struct StudyStatus: Codable, Equatable, Sendable {
  /// The state of a grid.
  public struct Grid: Codable, Equatable, Sendable {
    /// The grid.
    public let name: String
    /// Places in its tables: settings, candidates and seeds.
    public let planned: Int
    /// Places whose run is finished.
    public let finished: Int
    /// Places whose run has failed.
    public let failed: Int
    /// Places whose run a process was at when it was last heard of.
    public let claimed: Int
  }

  /// The study's name.
  public let name: String
  /// The grids in the specification's order.
  public let grids: [Grid]
  /// The different runs of all grids.
  public let runs: Int
  /// How many of these are finished.
  public let finishedRuns: Int
  /// Seconds of processor time of the finished ones.
  public let seconds: Double
  /// Runs that have failed, with the reason.
  public let failures: [StudyFailure]
}

extension StudyStore {
  /// How much of the study is done.
  ///
  /// - Throws: ``StoreError``.
  public func status() throws -> StudyStatus {
    try withDatabase { database in
      guard let name = try database.first("SELECT name FROM study", [], { $0.text(0) }) else {
        throw StoreError.outdated(path)
      }
      let grids = try database.rows("SELECT grid, planned, finished, failed, claimed FROM progress") { row in
        StudyStatus.Grid(
          name: row.text(0), planned: row.integer(1), finished: row.integer(2), failed: row.integer(3),
          claimed: row.integer(4))
      }
      let runs = try database.integer("SELECT count(DISTINCT run_key) FROM entry")
      let sql = "SELECT count(*), total(seconds) FROM run WHERE key IN (SELECT run_key FROM entry)"
      let (finished, seconds) = try database.first(sql) { ($0.integer(0), $0.real(1)) } ?? (0, 0)
      return StudyStatus(
        name: name, grids: grids, runs: runs, finishedRuns: finished, seconds: seconds,
        failures: try Self.failures(database))
    }
  }
}
