import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

/// A panel of two kinds of series whose target is made of what is known ahead and of the kind.
enum CovariatePanel {
  static let known = ["price"]
  static let statics = ["size", "kind"]

  static func table(rows: Int = 300, ahead: Int = 4) throws -> SeriesTable {
    var stream = RandomStream(seed: 11, purpose: .generation)
    var (times, target, price, size): ([Int64], [Double], [Double], [Double]) = ([], [], [], [])
    var series: [SeriesRows] = []
    var codes: [Int32] = []
    for index in 0..<4 {
      for row in 0..<rows {
        let value = Double(stream.nextNormal())
        times.append(Int64(row) * 3_600_000)
        price.append(value)
        size.append(Double(index))
        let level = index % 2 == 0 ? 3.0 : -3.0
        target.append(row < rows - ahead ? 2 * value + level + 0.1 * Double(stream.nextNormal()) : .nan)
        codes.append(Int32(index % 2))
      }
      series.append(SeriesRows(id: "s\(index)", rows: index * rows..<(index + 1) * rows))
    }
    let columns = [("y", target), ("price", price), ("size", size)].map { NumericColumn(name: $0.0, values: $0.1) }
    let kind = TextColumn(name: "kind", texts: ["shop", "depot"], codes: codes)
    return try SeriesTable(times: times, columns: columns, texts: [kind], series: series)
  }

  static func data(_ change: (inout ForecastTask) -> Void = { _ in }) throws -> PreparedData {
    var task = ForecastTask(target: "y", features: [], lookback: 8, horizon: 4, normalization: WindowNormalization.none)
    (task.known, task.statics, task.knownCalendar) = (known, statics, true)
    change(&task)
    return try PreparedData(table: table(), task: task)
  }

  static func run(_ data: PreparedData, _ kind: ModelKind, _ regularizer: RegularizerKind = .none) -> RunConfiguration {
    var run = RunConfiguration(
      model: ModelConfiguration(kind: kind, features: 1, lookback: 1, hidden: 8, feedForward: 16).fitting(data))
    run.regularizer = RegularizerConfiguration(kind: regularizer)
    run.training.epochs = 8
    run.training.optimizer.learningRate = 0.01
    return run
  }
}

@Suite struct CovariateForecasterTests {
  private static func configuration(_ kind: ModelKind, future: Int? = 3, statics: Int? = 2) -> ModelConfiguration {
    var sizes = ModelConfiguration(
      kind: kind, features: 3, lookback: 9, horizon: 5, hidden: 12, heads: 2, feedForward: 20)
    (sizes.futureCovariates, sizes.staticCovariates) = (future, statics)
    return sizes
  }

