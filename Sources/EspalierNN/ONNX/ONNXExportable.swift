import EspalierTensor

/// A forecaster whose forward pass can be written as ONNX operators, without dropout.
///
/// A new model is one file with an extension that conforms.
package protocol ONNXExportable: ForecastModel {
  /// Adds the forward pass.
  ///
  /// - Parameters:
  ///   - x: `[batch, lookback, features]`, normalized 32-bit floats.
  ///   - graph: Takes the operators, and the weights under PyTorch's names where they have PyTorch's form.
  /// - Returns: `[batch, outputsPerStep * horizon]`, normalized.
  func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value
}

/// Why a model cannot be written as ONNX.
public enum ONNXError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The model's operators are not known.
  case unknownModel(String)
  /// The model has known or static covariates.
  case covariates
  /// Every series has scalers of its own.
  case scalersOfSeries
  /// The outputs are the parameters of a distribution.
  case distribution

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unknownModel(let name):
      "The model \(name) cannot be written as ONNX; export one of \(Self.kinds), or its weights with --dense."
    case .covariates:
      "A model with known or static covariates cannot be written as ONNX; export its weights with --dense."
    case .scalersOfSeries:
      "Every series of this model has scalers of its own, which a graph for any series cannot hold; export it with "
        + "--units scaled."
    case .distribution:
      "This model returns the parameters of a distribution, which have units of their own; export it with --units scaled."
    }
  }

  private static var kinds: String { ModelKind.allCases.map(\.rawValue).joined(separator: ", ") }
}

/// The weights of a model, whole whatever their state, as constants of a graph.
struct ONNXWeights {
  private let tensors: [String: Tensor]

  init(_ model: any ForecastModel) { tensors = model.tensors }

  /// A tensor of the model; a name that it has not is a programmer's error.
  subscript(name: String) -> Tensor {
    guard let tensor = tensors[name] else { preconditionFailure("the model has a parameter \(name)") }
    return tensor
  }

  /// A parameter as it is.
  func constant(_ name: String, in graph: inout ONNXGraph) -> ONNXGraph.Value { graph.constant(name, self[name]) }

  /// x * transpose(weight) + bias over the innermost axis of `[..., inputs]`.
  func linear(_ x: ONNXGraph.Value, _ name: String, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weight = graph.constant("\(name).weight.transposed", self["\(name).weight"].transposed)
    return graph.adding(graph.matrixProduct(x, weight), constant("\(name).bias", in: &graph))
  }

  /// The same for `[batch, inputs]`.
  func head(_ x: ONNXGraph.Value, _ name: String, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.gemm(x, weight: constant("\(name).weight", in: &graph), bias: constant("\(name).bias", in: &graph))
  }

  /// Layer normalization over the innermost axis.
  func layerNorm(_ x: ONNXGraph.Value, _ name: String, in graph: inout ONNXGraph) -> ONNXGraph.Value {
    graph.layerNorm(x, gain: constant("\(name).weight", in: &graph), bias: constant("\(name).bias", in: &graph))
  }
}

extension Tensor {
  /// A matrix with its axes exchanged.
  var transposed: Tensor {
    let (rows, columns) = (shape[0], shape[1])
    var result = Tensor(repeating: 0, shape: [columns, rows])
    for row in 0..<rows {
      for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
    }
    return result
  }

  /// Equal blocks of rows in another order, with an axis of extent 1 before all others.
  func reorderingGates(_ order: [Int]) -> Tensor {
    let size = count / order.count
    var result = Tensor(repeating: 0, shape: [1] + shape)
    result.values = order.flatMap { values[$0 * size..<($0 + 1) * size] }
    return result
  }
}
