import EspalierData
import EspalierTensor
import EspalierTestSupport
import Testing

@testable import EspalierTraining

/// Up to which time a model has seen its data, which says what is new to it.
@Suite struct TrainingExtentTests {
  private typealias Models = ForecastIntervalTests

  /// Rows 0 to 279 train and those up to 319 validate.
  @Test func theExtentEndsWithValidation() throws {
    let extent = TrainingExtent(lastTime: Models.table.times[319], isDate: true)
    #expect(try Models.model().extent == extent)
    let calibrating = try Models.model { $0.task.calibration = 0.5 }
    #expect(calibrating.extent == TrainingExtent(lastTime: Models.table.times[299], isDate: true))
    let paper = try Models.model { $0.task.evaluation = .paper }
    #expect(paper.extent == TrainingExtent(lastTime: Models.table.times[399], isDate: true))
    let folder = try TemporaryFolder()
    try calibrating.shrunk().model.write(path: folder.path("m"))
    #expect(try SavedModel(path: folder.path("m")).extent == calibrating.extent)
  }

  /// A warm start has seen what its model had seen, after a checkpoint too; of a model that does not say, nothing is known.
  @Test func aWarmStartHasSeenWhatItsModelHad() throws {
    let saved = try Models.model()
    let own = try #require(saved.extent)
    let data = try PreparedData(table: Models.table, preparation: saved.preparation)
    func extent(_ start: StartingWeights) throws -> TrainingExtent? {
      let trainer = try Trainer(saved.run, data: data, from: start)
      let checkpoint = try TrainingCheckpoint(SafetensorsFile(data: trainer.checkpoint().data()))
      #expect(try Trainer(resuming: checkpoint, data: data).extent == trainer.extent)
      return trainer.savedModel.extent
    }
    #expect(try extent(StartingWeights(saved)) == own)
    let later = TrainingExtent(lastTime: own.lastTime + 5, isDate: true)
    #expect(try extent(StartingWeights(saved.model, extent: later)) == later)
    #expect(try extent(StartingWeights(saved.model)) == nil)
    #expect(try extent(StartingWeights(saved.model, extent: TrainingExtent(lastTime: 5, isDate: false))) == nil)
  }

  /// A row's number is the same in newer data only where nothing but newer rows can stand before it.
  @Test func rowsOfUndatedPanelsAreNotComparedWithOthers() throws {
    let panel = try Models.model(on: Models.panel([("a", 350), ("b", 400)], hasDates: false))
    #expect(panel.extent == nil)
    #expect(throws: ForecastRequestError.extentUnknown) {
      try panel.forecast(Models.panel([("a", 400), ("b", 400)], hasDates: false), ForecastRequest(levels: [0.8]))
    }
    let single = try Models.model(on: Models.panel([("b", 400)], hasDates: false))
    #expect(single.extent == TrainingExtent(lastTime: 319, isDate: false))
    let same = try single.forecast(Models.panel([("b", 400)], hasDates: false), ForecastRequest(levels: [0.8]))
    #expect(same.intervals?.windows == 78)
    // 300 rows of another series move all rows of "b" behind the extent.
    #expect(throws: ForecastRequestError.undatedPanel) {
      try single.forecast(Models.panel([("a", 300), ("b", 400)], hasDates: false), ForecastRequest(levels: [0.8]))
    }
    let channels = try Models.model(on: Models.panel([("", 400)], hasDates: false)) {
      $0.columns = ColumnRoles(channels: ["load", "temperature"])
    }
    #expect(channels.extent == TrainingExtent(lastTime: 319, isDate: false))
    let wide = try channels.forecast(Models.panel([("", 400)], hasDates: false), ForecastRequest(levels: [0.8]))
    #expect(wide.intervals?.windows == 2 * 78)
  }

  /// Row 9 of one file and row 5 of another have nothing to do with each other.
  @Test func onlyDatesOfTwoTrainingsAreJoined() {
    func extent(_ time: Int64, _ isDate: Bool) -> TrainingExtent { TrainingExtent(lastTime: time, isDate: isDate) }
    #expect(extent(9, true).joined(extent(5, true)) == extent(9, true))
    #expect(extent(5, true).joined(extent(9, true)) == extent(9, true))
    #expect(extent(9, false).joined(extent(5, false)) == nil)
    #expect(extent(9, true).joined(extent(5, false)) == nil && extent(9, false).joined(extent(5, true)) == nil)
  }
}