  private static func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .generation)
    return (0..<count).map { _ in Float(stream.nextNormal()) }
  }

  /// The model's own forward pass over `[samples, inputsPerSample]`.
  private static func forward(
    _ model: any ForecastModel, _ x: [Float], samples: Int, covariates: Bool = true
  ) -> [Float] {
    let sizes = model.configuration, lanes = Tape.paddedLanes(samples), count = sizes.inputsPerSample
    let tape = Tape(recording: false)
    var first = 0
    func input(steps: Int, rows: Int) -> Variable {
      defer { first += steps * rows }
      return tape.input(steps: steps, rows: rows, lanes: lanes) { memory in
        for index in 0..<steps * rows {
          for lane in 0..<lanes { memory[index * lanes + lane] = lane < samples ? x[lane * count + first + index] : 0 }
        }
      }
    }
    var inputs = ForecastInputs(series: input(steps: sizes.lookback, rows: sizes.features))
    if let future = sizes.futureCovariates { inputs.future = input(steps: 1, rows: sizes.horizon * future) }
    if let statics = sizes.staticCovariates { inputs.statics = input(steps: 1, rows: statics) }
    let output = covariates ? model.forward(inputs, on: tape) : model.forward(inputs.series, on: tape)
    return tape.withValues(of: output) { values in
      (0..<samples * sizes.horizon).map { values[$0 % sizes.horizon * lanes + $0 / sizes.horizon] }
    }
  }

  @Test(arguments: ModelKind.allCases)
  func effectsAreAddedToTheForecastOfTheSeries(kind: ModelKind) throws {
    let sizes = Self.configuration(kind)
    let model = try sizes.makeModel(seed: 3)
    let plain = Self.configuration(kind, future: nil, statics: nil)
    let (count, plainCount) = (model.parameterCount, try plain.makeModel(seed: 3).parameterCount)
    #expect(count - plainCount == 5 * 15 + 5 * 2 && sizes.weightCount - plain.weightCount == 85)
    let names = model.parameters.suffix(2).map(\.name)
    #expect(names == ["covariates.future.weight", "covariates.static.weight"])
    #expect(model.prunableParameters.suffix(2).map(\.name) == names)
    #expect(model.parameters.suffix(2).map(\.shape) == [[5, 15], [5, 2]])
    let samples = 7
    let x = Self.numbers(samples * sizes.inputsPerSample, seed: 4)
    let series = Self.forward(model, x, samples: samples, covariates: false)
    let all = Self.forward(model, x, samples: samples)
    let weights = model.parameters.suffix(2).map(\.tensor.values)
    for sample in 0..<samples {
      let row = Array(x[sample * sizes.inputsPerSample..<(sample + 1) * sizes.inputsPerSample].suffix(17))
      for step in 0..<5 {
        var effect: Float = 0
        for index in 0..<15 { effect += weights[0][step * 15 + index] * row[index] }
        for index in 0..<2 { effect += weights[1][step * 2 + index] * row[15 + index] }
        let place = sample * 5 + step
        #expect(abs(all[place] - series[place] - effect) < 1e-5)
      }
    }
  }

  /// Without covariates a model is what it was, and with them it starts from the same weights.
  @Test(arguments: ModelKind.allCases)
  func otherWeightsAreUnchanged(kind: ModelKind) throws {
    let plain = try Self.configuration(kind, future: nil, statics: nil).makeModel(seed: 3)
    let more = try Self.configuration(kind).makeModel(seed: 3)
    #expect(more.parameters.dropLast(2).map(\.tensor) == plain.parameters.map(\.tensor))
    let text = String(decoding: try JSONEncoder().encode(plain.configuration), as: UTF8.self)
    #expect(!text.contains("ovariates"))
    #expect(try JSONDecoder().decode(ModelConfiguration.self, from: Data(text.utf8)) == plain.configuration)
  }

  @Test(arguments: ModelKind.allCases, [1, 0.3, 0])
  func frozenForecastsAreTheModels(kind: ModelKind, density: Double) throws {
    for (future, statics) in [(3, 2), (3, nil), (nil, 2)] as [(Int?, Int?)] {
      let model = try Self.configuration(kind, future: future, statics: statics).makeModel(seed: 7)
      if density < 1 {
        var stream = RandomStream(seed: 1, purpose: .pruning)
        for parameter in model.parameters where parameter.shape.count == 2 {
          parameter.updateMask { mask, _ in
            for index in mask.indices where stream.nextUniform() >= density { mask[index] = 0 }
          }
        }
      }
      for samples in [1, 5, 70] {
        let count = model.configuration.inputsPerSample
        let x = Self.numbers(samples * count, seed: 5)
        let expected = Self.forward(model, x, samples: samples)
        for threads in [1, 2] {
          let actual = try FrozenForecaster(model).forecast(
            Tensor(shape: [samples, count], values: x), threads: threads)
          #expect(zip(actual.values, expected).allSatisfy { abs($0 - $1) <= 2e-6 * 10 })
        }
      }
      #expect(throws: ShapeError.self) { try FrozenForecaster(model).forecast(Tensor(repeating: 0, shape: [1, 9, 3])) }
    }
  }

  @Test(arguments: ModelKind.allCases)
  func whatIsKnownAheadIsLearned(kind: ModelKind) throws {
    let data = try CovariatePanel.data()
    let trial = try runTrial(CovariatePanel.run(data, kind), data: data)
    let blind = try CovariatePanel.data { ($0.known, $0.knownCalendar, $0.features) = (nil, nil, ["price"]) }
    let without = try runTrial(CovariatePanel.run(blind, kind), data: blind)
    // The noise has a deviation of 0.1 and what the price says of 2.
    #expect(trial.metrics.mae < 0.5 * without.metrics.mae, "\(trial.metrics.mae) \(without.metrics.mae)")
    #expect(without.metrics.mae > 1.2)
  }

  @Test(arguments: ModelKind.allCases)
  func prunedModelsComeBackFromTheirFiles(kind: ModelKind) throws {
    try SIMDTargetLock.holding {
      let data = try CovariatePanel.data()
      var run = CovariatePanel.run(data, kind, .synapticPruning)
      run.training.epochs = 4
      let trainer = try Trainer(run, data: data)
      let result = try trainer.run()
      #expect(abs(result.sparsity.sparsity - 0.5) < 0.01)
      #expect(result.sparsity.layers.contains { $0.name == "covariates.future.weight" && $0.active < $0.total })
      let bytes = try trainer.savedModel.data()
      let again = try SavedModel(SafetensorsFile(data: bytes))
      #expect(try again.data() == bytes)
      for windows in [data.test, data.future] {
        let forecasts = trainer.forecasts(of: windows).values
        #expect(try again.forecasts(of: windows, data: data).values == forecasts)
        let applied = try again.preparation.windows(of: CovariatePanel.table())
        #expect(try again.forecasts(of: windows, data: applied).values == forecasts)
      }
      let (small, _) = try again.shrunk()
      let before = try again.forecasts(of: data.test, data: data).values
      let after = try small.forecasts(of: data.test, data: data).values
      #expect(zip(before, after).allSatisfy { abs($0 - $1) < 1e-4 })
      let other = try CovariatePanel.data { $0.statics = nil }
      #expect(throws: TrainingError.self) { try again.forecasts(of: other.test, data: other) }
    }
  }

  @Test func scaledErrorsAreInUnitsOfTheSeries() throws {
    let data = try CovariatePanel.data { $0.scaling = .perSeries }
    let windows = Array(data.test.prefix(5) + data.test.suffix(5))
    let forecasts = windows.flatMap { window in
      (0..<4).map { data.truth(window, step: $0) + 2 * data.targetScaler(of: window).scale * ($0 % 2 == 0 ? 1 : -1) }
    }
    let errors = try data.scaledErrors(of: windows, forecasts: forecasts)
    #expect(errors.count == 40 && abs(errors.mae - 2) < 1e-9 && abs(errors.mse - 4) < 1e-9)
  }
}
