import EspalierData
import EspalierNN
import EspalierTensor

/// A training that begins with a finished model's weights instead of random ones.
public struct WarmStart: Codable, Equatable, Sendable {
  /// The model's file.
  public var path: String
  /// Whether scales and means are fitted to the new data; otherwise they stay the model's own.
  public var refitsPreparation: Bool
  /// Whether weights that the model has pruned may grow again; otherwise they stay 0.
  public var regrows: Bool

  /// Names a model.
  public init(path: String, refitsPreparation: Bool = false, regrows: Bool = false) {
    self.path = path
    self.refitsPreparation = refitsPreparation
    self.regrows = regrows
  }
}

/// Weights to begin a training with.
public struct StartingWeights {
  private let model: any ForecastModel
  private let keepsPruned: Bool
  /// What the model has seen; nil where that is not known.
  let extent: TrainingExtent?

  /// Takes a model's weights as they are now.
  ///
  /// - Parameters:
  ///   - model: A model of the same kind and sizes; a shrunken one is trained in its own sizes.
  ///   - keepsPruned: Whether its pruned weights stay 0; otherwise they begin at 0 and may grow.
  ///   - extent: What the model has seen; without it, or without dates, intervals can't be calibrated on what the new
  ///     training leaves.
  public init(_ model: any ForecastModel, keepsPruned: Bool = true, extent: TrainingExtent? = nil) {
    self.model = model
    self.keepsPruned = keepsPruned
    self.extent = extent
  }

  /// Takes a finished model's weights.
  public init(_ saved: SavedModel, keepsPruned: Bool = true) {
    self.init(saved.model, keepsPruned: keepsPruned, extent: saved.extent)
  }

  /// What the scores on new data are to be read with; nil where the whole test part is new to the model.
  func note(on data: PreparedData) -> String? {
    guard !data.test.isEmpty else { return nil }
    guard let extent, extent.isDate, data.timesAreDates else {
      return
        "How far the model of the warm start has seen data is not known for these, so the test part may not be new to it."
    }
    let seen = data.test.count { data.time($0, step: 0) <= extent.lastTime }
    guard seen > 0 else { return nil }
    return
      "The model of the warm start has seen data up to \(extent.description): \(seen) of \(data.test.count) test windows "
      + "are not new to it, so the scores flatter."
  }

  /// Gives another model the weights.
  ///
  /// - Throws: `ModelError` when they are those of another kind or size.
  func load(into other: any ForecastModel) throws {
    try other.load(model.tensors)
    guard keepsPruned else { return }
    for (parameter, source) in zip(other.parameters, model.parameters) {
      if let mask = source.mask { try parameter.loadMask(mask) }
    }
  }
}

extension TrainingJob {
  /// Prepares a warm start: the model says what is forecast from what, how far back and ahead, and how large it is.
  ///
  /// Without refitting, its own scales and means are applied, and the new data need its columns. With refitting, the
  /// source may name other columns, as many as the model has inputs. What a fixed split is, the new data say.
  func prepare(_ start: WarmStart, resuming checkpoint: TrainingCheckpoint?) throws -> PreparedTraining {
    try settings.training.validate()
    try settings.regularizer.validate()
    // A checkpoint has all that the training took from the model.
    let saved = try checkpoint == nil ? SavedModel(path: start.path) : nil
    guard let preparation = saved?.preparation ?? checkpoint?.preparation,
      let sizes = saved?.run.model ?? checkpoint?.run.model
    else { throw SavedModelError.notAModel(path: start.path) }
    let calibration = settings.task.calibration ?? preparation.task.calibration
    var source = source
    let names = preparation.columns.map(\.name).filter {
      $0 != preparation.target.name && preparation.known?.contains($0) != true
    }
    if !start.refitsPreparation || source.channels == nil { source.channels = preparation.task.channels }
    if !start.refitsPreparation || source.known == nil { source.known = preparation.known }
    if !start.refitsPreparation || source.statics == nil {
      source.statics = preparation.statics?.map(\.name)
      source.reading.texts = preparation.statics?.filter { $0.categories != nil }.map(\.name)
    }
    if !start.refitsPreparation || source.target == nil { source.target = preparation.target.name }
    if !start.refitsPreparation || source.features == nil { source.features = names }
    if !start.refitsPreparation, preparation.rowTimes == .order { source.reading.detectsNumbers = false }
    let loaded = try source.load()
    let data: PreparedData
    if start.refitsPreparation {
      var task = preparation.task
      task.target = loaded.target
      task.features = loaded.features
      task.calibration = calibration
      task.validationHistory = nil
      (task.channels, task.known, task.statics) = (loaded.channels, loaded.known, loaded.statics)
      task.season = source.season ?? task.season
      task.split = task.evaluation == .strict ? loaded.split : nil
      let drifting =
        source.drifting
        ?? preparation.columns.filter(\.drifts).map(\.name).filter { loaded.features?.contains($0) == true }
      data = try PreparedData(table: loaded.table, task: task, drifting: drifting)
    } else {
      let split = preparation.task.evaluation == .strict ? loaded.split : nil
      data = try PreparedData(table: loaded.table, preparation: preparation, split: split, calibration: calibration)
    }
    return try settings.prepare(
      loaded, data, sizes, from: saved.map { StartingWeights($0, keepsPruned: !start.regrows) }, resuming: checkpoint)
  }
}
