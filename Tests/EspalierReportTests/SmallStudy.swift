import EspalierData
import EspalierNN
import EspalierPruning
import EspalierStatistics
import EspalierStudy
import EspalierTraining

/// A study of a few runs whose numbers can be computed by hand.
enum SmallStudy {
  /// Records of one grid with LSTM on one data set, from the MAE of every seed by look-back and method.
  static func records(
    _ errors: [(lookback: Int, method: String, mae: [Double])], planned: Int = 2, evaluation: Evaluation = .strict,
    naive: (lastValue: Double, seasonal: Double)? = (3, 4), grid: String = "main", dataset: String = "load"
  ) -> StudyRecords {
    let cells = errors.map { lookback, method, mae in
      StudyCell(
        setting: StudySetting(
          grid: grid, dataset: dataset, evaluation: evaluation, model: .lstm, lookback: lookback, horizon: 1,
          method: method),
        candidate: nil, planned: planned, runs: mae.enumerated().map { run(seed: $0, mae: $1) })
    }
    let lookbacks = distinctLookbacks(errors.map(\.lookback))
    return StudyRecords(
      name: "Small", description: "", specification: "{}",
      grids: [StudyGridRecord(name: grid, description: "", methods: methods(errors.map(\.method)), seeds: planned)],
      datasets: [
        StudyDatasetRecord(name: dataset, title: "", target: "y", unit: "kW", rows: 100, fingerprint: "00")
      ], cells: cells,
      naive: naive.map { naive in
        lookbacks.map {
          StudyNaiveRecord(
            dataset: dataset, evaluation: evaluation, lookback: $0, horizon: 1,
            metrics: NaiveMetrics(lastValue: metrics(naive.lastValue), seasonal: metrics(naive.seasonal)))
        }
      } ?? [], samples: [], environments: [], failures: [])
  }

  /// A run that kept a quarter of four weights.
  static func run(seed: Int, mae: Double, epochs: Int = 2) -> StudyRunRecord {
    StudyRunRecord(
      id: seed + 1, seed: UInt64(seed), metrics: metrics(mae), spread: nil,
      training: TrainingResult(
        history: (0..<epochs).map {
          EpochRecord(
            epoch: $0, trainingLoss: mae / Double($0 + 1), validationLoss: mae, sparsity: 0.5, learningRate: 0.001)
        }, selectedEpoch: 0,
        sparsity: SparsityReport(layers: [.init(name: "cell.weight", shape: [2, 2], total: 4, active: 1)]), seconds: 1,
        maskSeconds: 0.25, steps: 10), parameters: 4, memoryBytes: 1_048_576, seconds: 2, environment: 1)
  }

  static func metrics(_ mae: Double) -> ForecastMetrics {
    ForecastMetrics(count: 10, mae: mae, rmse: 2 * mae, mase: nil, smape: 10, r2: 1 - mae / 10)
  }

  private static func methods(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func distinctLookbacks(_ lookbacks: [Int]) -> [Int] { Array(Set(lookbacks)).sorted() }
}
