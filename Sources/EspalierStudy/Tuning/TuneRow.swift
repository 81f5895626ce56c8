/// What of a run a search looks at.
struct TuneRow {
  let loss: Double
  let sparsity: Double
  let active: Int
  let seconds: Double
  let error: Double
}

/// Why a candidate has no score.
struct TuneRunFailure: Error {
  /// The sentence of the run's error.
  let message: String
}

extension TuneScore {
  /// The score of a candidate's runs, a row a seed.
  init(_ candidate: TuneCandidate, _ rows: [TuneRow]) {
    let count = Double(rows.count)
    self.init(
      candidate: candidate, losses: rows.map(\.loss), sparsity: rows.reduce(0) { $0 + $1.sparsity } / count,
      active: rows.reduce(0) { $0 + Double($1.active) } / count, seconds: rows.reduce(0) { $0 + $1.seconds },
      testErrors: rows.map(\.error))
  }
}

extension StudyStore {
  /// What became of a candidate's runs.
  ///
  /// - Parameter keys: The runs' keys, by seed.
  /// - Returns: A row a run, or why the first that is not finished has failed.
  /// - Throws: ``StoreError``.
  func tuneOutcome(_ keys: [String]) throws -> Result<[TuneRow], TuneRunFailure> {
    try withDatabase { database in
      var rows: [TuneRow] = []
      for key in keys {
        let row = try database.first(
          "SELECT validation_loss, sparsity, active, seconds, mae FROM run WHERE key = ?", [.text(key)]
        ) { row in
          TuneRow(
            loss: row.real(0), sparsity: row.real(1), active: row.integer(2), seconds: row.real(3), error: row.real(4))
        }
        guard let row else {
          let message = try database.first("SELECT message FROM failure WHERE key = ?", [.text(key)]) { $0.text(0) }
          return .failure(TuneRunFailure(message: message ?? "A training of it is no more in the store."))
        }
        rows.append(row)
      }
      return .success(rows)
    }
  }
}
