import EspalierData
import EspalierNN
import EspalierTensor
import Foundation

/// Where the settings of a checkpoint came from: enough for the command to go on without being told anything.
public struct CheckpointOrigin: Codable, Equatable, Sendable {
  /// The training, with absolute paths.
  public var job: TrainingJob
  /// Where the finished model goes; nil when it is not kept.
  public var output: String?

  /// Describes a training and where its model goes.
  public init(job: TrainingJob, output: String? = nil) {
    self.job = job.withAbsolutePaths
    self.output = output.map(TrainingJob.absolute)
  }
}

/// A training at one moment, to go on from as if it had never stopped: the final weights have the same bits.
///
/// It holds weights, masks, the optimizer's running averages, the weights selected so far, the history, and what the
/// regularizer keeps. Random streams, the learning rate and the pruning schedule are functions of the number of the step.
/// The same bits come out on the same build and SIMD target.
public struct TrainingCheckpoint: Sendable {
  /// The version of the layout that this code writes and reads.
  public static let formatVersion = "2"

  /// The run.
  public let run: RunConfiguration
  /// How its data were prepared.
  public let preparation: FittedPreparation
  /// What tells its data from others.
  public let fingerprint: DataFingerprint
  /// How far it has come.
  public let progress: TrainingProgress
  /// The SIMD target that it ran on; see `Platform.simdTarget`.
  public let simdTarget: String
  /// Where the settings came from; nil when a program did not say.
  public var origin: CheckpointOrigin?
  /// Up to where data have had a part in the model; nil where a model that the weights began with does not say.
  public let extent: TrainingExtent?
  let regularizerState: String?
  let weights: [StoredParameter]
  /// What the model keeps beside its parameters, such as a batch normalization's running statistics.
  let buffers: [StoredParameter]
  /// Weights and buffers to go back to at the end; nil while none are selected, and under `paper`, which keeps the last ones.
  let selected: [StoredParameter]?

  /// Puts a moment together.
  init(
    run: RunConfiguration, preparation: FittedPreparation, fingerprint: DataFingerprint, progress: TrainingProgress,
    regularizerState: String?, weights: [StoredParameter], buffers: [StoredParameter], selected: [StoredParameter]?,
    extent: TrainingExtent?
  ) {
    self.extent = extent
    self.run = run
    self.preparation = preparation
    self.fingerprint = fingerprint
    self.progress = progress
    simdTarget = Platform.simdTarget
    self.regularizerState = regularizerState
    self.weights = weights
    self.buffers = buffers
    self.selected = selected
  }
}

// The file: safetensors like a model's, with everything else as JSON in its metadata; see Documentation/formats.md.
extension TrainingCheckpoint {
  private enum Key {
    static let version = "espalier.checkpoint"
    static let run = "espalier.run"
    static let preparation = "espalier.preparation"
    static let data = "espalier.data"
    static let progress = "espalier.progress"
    static let regularizer = "espalier.regularizer"
    static let target = "espalier.simd"
    static let origin = "espalier.origin"
    static let extent = "espalier.extent"
  }

  /// Whether a file says that it is a checkpoint, of whatever version.
  static func isCheckpoint(_ file: SafetensorsFile) -> Bool { file.metadata[Key.version] != nil }

  /// Reads a checkpoint.
  ///
  /// - Parameter path: A file that ``write(path:)`` wrote.
  /// - Throws: A `SafetensorsError`, or a ``CheckpointError`` when the file is no checkpoint of this version.
  public init(path: String) throws {
    try self.init(try SafetensorsFile(path: path))
  }

  /// Reads a checkpoint from a file that is in memory.
  init(_ file: SafetensorsFile) throws {
    guard let version = file.metadata[Key.version] else { throw CheckpointError.notACheckpoint(path: file.source) }
    guard version == Self.formatVersion else {
      throw CheckpointError.otherVersion(path: file.source, version: version)
    }
    func part<Value: Decodable>(_ type: Value.Type, _ key: String) throws(CheckpointError) -> Value {
      guard let text = file.metadata[key], let value = JSONText.decode(type, from: text) else {
        throw .damaged(path: file.source, part: key)
      }
      return value
    }
    run = try part(RunConfiguration.self, Key.run)
    preparation = try part(FittedPreparation.self, Key.preparation)
    fingerprint = try part(DataFingerprint.self, Key.data)
    progress = try part(TrainingProgress.self, Key.progress)
    origin = file.metadata[Key.origin] == nil ? nil : try part(CheckpointOrigin.self, Key.origin)
    extent = file.metadata[Key.extent] == nil ? nil : try part(TrainingExtent.self, Key.extent)
    regularizerState = file.metadata[Key.regularizer]
    simdTarget = file.metadata[Key.target] ?? ""
    guard preparation.isUsable else { throw CheckpointError.damaged(path: file.source, part: Key.preparation) }
    try run.validate()
    let model = try run.model.makeModel(seed: 0)
    let parameters = model.parameters.map { (name: $0.name, shape: $0.shape) }
    let others = model.buffers.map { (name: $0.name, shape: $0.shape) }
    var used: Set<String> = []
    func read(_ shapes: [(name: String, shape: [Int])], _ prefix: String) throws -> [StoredParameter] {
      try shapes.map { try StoredParameter(file, prefix: prefix, name: $0.name, shape: $0.shape, used: &used) }
    }
    weights = try read(parameters, "weights")
    buffers = try read(others, "weights")
    let hasSelected = file.names.contains { $0.hasPrefix("selected.") }
    selected = hasSelected ? try read(parameters + others, "selected") : nil
    if let stranger = file.names.first(where: { !used.contains($0) }) {
      throw CheckpointError.damaged(path: file.source, part: stranger)
    }
  }

  /// The bytes of the file.
  ///
  /// - Throws: `EncodingError` or a `SafetensorsError` when something can't be put into a file.
  public func data() throws -> Data {
    var metadata = [
      Key.version: Self.formatVersion, Key.target: simdTarget, Key.run: try JSONText.encode(run),
      Key.preparation: try JSONText.encode(preparation), Key.data: try JSONText.encode(fingerprint),
      Key.progress: try JSONText.encode(progress),
    ]
    if let extent { metadata[Key.extent] = try JSONText.encode(extent) }
    if let origin { metadata[Key.origin] = try JSONText.encode(origin) }
    metadata[Key.regularizer] = regularizerState
    var writer = SafetensorsWriter(metadata: metadata)
    for parameter in weights + buffers { try parameter.add(to: &writer, prefix: "weights") }
    for parameter in selected ?? [] { try parameter.add(to: &writer, prefix: "selected") }
    return writer.data()
  }

  /// Writes the file beside the path and renames it once it is on the disk.
  ///
  /// A kill at any moment leaves the file that was there.
  ///
  /// - Throws: A `SafetensorsError` when the file cannot be written.
  public func write(path: String) throws {
    try DurableFile.write(try data(), path: path)
  }
}

extension TrainingJob {
  /// The same training, whatever folder a process runs in.
  var withAbsolutePaths: TrainingJob {
    var job = self
    if job.source.kind == .file { job.source.place = Self.absolute(job.source.place) }
    job.source.folder = job.source.folder.map(Self.absolute)
    job.source.future = job.source.future.map(Self.absolute)
    if let path = warmStart?.path { job.warmStart?.path = Self.absolute(path) }
    return job
  }

  static func absolute(_ path: String) -> String {
    URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }
}
