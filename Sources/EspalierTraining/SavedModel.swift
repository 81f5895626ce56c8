import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import Foundation

/// A trained model with everything that forecasting needs: weights, the run, and how its data were prepared.
///
/// The file is `safetensors` with PyTorch's parameter names and shapes; the rest is JSON in its metadata. See
/// `Documentation/formats.md`.
public struct SavedModel {
  /// The model with its weights.
  public let model: any ForecastModel
  /// The run that trained it.
  public let run: RunConfiguration
  /// How its data were prepared, with everything that was fitted.
  public let preparation: FittedPreparation
  /// How the file of its data was read, missing markers included, so that others like it are read the same way.
  public let reading: ReadOptions?
  /// Up to where data have had a part in the model; nil in files that don't say.
  public let extent: TrainingExtent?

  /// The version of the layout that this code writes.
  public static let formatVersion = "2"
  /// The versions that this code reads; version 1 has whole tensors only.
  public static let readableVersions = ["1", "2"]

  /// Takes a trained model.
  public init(
    model: any ForecastModel, run: RunConfiguration, preparation: FittedPreparation, reading: ReadOptions? = nil,
    extent: TrainingExtent? = nil
  ) {
    self.reading = reading
    self.extent = extent
    self.model = model
    self.run = run
    self.preparation = preparation
  }

  /// Reads a model's file.
  ///
  /// - Parameter path: A file that ``write(path:)`` wrote.
  /// - Throws: A `SafetensorsError`, a `ModelError`, or a ``SavedModelError`` when the file is no model of this version.
  public init(path: String) throws {
    try self.init(try SafetensorsFile(path: path))
  }

  /// Whether a file says that it is an Espalier model, of whatever version.
  static func isModel(_ file: SafetensorsFile) -> Bool { file.metadata[Key.version] != nil }

  /// Reads a model from a file that is in memory.
  init(_ file: SafetensorsFile) throws {
    let path = file.source
    guard let version = file.metadata[Key.version] else {
      throw TrainingCheckpoint.isCheckpoint(file)
        ? SavedModelError.isCheckpoint(path: path) : SavedModelError.notAModel(path: path)
    }
    guard Self.readableVersions.contains(version) else {
      throw SavedModelError.otherVersion(path: path, version: version)
    }
    run = try Self.decode(RunConfiguration.self, key: Key.run, of: file, path: path)
    preparation = try Self.decode(FittedPreparation.self, key: Key.preparation, of: file, path: path)
    reading =
      file.metadata[Key.reading] == nil
      ? nil : try Self.decode(ReadOptions.self, key: Key.reading, of: file, path: path)
    extent =
      file.metadata[Key.extent] == nil
      ? nil : try Self.decode(TrainingExtent.self, key: Key.extent, of: file, path: path)
    try run.validate()
    guard run.model.fits(preparation), preparation.isUsable else {
      throw SavedModelError.damaged(path: path, part: Key.preparation)
    }
    model = try run.model.makeModel(seed: 0)
    try StoredWeights(file, shapes: model.shapes).load(into: model)
    // Files of version 1 say no more about what is pruned.
    if version == "1" { model.maskZeros(includingGains: prunesGains) }
  }

  /// Writes the model beside the path and then renames it, so that a failure leaves nothing half-written.
  ///
  /// - Throws: A `SafetensorsError` when the file cannot be written.
  public func write(path: String) throws {
    try writer().write(path: path)
  }

  /// The file's bytes, for callers that write them elsewhere.
  ///
  /// - Returns: What ``write(path:)`` would write.
  /// - Throws: `EncodingError` or a `SafetensorsError` when the model can't be put into a file.
  public func data() throws -> Data {
    try writer().data()
  }

  /// The bytes of a file with whole tensors only, of the shapes that PyTorch's modules have.
  ///
  /// Blocks that lost units are filled up with zeros. The file is a model like any other.
  ///
  /// - Throws: `EncodingError`, a `ModelError` or a `SafetensorsError` when the model can't be put into a file.
  public func denseData() throws -> Data {
    try replacing(model.withEqualBlocks()).writer(isDense: true).data()
  }

  private func writer(isDense: Bool = false) throws -> SafetensorsWriter {
    var metadata = [
      Key.version: Self.formatVersion, Key.run: try JSONText.encode(run),
      Key.preparation: try JSONText.encode(preparation),
    ]
    if let reading { metadata[Key.reading] = try JSONText.encode(reading) }
    if let extent { metadata[Key.extent] = try JSONText.encode(extent) }
    var writer = SafetensorsWriter(metadata: metadata)
    try StoredWeights.add(model.parameters, isDense: isDense, to: &writer)
    for buffer in model.buffers { try writer.add(buffer.name, buffer.tensor) }
    return writer
  }

  /// How sparse every prunable parameter is.
  public var sparsity: SparsityReport { SparsityReport(prunable) }

  /// What pruning may touch.
  private var prunable: [Parameter] {
    Pruner.prunable(model.prunableParameters, includingGains: prunesGains)
  }

