import EspalierTensor

/// A forecaster: parameters with PyTorch's names and a forward pass.
///
/// A new model is one file with a type that conforms, and one line in ``ModelConfiguration/makeModel(seed:)``.
public protocol ForecastModel: AnyObject {
  /// The kind and sizes.
  var configuration: ModelConfiguration { get }
  /// All parameters in the order of PyTorch's `named_parameters()`.
  var parameters: [Parameter] { get }
  /// What the published experiments hand to the pruner, in the same order: it picks those whose name contains `weight`.
  var prunableParameters: [Parameter] { get }
  /// What the model remembers beside its parameters, with PyTorch's names; no optimizer moves it.
  var buffers: [ModelBuffer] { get }
  /// Computes forecasts.
  ///
  /// - Parameters:
  ///   - x: `[lookback, features, lanes]`, normalized.
  ///   - tape: Records what is needed for the backward pass; its ``Tape/dropout`` says what is dropped.
  /// - Returns: `[1, outputsPerStep * horizon, lanes]`, row = output * horizon + step.
  func forward(_ x: Variable, on tape: Tape) -> Variable
  /// Computes forecasts from the look-back and covariates; a model that knows none reads the look-back alone.
  ///
  /// - Parameters:
  ///   - inputs: What the configuration asks for.
  ///   - tape: As above.
  /// - Returns: `[1, horizon, lanes]`.
  func forward(_ inputs: ForecastInputs, on tape: Tape) -> Variable
}

extension ForecastModel {
  /// The forecast of the look-back.
  public func forward(_ inputs: ForecastInputs, on tape: Tape) -> Variable { forward(inputs.series, on: tape) }

  /// None.
  public var buffers: [ModelBuffer] { [] }

  /// All parameters and buffers as tensors, by name.
  public var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) } + buffers.map { ($0.name, $0.tensor) })
  }

  /// The shapes of all parameters, by name.
  public var shapes: [String: [Int]] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) })
  }

  /// Replaces the values of all parameters and buffers.
  ///
  /// - Throws: ``ModelError`` when one is missing, unknown, or of another shape; then nothing was changed.
  public func load(_ tensors: [String: Tensor]) throws(ModelError) {
    let shapes = parameters.map { ($0.name, $0.shape) } + buffers.map { ($0.name, $0.shape) }
    for (name, shape) in shapes {
      guard let tensor = tensors[name] else { throw .missingParameter(name: name) }
      guard tensor.shape == shape else {
        throw .shape(ShapeError(operation: name, expected: shape, actual: tensor.shape))
      }
    }
    let names = Set(shapes.map(\.0))
    if let extra = tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownParameter(name: extra)
    }
    do {
      for parameter in parameters { if let tensor = tensors[parameter.name] { try parameter.load(tensor) } }
      for buffer in buffers { if let tensor = tensors[buffer.name] { try buffer.load(tensor) } }
    } catch {
      throw .shape(error)
    }
  }

  /// The number of trainable values, pruned ones included.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

extension ModelConfiguration {
  /// Builds the model with PyTorch's initial distributions.
  ///
  /// - Parameter seed: The run's seed. Every parameter draws from a stream of its own.
  /// - Returns: The model.
  /// - Throws: ``ModelError`` when the sizes cannot be used.
  public func makeModel(seed: UInt64) throws(ModelError) -> any ForecastModel {
    try validate()
    let model = makeSeriesModel(seed: seed)
    return hasCovariates ? CovariateForecaster(model, seed: seed) : model
  }

  /// The model without the effect of covariates.
  private func makeSeriesModel(seed: UInt64) -> any ForecastModel {
    switch kind {
    case .rnn, .lstm, .gru: return RecurrentForecaster(self, seed: seed)
    case .patchtst: return MixedPatchTST(self, seed: seed)
    case .channelPatchTST: return ChannelPatchTST(self, seed: seed)
    case .dlinear: return DLinear(self, seed: seed)
    case .nlinear: return NLinear(self, seed: seed)
    }
  }
}
