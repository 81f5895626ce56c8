import EspalierData
import EspalierNN
import EspalierPruning
import EspalierStatistics
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

@Suite struct QuantileForecastTests {
  @Test func medianIsTheLevelOrLiesBetweenItsNeighbours() throws {
    let odd = OutputReader(.quantiles([0.1, 0.5, 0.9])).read { [1, 4, 9][$0] }
    #expect(odd.point == 4 && odd.quantiles == [1, 4, 9])
    let even = OutputReader(.quantiles([0.2, 0.6])).read { [2, 10][$0] }
    #expect(abs(even.point - 8) < 1e-6 && even.quantiles == [2, 10])
  }

  @Test func quantilesDoNotCross() throws {
    let read = OutputReader(.quantiles([0.1, 0.5, 0.9])).read { [5, 1, 3][$0] }
    #expect(read.quantiles == [1, 3, 5] && read.point == 3)
  }

  @Test func otherLevelsAreInterpolatedWithinTheTrainedOnes() throws {
    let loss = LossKind.quantiles([0.1, 0.5, 0.9])
    let read = try OutputReader(loss, levels: [0.1, 0.3, 0.9]).read { [1, 3, 9][$0] }
    #expect(read.quantiles.count == 3)
    #expect(zip(read.quantiles, [1, 2, 9] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(throws: QuantileError.outsideTrained(0.05, low: 0.1, high: 0.9)) {
      try OutputReader(loss, levels: [0.05, 0.5])
    }
    #expect(throws: QuantileError.lossHasNone) { try OutputReader(.meanSquaredError, levels: [0.5]) }
    #expect(throws: QuantileError.notAscending(0.5, after: 0.9)) { try OutputReader(.normal, levels: [0.9, 0.5]) }
  }

  @Test func distributionsGiveTheirQuantiles() throws {
    let raw: [Float] = [2, 0.3, -1]
    let normal = try OutputReader(.normal, levels: [0.025, 0.5, 0.975]).read { raw[$0] }
    let scale = log1p(exp(Double(raw[1]))) + 1e-4
    #expect(normal.point == 2 && normal.quantiles[1] == 2)
    #expect(abs(Double(normal.quantiles[2]) - (2 + 1.959963984540054 * scale)) < 1e-6)
    let student = try OutputReader(.studentT, levels: [0.05, 0.95]).read { raw[$0] }
    let degrees = 2 + log1p(exp(Double(raw[2]))) + 1e-4
    let expected = try #require(Distribution.studentTQuantile(0.95, degrees: degrees))
    #expect(abs(Double(student.quantiles[1]) - (2 + expected * scale)) < 1e-5)
    #expect(abs(student.quantiles[0] + student.quantiles[1] - 4) < 1e-5)
  }

  static let losses: [LossKind] = [.quantiles([0.05, 0.3, 0.95]), .quantiles([0.1, 0.9]), .normal, .studentT]

  @Test(arguments: losses, [ModelKind.lstm, .patchtst])
  func trainedModelsComeBackWithTheirQuantiles(loss: LossKind, kind: ModelKind) throws {
    try SIMDTargetLock.holding {
      let table = try SyntheticSeries.load.table(rows: 400)
      let task = ForecastTask(target: "load", lookback: 8, horizon: 3, season: 24)
      let data = try PreparedData(table: table, task: task)
      var run = RunConfiguration(
        model: ModelConfiguration(
          kind: kind, features: data.inputCount, lookback: 8, horizon: 3, hidden: 8, feedForward: 16),
        regularizer: RegularizerConfiguration(kind: .synapticPruning))
      run.training.loss = loss
      run.training.epochs = 6
      #expect(run.model.outputsPerStep == loss.outputsPerStep)
      let trainer = try Trainer(run, data: data)
      let history = try trainer.run().history
      #expect(try #require(history.last).trainingLoss < history[0].trainingLoss)
      let head = try #require(trainer.model.parameters.first { $0.name == "head.weight" })
      #expect(head.shape[0] == 3 * loss.outputsPerStep)

      let forecasts = trainer.forecasts(of: data.test)
      let quantiles = try #require(forecasts.quantiles)
      #expect(quantiles.levels == loss.quantileLevels)
      #expect(forecasts.values.count == data.test.count * 3)
      #expect(quantiles.values.count == forecasts.values.count * quantiles.levels.count)
      for place in forecasts.values.indices {
        #expect(Array(quantiles[place]) == quantiles[place].sorted())
        #expect(quantiles[place].first! <= forecasts.values[place] && forecasts.values[place] <= quantiles[place].last!)
      }
      // Through the tape instead of the frozen network, and through a file.
      let pass = ForecastPass(model: trainer.model, data: data).forecasts(
        windows: data.test, reading: OutputReader(loss), regularizer: NoRegularizer(), firstPass: 0, beforeBlock: {})
      let unit = data.fitted.target.scaler.scale
      #expect(zip(pass.values, forecasts.values).allSatisfy { abs($0 - $1) <= 1e-4 * unit })
      #expect(zip(pass.quantiles?.values ?? [], quantiles.values).allSatisfy { abs($0 - $1) <= 1e-4 * unit })
      let again = try SavedModel.reading(try trainer.savedModel.data())
      #expect(again.run == run)
      #expect(try again.forecasts(of: data.test, data: data) == forecasts)
      let (smaller, _) = try again.shrunk()
      let shrunk = try smaller.forecasts(of: data.test, data: data)
      #expect(zip(shrunk.values, forecasts.values).allSatisfy { abs($0 - $1) <= 1e-4 * unit })
    }
  }

  @Test func passesOfDropoutAreAveraged() throws {
    let data = try Small.data()
    var run = Small.run(data, .monteCarloDropout)
    run.training.loss = .normal
    run.training.epochs = 2
    let trainer = try Trainer(run, data: data)
    _ = try trainer.run()
    let forecasts = trainer.forecasts(of: data.test)
    let quantiles = try #require(forecasts.quantiles)
    #expect(forecasts.spread?.allSatisfy { $0 > 0 } == true)
    // The mean over passes of a symmetric distribution's median is the mean of its locations.
    for place in forecasts.values.indices {
      #expect(abs(quantiles[place, 1] - forecasts.values[place]) < 1e-6 * data.fitted.target.scaler.scale)
    }
    let levels = try trainer.forecasts(of: data.test, levels: [0.5]).quantiles
    #expect(levels?.levels == [0.5])
  }

  /// The configuration of a model with one output is written as before, and one without the key is read.
  @Test func configurationsOfBeforeAreRead() throws {
    let one = ModelConfiguration(kind: .lstm, features: 2, lookback: 3)
    let text = String(decoding: try JSONEncoder().encode(one), as: UTF8.self)
    #expect(!text.contains("outputs"))
    #expect(try JSONDecoder().decode(ModelConfiguration.self, from: Data(text.utf8)).outputsPerStep == 1)
    let three = ModelConfiguration(kind: .lstm, features: 2, lookback: 3, horizon: 4, outputsPerStep: 3)
    let again = try JSONDecoder().decode(ModelConfiguration.self, from: JSONEncoder().encode(three))
    #expect(again == three && again.outputCount == 12)
    #expect(throws: ModelError.sizeOutOfRange(name: "outputsPerStep", value: 0)) {
      try ModelConfiguration(kind: .lstm, features: 2, lookback: 3, outputsPerStep: 0).validate()
    }
  }

  @Test func outputsMustBeThoseOfTheLoss() throws {
    let data = try Small.data()
    var run = Small.run(data)
    run.training.loss = .studentT
    run.model.outputsPerStep = 2
    #expect(throws: TrainingError.outputsDisagree(model: 2, loss: 3)) { try Trainer(run, data: data) }
  }
}
