import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

@Suite struct WarmStartTests {
  /// A pruned model of the made-up load, and where it lies.
  private let folder: TemporaryFolder
  private let saved: SavedModel

  init() throws {
    folder = try TemporaryFolder()
    let data = try Small.data(rows: 260)
    var run = Small.run(data, .synapticPruning, model: .gru)
    run.training.epochs = 4
    run.regularizer.pruning?.timing.every = 3
    let trainer = try Trainer(run, data: data)
    _ = try trainer.run()
    saved = trainer.savedModel
    #expect(saved.sparsity.sparsity > 0.4)
    try saved.write(path: path)
  }

  private var path: String { folder.path("m.safetensors") }

  /// Other data of the same form: another seed, and a column more.
  private func table(rows: Int = 300) -> SeriesTable { SyntheticSeries.load.table(rows: rows, seed: 9) }

  private func write(_ table: SeriesTable, _ names: [String: String] = [:]) throws -> DataSource {
    var lines = ["date," + table.columns.map { names[$0.name] ?? $0.name }.joined(separator: ",")]
    for row in 0..<table.rowCount {
      let date = Date(timeIntervalSince1970: Double(table.times[row]) / 1000).formatted(.iso8601)
      lines.append(date + "," + table.columns.map { "\($0.values[row])" }.joined(separator: ","))
    }
    let place = folder.path("t.csv")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(filePath: place))
    return DataSource(kind: .file, place: place)
  }

  private func job(_ source: DataSource, _ start: WarmStart? = nil) -> TrainingJob {
    var job = TrainingJob(
      source: source, model: saved.run.model, regularizer: RegularizerConfiguration(kind: .none),
      warmStart: start ?? WarmStart(path: path))
    job.training.epochs = 2
    return job
  }

  @Test func theFirstForecastsAreTheModels() throws {
    try SIMDTargetLock.holding {
      let training = try job(write(table())).prepare()
      let data = training.trainer.data
      #expect(data.fitted == saved.preparation)
      #expect(
        training.trainer.forecasts(of: data.test).values == (try saved.forecasts(of: data.test, data: data).values))
      // Train, validation and test are those of the new data.
      #expect(data.train.count == 210 - 8 && data.validation.count == 30 && data.test.count == 60)
    }
  }

  /// A search compares look-backs by the validation windows of the longest one; a warm start has one look-back.
  @Test(arguments: [false, true])
  func whatASearchComparedByIsLeftBehind(refits: Bool) throws {
    var task = Small.task(.strict)
    task.validationHistory = 100
    let data = try PreparedData(table: SyntheticSeries.load.table(rows: 260), task: task)
    let path = folder.path("searched.safetensors")
    try Trainer(Small.run(data, model: .gru), data: data).savedModel.write(path: path)
    let source = try write(SyntheticSeries.load.table(rows: 80, seed: 9))
    let prepared = try job(source, WarmStart(path: path, refitsPreparation: refits)).prepare().trainer.data
    #expect(prepared.fitted.task.validationHistory == nil && !prepared.validation.isEmpty)
  }

  @Test(arguments: [false, true])
  func prunedWeightsStayUnlessTheyMayGrow(regrows: Bool) throws {
    let training = try job(write(table()), WarmStart(path: path, regrows: regrows)).prepare()
    let before = saved.model.tensors
    _ = try training.run()
    var (pruned, grown, moved) = (0, 0, 0)
    for parameter in training.trainer.model.parameters {
      let values = zip(before[parameter.name]?.values ?? [], parameter.tensor.values)
      pruned += values.count { $0.0 == 0 }
      grown += values.count { $0.0 == 0 && $0.1 != 0 }
      moved += values.count { $0.0 != 0 && $0.1 != $0.0 }
    }
    #expect(pruned > 100 && moved > 100)
    #expect(regrows ? grown > pruned / 2 : grown == 0)
  }

  @Test func pruningGoesOnFromTheModelsMasks() throws {
    var job = try job(write(table()))
    job.training.epochs = 4
    job.regularizer = RegularizerConfiguration(kind: .synapticPruning)
    job.regularizer.pruning?.schedule = .lateCubic(LateCubicSchedule(low: 0, high: 0.8))
    job.regularizer.pruning?.timing.every = 3
    let training = try job.prepare()
    let report = try training.run()
    #expect(report.trial.training.history[0].sparsity == saved.sparsity.sparsity)
    #expect(abs(report.trial.training.sparsity.sparsity - 0.8) < 0.01)
    for (parameter, old) in zip(training.trainer.model.parameters, saved.model.parameters) {
      #expect(zip(old.mask ?? [], parameter.mask ?? []).allSatisfy { $0 >= $1 })
    }
  }

  @Test func refittingTakesScalesFromTheNewData() throws {
    let source = try write(table(), ["load": "demand", "wind": "breeze"])
    let error = #expect(throws: (any Error).self) { try job(source).prepare() }
    #expect(error.map { "\($0)" }?.contains("\"load\"") == true)
    var renamed = source
    renamed.target = "demand"
    renamed.features = ["temperature", "breeze"]
    let data = try job(renamed, WarmStart(path: path, refitsPreparation: true)).prepare().trainer.data
    let fresh = try PreparedData(
      table: DelimitedReader.read(source.place), task: ForecastTask(target: "demand", lookback: 8, season: 24))
    #expect(data.fitted.columns.map(\.scaler) == fresh.fitted.columns.map(\.scaler))
    #expect(data.fitted.target.scaler != saved.preparation.target.scaler)
    renamed.features = ["temperature"]
    #expect(throws: TrainingError.inputsDisagree(model: 3, data: 2)) {
      try job(renamed, WarmStart(path: path, refitsPreparation: true)).prepare()
    }
  }

  @Test func otherStepsAndShortDataAreRefused() throws {
    let hourly = table()
    let daily = try SeriesTable(times: hourly.times.map { 24 * $0 - 23 * hourly.times[0] }, columns: hourly.columns)
    let error = #expect(throws: PreparationError.self) { try job(write(daily)).prepare() }
    #expect(error?.description.contains("the same step") == true)
    #expect(throws: PreparationError.self) { try job(write(table(rows: 8))).prepare() }
  }

  /// A checkpoint of such a training needs the model's file no more.
  @Test func goesOnFromACheckpointWithoutTheModel() throws {
    try SIMDTargetLock.holding {
      let job = try job(write(table()))
      let whole = try Outcome(job.prepare().trainer)
      var taken: [TrainingCheckpoint] = []
      _ = try job.prepare().run(checkpoints: CheckpointPlan(every: .minutes(0)) { taken.append($0) })
      try FileManager.default.removeItem(atPath: path)
      for checkpoint in [taken[0], taken[3], taken[6]] {
        let resumed = try job.prepare(resuming: CheckpointTests.reading(checkpoint)).trainer
        #expect(try Outcome(resumed) == whole)
      }
    }
  }

  @Test func aShrunkenModelIsTrainedInItsOwnSizes() throws {
    let data = try Small.data(rows: 260)
    let sizes = ModelConfiguration(
      kind: .patchtst, features: data.inputCount, lookback: 8, hidden: 8, heads: 2, feedForward: 16)
    let model = try sizes.makeModel(seed: 2)
    try OneShotPruning(sparsity: 0.9).apply(to: model)
    let shrunk = try SavedModel(model: model, run: RunConfiguration(model: sizes), preparation: data.fitted).shrunk()
    #expect(!shrunk.report.isUnchanged)
    try shrunk.model.write(path: path)
    let training = try job(write(table())).prepare()
    _ = try training.run()
    #expect(training.savedModel.run.model == shrunk.model.run.model)
  }
}
