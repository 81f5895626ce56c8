import EspalierNN
import EspalierPruning
import EspalierTensor
import Foundation

/// A file of weights: an Espalier model, or plain safetensors with PyTorch's names whose layout is known.
public enum WeightFile {
  /// An Espalier model.
  case model(SavedModel)
  /// The weights of a model whose kind was told from names and shapes, and the file's metadata.
  case weights(any ForecastModel, metadata: [String: String])

  /// Reads a file.
  ///
  /// - Throws: A `SafetensorsError`, a ``SavedModelError``, or ``WeightFileError`` when the layout is not known.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    if SavedModel.isModel(file) {
      self = .model(try SavedModel(file))
      return
    }
    let weights = try StoredWeights(file)
    guard let model = PyTorchLayout.model(of: weights.tensors) else {
      throw WeightFileError.unknownLayout(path: path, names: file.names)
    }
    // Zeros of a normalization's gain are as pruned as others.
    model.maskZeros(includingGains: true)
    self = .weights(model, metadata: file.metadata)
  }

  /// The model with its weights.
  public var model: any ForecastModel {
    switch self {
    case .model(let saved): saved.model
    case .weights(let model, _): model
    }
  }

  /// Prunes the weights in place.
  ///
  /// - Returns: How sparse they are then.
  /// - Throws: `PruningError` when that cannot be carried out.
  @discardableResult
  public func prune(_ pruning: OneShotPruning) throws(PruningError) -> SparsityReport {
    switch self {
    case .model(let saved):
      try pruning.apply(to: saved.model, includingGains: saved.run.regularizer.pruning?.prunesGains ?? false)
    case .weights(let model, _): try pruning.apply(to: model)
    }
  }

  /// The bytes of a file of the same kind: an Espalier model with its survivors, or plain tensors with zeros.
  ///
  /// - Throws: `EncodingError` or a `SafetensorsError` when they can't be put into a file.
  public func data() throws -> Data {
    switch self {
    case .model(let saved): return try saved.data()
    case .weights(let model, let metadata):
      var writer = SafetensorsWriter(metadata: metadata)
      for parameter in model.parameters { try writer.add(parameter.name, parameter.tensor) }
      for buffer in model.buffers { try writer.add(buffer.name, buffer.tensor) }
      return writer.data()
    }
  }
}

/// Why a file of weights cannot be used.
public enum WeightFileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Names and shapes are those of no forecaster.
  case unknownLayout(path: String, names: [String])

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unknownLayout(let path, let names):
      "'\(path)' has no layout that is known (it holds \(Self.list(names))); use an Espalier model, or all weights of an RNN, "
        + "LSTM, GRU or PatchTST with the names and shapes of Documentation/formats.md."
    }
  }

  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "no tensors" }
    return names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
  }
}

/// Tells a forecaster from the names and shapes of its weights.
enum PyTorchLayout {
  /// The model that tensors belong to, with these weights; nil when there is none.
  ///
  /// What shapes don't tell is 1 or the smallest possible: a PatchTST's heads, a recurrent forecaster's look-back.
  static func model(of tensors: [String: Tensor]) -> (any ForecastModel)? {
    for configuration in recurrent(tensors) + patches(tensors) {
      // Building and loading compares every name and shape. The elements are compared first, so that a small file that
      // looks like a huge model is not built.
      let count = tensors.values.reduce(0) { $0 + $1.count }
      guard count >= configuration.hidden * configuration.hidden,
        let model = try? configuration.makeModel(seed: 0), (try? model.load(tensors)) != nil
      else { continue }
      return model
    }
    return nil
  }

  private static func matrix(_ tensors: [String: Tensor], _ name: String) -> (rows: Int, columns: Int)? {
    guard let shape = tensors[name]?.shape, shape.count == 2, shape.allSatisfy({ $0 > 0 }) else { return nil }
    return (shape[0], shape[1])
  }

  private static func recurrent(_ tensors: [String: Tensor]) -> [ModelConfiguration] {
    guard let recurrent = matrix(tensors, "cell.weight_hh_l0"), let input = matrix(tensors, "cell.weight_ih_l0"),
      let head = matrix(tensors, "head.weight"),
      let kind = [1: ModelKind.rnn, 3: .gru, 4: .lstm][recurrent.rows / recurrent.columns]
    else { return [] }
    return [
      ModelConfiguration(
        kind: kind, features: input.columns, lookback: 1, horizon: head.rows, hidden: recurrent.columns)
    ]
  }

  private static func patches(_ tensors: [String: Tensor]) -> [ModelConfiguration] {
    guard let embedding = matrix(tensors, "embed.weight"), let head = matrix(tensors, "head.weight"),
      let position = tensors["position"]?.shape, position.count == 3, position[0] == 1,
      (1...ModelConfiguration.largestSize).contains(position[1])
    else { return [] }
    var blocks: [BlockSize] = []
    while let queries = matrix(tensors, "blocks.\(blocks.count).attention.q.weight"),
      let units = matrix(tensors, "blocks.\(blocks.count).ff1.weight")
    {
      blocks.append(BlockSize(heads: 1, headWidth: queries.rows, feedForward: units.rows))
    }
    guard let first = blocks.first else { return [] }
    return (1...4).compactMap { length in
      // The longest look-back of so many patches whose patches have this length.
      let lookbacks = (max(1, (position[1] - 1) * length + 1)...max(1, position[1] * length))
      var sizes = ModelConfiguration(
        kind: .patchtst, features: embedding.columns / length, lookback: 1, horizon: head.rows,
        hidden: embedding.rows, heads: 1, layers: blocks.count, feedForward: first.feedForward)
      guard embedding.columns % length == 0,
        let lookback = lookbacks.last(where: {
          sizes.lookback = $0
          return sizes.patchLength == length
        })
      else { return nil }
      sizes.lookback = lookback
      if blocks.contains(where: { $0 != sizes.block(0) }) { sizes.blocks = blocks }
      return sizes
    }
  }
}

extension ForecastModel {
  /// Takes the weights of a file: those of an Espalier model, or what `save_file(module.state_dict(), ...)` writes.
  ///
  /// - Parameter path: A safetensors file with exactly this model's names and shapes.
  /// - Throws: `ModelError` when they are those of another kind or size, a `SafetensorsError`, or a ``SavedModelError`` when
  ///   a sparse tensor contradicts itself or a weight is not finite; then nothing was changed.
  public func load(contentsOf path: String) throws {
    try StoredWeights(SafetensorsFile(path: path), shapes: shapes).load(into: self)
  }
}
