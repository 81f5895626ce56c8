import EspalierData
import EspalierNN
import EspalierPruning
import EspalierStatistics
import EspalierStudy
import EspalierTraining
import Foundation

/// A made-up study of any size: plausible numbers from a fixed stream, in the shape that a store yields.
struct SyntheticStudy {
  var grid = "published"
  var evaluations: [Evaluation] = [.strict]
  var datasets = ["air_quality", "bitcoin", "household_power", "sp500"]
  var models: [ModelKind] = [.rnn, .lstm, .patchtst]
  var lookbacks = [1, 3, 7, 14, 30, 60]
  var methods = ["none", "dropout", "mc-dropout", "synaptic-pruning"]
  var seeds = 10
  var epochs = 20

  /// The records, every setting complete.
  func records() -> StudyRecords {
    var noise = Noise(state: 42)
    var id = 0
    var cells: [StudyCell] = []
    for dataset in datasets {
      for setting in settings(dataset) {
        let runs = (0..<seeds).map { seed in
          id += 1
          return run(id: id, seed: UInt64(42 + seed), setting, noise: &noise)
        }
        cells.append(StudyCell(setting: setting, candidate: nil, planned: seeds, runs: runs))
      }
    }
    return StudyRecords(
      name: "A made-up study", description: "Numbers from a stream, for tests.", specification: "{ name: \"made up\" }",
      grids: [StudyGridRecord(name: grid, description: "", methods: methods, seeds: seeds)],
      datasets: datasets.map {
        StudyDatasetRecord(
          name: $0, title: "Made up as \($0)", target: "load", unit: Self.unit($0), rows: 9357, fingerprint: "0123abcd")
      }, cells: cells, naive: naive(), samples: samples(&noise),
      environments: [
        StudyEnvironment(id: 1, version: "0.1.0", simdTarget: "AVX2", system: "Linux", processor: "x86_64, 2 cores")
      ], failures: [])
  }

  private func settings(_ dataset: String) -> [StudySetting] {
    evaluations.flatMap { evaluation in
      models.flatMap { model in
        lookbacks.flatMap { lookback in
          methods.map {
            StudySetting(
              grid: grid, dataset: dataset, evaluation: evaluation, model: model, lookback: lookback, horizon: 1,
              method: $0)
          }
        }
      }
    }
  }

  private static func unit(_ dataset: String) -> String? {
    ["air_quality": "µg/m³", "bitcoin": "US dollar", "household_power": "kW"][dataset]
  }

  /// The size of errors on a data set, in its unit.
  private func level(_ dataset: String) -> Double {
    ["air_quality": 0.38, "bitcoin": 1034, "household_power": 0.12][dataset] ?? 27
  }

  private func run(
    id: Int, seed: UInt64, _ setting: StudySetting, noise: inout Noise
  ) -> StudyRunRecord {
    let method = Double(methods.firstIndex(of: setting.method) ?? 0)
    let model = Double(models.firstIndex(of: setting.model) ?? 0)
    let mae =
      level(setting.dataset) * (1 + 0.1 * model - 0.03 * method + 0.04 * log(Double(setting.lookback)))
      * (1 + 0.05 * noise.next())
    let target = Double(setting.method.split(separator: " ").last ?? "") ?? 0.5
    let sparsity = setting.method.contains("pruning") ? target : 0
    return StudyRunRecord(
      id: id, seed: seed, metrics: Self.metrics(mae, scale: level(setting.dataset)),
      spread: setting.method == "mc-dropout" ? 0.1 * mae : nil,
      training: training(setting, sparsity: sparsity, loss: mae / level(setting.dataset), noise: &noise),
      parameters: setting.model == .lstm ? 18_753 : 4_737, memoryBytes: 3_000_000 + 40_000 * setting.lookback,
      seconds: (3 + method + 2 * model) * (1 + 0.2 * noise.next()), environment: 1)
  }

  /// Scores with this MAE.
  static func metrics(_ mae: Double, scale: Double = 1) -> ForecastMetrics {
    ForecastMetrics(count: 100, mae: mae, rmse: 1.4 * mae, mase: mae / scale, smape: 20, r2: 0.8)
  }

  private func training(
    _ setting: StudySetting, sparsity: Double, loss: Double, noise: inout Noise
  ) -> TrainingResult {
    let count = max(1, epochs - Int(4 * noise.next()))
    let history = (0..<count).map { epoch -> EpochRecord in
      let progress = min(1, Double(epoch) / max(1, Double(epochs) * 0.75))
      let fall = loss * (0.1 + exp(-Double(epoch) / 4)) * (1 + 0.1 * noise.next())
      return EpochRecord(
        epoch: epoch, trainingLoss: fall, validationLoss: 1.2 * fall,
        sparsity: sparsity * progress * progress * progress,
        learningRate: 0.001)
    }
    let layers = Self.layers(setting.model).map { name, shape -> SparsityReport.Layer in
      let total = shape.reduce(1, *)
      let share = min(1, sparsity * (name.contains("hh") ? 1.05 : 0.9))
      return SparsityReport.Layer(name: name, shape: shape, total: total, active: total - Int(share * Double(total)))
    }
    return TrainingResult(
      history: history, selectedEpoch: count - 1, sparsity: SparsityReport(layers: layers), seconds: 2.5,
      maskSeconds: sparsity > 0 ? 0.1 : 0, steps: 1000)
  }

  private static func layers(_ model: ModelKind) -> [(String, [Int])] {
    guard model == .patchtst else {
      let gates = model == .lstm ? 4 : 1
      return [
        ("rnn.weight_ih_l0", [64 * gates, 7]), ("rnn.weight_hh_l0", [64 * gates, 64]), ("fc.weight", [1, 64]),
      ]
    }
    let blocks = (0..<2).flatMap { block in
      [
        ("encoder.layers.\(block).self_attn.in_proj_weight", [192, 64]),
        ("encoder.layers.\(block).self_attn.out_proj.weight", [64, 64]),
        ("encoder.layers.\(block).linear1.weight", [256, 64]), ("encoder.layers.\(block).linear2.weight", [64, 256]),
      ]
    }
    return [("patch_embedding.weight", [64, 21])] + blocks + [("head.weight", [1, 64])]
  }

  private func naive() -> [StudyNaiveRecord] {
    datasets.flatMap { dataset in
      evaluations.flatMap { evaluation in
        lookbacks.map { lookback in
          StudyNaiveRecord(
            dataset: dataset, evaluation: evaluation, lookback: lookback, horizon: 1,
            metrics: NaiveMetrics(
              lastValue: Self.metrics(1.05 * level(dataset)), seasonal: Self.metrics(1.3 * level(dataset))))
        }
      }
    }
  }

  private func samples(_ noise: inout Noise) -> [StudyForecastSample] {
    datasets.flatMap { dataset in
      settings(dataset).map { setting -> StudyForecastSample in
        let truth = (0..<150).map { sin(Double($0) / 4) + 0.2 * noise.next() + 3 }
        let mean = truth.map { $0 + 0.3 * noise.next() }
        return StudyForecastSample(
          setting: setting, times: (0..<150).map { 1_083_326_400_000 + 3_600_000 * $0 }, timesAreDates: true,
          truth: truth, lastValue: [nil] + truth.dropLast(), mean: mean, lowest: mean.map { $0 - 0.2 },
          highest: mean.map { $0 + 0.2 })
      }
    }
  }

  /// A stream of numbers in -1 ..< 1, always the same.
  private struct Noise {
    var state: UInt64

    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return 2 * Double(state >> 11) / 9_007_199_254_740_992 - 1
    }
  }
}
