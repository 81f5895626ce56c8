import EspalierPruning
import EspalierStatistics
import EspalierTraining

/// Reads the settings of a store with their finished runs.
struct StudyCellReader {
  private let database: Database

  init(_ database: Database) {
    self.database = database
  }

  private struct Entry {
    let number: Int
    let setting: StudySetting
    let candidate: String?
    let key: String
    let isChosen: Bool
  }

  /// The settings in the specification's order; of a tuned method, the runs of the value that validation picked.
  ///
  /// Until all values have been tried with all seeds, a tuned method has no runs.
  func cells() throws -> [StudyCell] {
    let runs = try runs()
    let sql = """
      SELECT entry.setting, grid, dataset, evaluation, model, lookback, horizon, method, entry.candidate, run_key,
        choice.setting IS NOT NULL AND choice.candidate IS entry.candidate
      FROM entry LEFT JOIN choice ON choice.setting = entry.setting ORDER BY entry.id
      """
    let entries = try database.rows(sql) { row in
      Entry(
        number: row.integer(0), setting: row.setting(1), candidate: row.optionalText(8), key: row.text(9),
        isChosen: row.integer(10) != 0)
    }
    var cells: [StudyCell] = []
    var first = 0
    while first < entries.count {
      let end = entries[first...].firstIndex { $0.number != entries[first].number } ?? entries.count
      let group = entries[first..<end]
      let chosen = group.filter(\.isChosen)
      cells.append(
        StudyCell(
          setting: entries[first].setting, candidate: chosen.first?.candidate,
          planned: group.count { $0.candidate == entries[first].candidate }, runs: chosen.compactMap { runs[$0.key] },
          places: group.count, finishedPlaces: group.count { runs[$0.key] != nil }))
      first = end
    }
    return cells
  }

  private func runs() throws -> [String: StudyRunRecord] {
    let epochs = try epochs()
    let layers = try layers()
    let sql = """
      SELECT id, key, seed, count, mae, rmse, mase, smape, r2, spread, selected_epoch, steps, parameters, seconds,
        training_seconds, mask_seconds, memory_bytes, environment,
        json_extract(configuration, '$.training.firstSelectedEpoch')
      FROM run
      """
    let records = try database.rows(sql) { row in
      let id = row.integer(0)
      let training = TrainingResult(
        history: epochs[id] ?? [], selectedEpoch: row.integer(10), sparsity: SparsityReport(layers: layers[id] ?? []),
        seconds: row.real(14), maskSeconds: row.real(15), steps: row.integer(11))
      let record = StudyRunRecord(
        id: id, seed: row.seed(2), metrics: row.metrics(3), spread: row.optionalReal(9), training: training,
        parameters: row.integer(12), memoryBytes: row.integer(16), seconds: row.real(13), environment: row.integer(17),
        firstSelectedEpoch: row.isNull(18) ? nil : row.integer(18))
      return (row.text(1), record)
    }
    return Dictionary(records) { first, _ in first }
  }

  private func epochs() throws -> [Int: [EpochRecord]] {
    let sql = """
      SELECT run, epoch, training_loss, validation_loss, sparsity, learning_rate FROM epoch ORDER BY run, epoch
      """
    let pairs = try database.rows(sql) { row in
      let record = EpochRecord(
        epoch: row.integer(1), trainingLoss: row.real(2), validationLoss: row.real(3), sparsity: row.real(4),
        learningRate: row.real(5))
      return (row.integer(0), record)
    }
    return Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
  }

  private func layers() throws -> [Int: [SparsityReport.Layer]] {
    let sql = "SELECT run, name, shape, total, active FROM layer ORDER BY run, position"
    let pairs = try database.rows(sql) { row in
      let layer = SparsityReport.Layer(
        name: row.text(1), shape: row.text(2).split(separator: "x").compactMap { Int($0) }, total: row.integer(3),
        active: row.integer(4))
      return (row.integer(0), layer)
    }
    return Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
  }
}