  private var prunesGains: Bool { run.regularizer.pruning?.prunesGains ?? false }

  /// Forecasts windows of prepared data, in the target's unit.
  ///
  /// - Parameters:
  ///   - windows: Windows of `data`.
  ///   - data: What ``preparation`` made of a table.
  ///   - levels: The levels of the quantiles; nil takes the loss' own.
  ///   - threads: How many threads work side by side where the method does not drop values while forecasting.
  ///   - isCancelled: Asked again and again.
  /// - Returns: `windows * horizon` values, window after window, for Monte Carlo dropout their deviation over the
  ///   passes, and quantiles where the loss knows some.
  /// - Throws: ``TrainingError/inputsDisagree(model:data:)`` when the data were prepared for another model,
  ///   ``TrainingError/cancelled``, `QuantileError` when the loss doesn't tell the levels, or what the regularizer
  ///   throws when it begins.
  public func forecasts(
    of windows: [Window], data: PreparedData, levels: [Double]? = nil, threads: Int = 1,
    isCancelled: () -> Bool = { false }
  ) throws -> WindowForecasts {
    func stop() throws(TrainingError) { if isCancelled() { throw .cancelled } }
    let sizes = run.model
    guard sizes.fits(data.fitted) else {
      throw TrainingError.inputsDisagree(model: sizes.inputsAStep, data: data.fitted.inputsAStep)
    }
    let loss = run.training.loss
    let reader = try levels.map { levels throws(QuantileError) in try OutputReader(loss, levels: levels) }
    let regularizer = run.regularizer.makeRegularizer()
    // The published experiments' single stochastic pass is no way to forecast.
    guard regularizer.dropsInEvaluation, regularizer.passes(preparation.task.evaluation) > 1 else {
      let frozen = FrozenPass(model: model, data: data, costs: run.training.costModel ?? .shipped)
      return try frozen.forecasts(
        of: windows, reading: reader ?? OutputReader(loss), threads: threads, beforeBlock: stop)
    }
    try regularizer.begin(TrainingPlan(model: model, epochs: 1, stepsPerEpoch: 1, seed: run.seed))
    return try Platform.flushingDenormals {
      try ForecastPass(model: model, data: data).forecasts(
        windows: windows, reading: reader ?? OutputReader(loss), regularizer: regularizer, firstPass: 1 << 20,
        beforeBlock: stop)
    }
  }

  private enum Key {
    static let version = "espalier.format"
    static let run = "espalier.run"
    static let preparation = "espalier.preparation"
    static let reading = "espalier.reading"
    static let extent = "espalier.extent"
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, key: String, of file: SafetensorsFile, path: String
  ) throws(SavedModelError) -> Value {
    guard let text = file.metadata[key], let value = JSONText.decode(type, from: text) else {
      throw .damaged(path: path, part: key)
    }
    return value
  }
}

/// Why a file is not a model that can be used.
public enum SavedModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It is safetensors, but Espalier did not write it.
  case notAModel(path: String)
  /// It is a training that is not over.
  case isCheckpoint(path: String)
  /// Another version of Espalier wrote it.
  case otherVersion(path: String, version: String)
  /// A part of the metadata is missing or cannot be read.
  case damaged(path: String, part: String)
  /// The arrays of a sparse tensor contradict each other.
  case badSparse(path: String, name: String, reason: String)
  /// A weight is NaN or infinite.
  case notFinite(path: String)
  /// The forecasts of the model are drawn at random, unit by unit, in several passes.
  case dropsWhileForecasting
  /// No window of the data has a known target.
  case nothingToForecast(target: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notAModel(let path):
      "'\(path)' holds tensors but no Espalier model; use a file that 'espalier train --out' wrote."
    case .isCheckpoint(let path):
      "'\(path)' is a checkpoint of a training; 'espalier train --resume \(path) --out MODEL' makes a model of it."
    case .otherVersion(let path, let version):
      "'\(path)' has model format \(version) and this version reads "
        + "\(SavedModel.readableVersions.joined(separator: " and ")); train the model again or use the version that wrote it."
    case .damaged(let path, let part):
      "'\(path)' is damaged: its '\(part)' is missing or cannot be read; restore the file or train again."
    case .badSparse(let path, let name, let reason):
      "'\(path)' is damaged: of the sparse tensor '\(name)', \(reason); restore the file or train again."
    case .notFinite(let path):
      "'\(path)' holds weights that are not finite numbers; restore the file or train again."
    case .dropsWhileForecasting:
      "A model with mc-dropout forecasts with random units left out, so none can be removed; train with another "
        + "regularizer to shrink the model."
    case .nothingToForecast(let target):
      "No window of these data ends in known values of '\(target)'; give data that have them, or forecast only what comes "
        + "after the last row."
    }
  }
}

extension Trainer {
  /// The model as it is now, to be written to a file.
  public var savedModel: SavedModel {
    SavedModel(model: model, run: configuration, preparation: data.trainedPreparation, extent: extent)
  }
}
