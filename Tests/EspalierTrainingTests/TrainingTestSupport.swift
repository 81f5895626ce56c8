import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor

@testable import EspalierTraining

extension ForecastModel {
  /// Gives running statistics numbers that are not those of an untrained model: means around 0, variances above 0.
  func fillBuffers(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .generation)
    for buffer in buffers {
      var tensor = buffer.tensor
      for index in tensor.values.indices {
        let number = stream.nextUniform()
        tensor.values[index] = Float(buffer.name.hasSuffix("var") ? 0.5 + number : number - 0.5)
      }
      try buffer.load(tensor)
    }
  }
}

/// Small trainings on generated data.
enum Small {
  static func data(_ evaluation: Evaluation = .strict, lookback: Int = 8, rows: Int = 400) throws -> PreparedData {
    try PreparedData(table: SyntheticSeries.load.table(rows: rows), task: task(evaluation, lookback: lookback))
  }

  static func task(_ evaluation: Evaluation, lookback: Int = 8) -> ForecastTask {
    ForecastTask(target: "load", lookback: lookback, evaluation: evaluation, season: 24)
  }

  static func run(
    _ data: PreparedData, _ regularizer: RegularizerKind = .none, model: ModelKind = .rnn,
    pruning: PruningConfiguration? = nil
  ) -> RunConfiguration {
    var run = RunConfiguration(
      model: ModelConfiguration(
        kind: model, features: data.inputCount, lookback: data.lookback, hidden: 8, feedForward: 16))
    run.regularizer = RegularizerConfiguration(kind: regularizer, pruning: pruning)
    run.training.epochs = 10
    return run
  }
}
