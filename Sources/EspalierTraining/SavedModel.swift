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

  /// The version of the layout that this code writes, and the only one that it reads.
  public static let formatVersion = "1"

  /// Takes a trained model.
  public init(
    model: any ForecastModel, run: RunConfiguration, preparation: FittedPreparation, reading: ReadOptions? = nil
  ) {
    self.reading = reading
    self.model = model
    self.run = run
    self.preparation = preparation
  }

  /// Reads a model's file.
  ///
  /// - Parameter path: A file that ``write(path:)`` wrote.
  /// - Throws: A `SafetensorsError`, a `ModelError`, or a ``SavedModelError`` when the file is no model of this version.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let version = file.metadata[Key.version] else { throw SavedModelError.notAModel(path: path) }
    guard version == Self.formatVersion else {
      throw SavedModelError.otherVersion(path: path, version: version)
    }
    run = try Self.decode(RunConfiguration.self, key: Key.run, of: file, path: path)
    preparation = try Self.decode(FittedPreparation.self, key: Key.preparation, of: file, path: path)
    reading =
      file.metadata[Key.reading] == nil
      ? nil : try Self.decode(ReadOptions.self, key: Key.reading, of: file, path: path)
    try run.validate()
    guard run.model.features == preparation.inputCount, run.model.lookback == preparation.task.lookback,
      run.model.horizon == preparation.task.horizon
    else { throw SavedModelError.damaged(path: path, part: Key.preparation) }
    model = try run.model.makeModel(seed: 0)
    var tensors: [String: Tensor] = [:]
    for name in file.names { tensors[name] = try file.tensor(name) }
    try model.load(tensors)
    guard tensors.values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
      throw SavedModelError.notFinite(path: path)
    }
    restoreMasks()
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

  private func writer() throws -> SafetensorsWriter {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var metadata = [
      Key.version: Self.formatVersion,
      Key.run: String(decoding: try encoder.encode(run), as: UTF8.self),
      Key.preparation: String(decoding: try encoder.encode(preparation), as: UTF8.self),
    ]
    if let reading { metadata[Key.reading] = String(decoding: try encoder.encode(reading), as: UTF8.self) }
    var writer = SafetensorsWriter(metadata: metadata)
    for parameter in model.parameters { try writer.add(parameter.name, parameter.tensor) }
    return writer
  }

  /// How sparse every prunable parameter is: a weight that is exactly 0 counts as pruned.
  public var sparsity: SparsityReport { SparsityReport(prunable) }

  private var prunable: [Parameter] {
    Pruner.prunable(model.prunableParameters, includingGains: run.regularizer.pruning?.prunesGains ?? false)
  }

  /// Gives pruned weights their masks back, so that they cost nothing and the model computes as it did when it was saved.
  private func restoreMasks() {
    for parameter in prunable where !parameter.isMasked && parameter.tensor.values.contains(0) {
      parameter.updateMask { mask, values in
        for index in mask.indices where values[index] == 0 { mask[index] = 0 }
      }
    }
  }

  /// Forecasts windows of prepared data, in the target's unit.
  ///
  /// - Parameters:
  ///   - windows: Windows of `data`.
  ///   - data: What ``preparation`` made of a table.
  ///   - isCancelled: Asked before every batch.
  /// - Returns: `windows * horizon` values, window after window, and for Monte Carlo dropout their deviation over the
  ///   passes.
  /// - Throws: ``TrainingError/cancelled``, or what the regularizer throws when it begins.
  public func forecasts(
    of windows: [Window], data: PreparedData, isCancelled: () -> Bool = { false }
  ) throws -> (values: [Double], spread: [Double]?) {
    var regularizer: any Regularizer = NoRegularizer()
    let own = run.regularizer.makeRegularizer()
    if own.passes(preparation.task.evaluation) > 1 {
      regularizer = own
      try regularizer.begin(TrainingPlan(model: model, epochs: 1, stepsPerEpoch: 1, seed: run.seed))
    }
    return try Platform.flushingDenormals {
      try ForecastPass(model: model, data: data).forecasts(
        windows: windows, regularizer: regularizer, firstPass: 1 << 20,
        beforeBlock: { if isCancelled() { throw TrainingError.cancelled } })
    }
  }

  private enum Key {
    static let version = "espalier.format"
    static let run = "espalier.run"
    static let preparation = "espalier.preparation"
    static let reading = "espalier.reading"
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, key: String, of file: SafetensorsFile, path: String
  ) throws(SavedModelError) -> Value {
    guard let text = file.metadata[key], let value = try? JSONDecoder().decode(type, from: Data(text.utf8)) else {
      throw .damaged(path: path, part: key)
    }
    return value
  }
}

/// Why a file is not a model that can be used.
public enum SavedModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It is safetensors, but Espalier did not write it.
  case notAModel(path: String)
  /// Another version of Espalier wrote it.
  case otherVersion(path: String, version: String)
  /// A part of the metadata is missing or cannot be read.
  case damaged(path: String, part: String)
  /// A weight is NaN or infinite.
  case notFinite(path: String)
  /// No window of the data has a known target.
  case nothingToForecast(target: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notAModel(let path):
      "'\(path)' holds tensors but no Espalier model; use a file that 'espalier train --out' wrote."
    case .otherVersion(let path, let version):
      "'\(path)' has model format \(version) and this version reads \(SavedModel.formatVersion); train the model again or "
        + "use the version that wrote it."
    case .damaged(let path, let part):
      "'\(path)' is damaged: its '\(part)' is missing or cannot be read; restore the file or train again."
    case .notFinite(let path):
      "'\(path)' holds weights that are not finite numbers; restore the file or train again."
    case .nothingToForecast(let target):
      "No window of these data ends in known values of '\(target)'; give data that have them, or forecast only what comes "
        + "after the last row."
    }
  }
}

extension Trainer {
  /// The model as it is now, to be written to a file.
  public var savedModel: SavedModel {
    SavedModel(model: model, run: configuration, preparation: data.fitted)
  }
}
