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

  /// All parameters as tensors, by name.
  public var tensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
  }

  /// The shapes of all parameters, by name.
  public var shapes: [String: [Int]] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.shape) })
  }

  /// Replaces the values of all parameters.
  ///
  /// - Throws: ``ModelError`` when a parameter is missing, unknown, or of another shape; then nothing was changed.
  public func load(_ tensors: [String: Tensor]) throws(ModelError) {
    for parameter in parameters {
      guard let tensor = tensors[parameter.name] else { throw .missingParameter(name: parameter.name) }
      guard tensor.shape == parameter.shape else {
        throw .shape(ShapeError(operation: parameter.name, expected: parameter.shape, actual: tensor.shape))
      }
    }
    let names = Set(parameters.map(\.name))
    if let extra = tensors.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownParameter(name: extra)
    }
    for parameter in parameters {
      do {
        if let tensor = tensors[parameter.name] { try parameter.load(tensor) }
      } catch {
        throw .shape(error)
      }
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
    }
  }
}
