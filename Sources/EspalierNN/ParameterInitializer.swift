import EspalierTensor

/// Makes parameters with PyTorch's initial distributions, one random stream a parameter.
///
/// PyTorch draws from one sequence, so equal seeds give other numbers there; the distributions are the same.
struct ParameterInitializer {
  let seed: UInt64
  private var made: UInt32

  /// Starts behind the streams of `skipping` parameters.
  init(seed: UInt64, skipping parameters: Int = 0) {
    self.seed = seed
    made = UInt32(parameters)
  }

  /// Uniform in ±`bound`: recurrent layers with 1 / √hidden, linear layers with 1 / √inputs, positions with a number.
  mutating func uniform(_ name: String, _ shape: [Int], bound: Double) -> Parameter {
    make(name, shape) { Float((2 * $0.nextUniform() - 1) * bound) }
  }

  /// Standard normal: the PatchTST's positions.
  mutating func normal(_ name: String, _ shape: [Int]) -> Parameter {
    make(name, shape) { Float($0.nextNormal()) }
  }

  /// The same value everywhere: a normalization's gain and bias.
  mutating func constant(_ name: String, _ shape: [Int], _ value: Float) -> Parameter {
    make(name, shape) { _ in value }
  }

  /// A linear layer, `NAME.weight` of `[outputs, inputs]` and `NAME.bias` of `[outputs]`.
  mutating func linear(_ name: String, inputs: Int, outputs: Int) -> Linear {
    let bound = 1 / Double(inputs).squareRoot()
    return Linear(
      weight: uniform("\(name).weight", [outputs, inputs], bound: bound),
      bias: uniform("\(name).bias", [outputs], bound: bound))
  }

  /// A layer normalization, `NAME.weight` and `NAME.bias` of `[features]`.
  mutating func layerNorm(_ name: String, features: Int) -> LayerNorm {
    LayerNorm(gain: constant("\(name).weight", [features], 1), bias: constant("\(name).bias", [features], 0))
  }

  /// A batch normalization, `NAME.weight` and `NAME.bias` of `[features]`, with its running statistics.
  mutating func batchNorm(_ name: String, features: Int) -> BatchNorm {
    BatchNorm(
      gain: constant("\(name).weight", [features], 1), bias: constant("\(name).bias", [features], 0),
      statistics: RunningStatistics(name, features: features))
  }

  private mutating func make(_ name: String, _ shape: [Int], draw: (inout RandomStream) -> Float) -> Parameter {
    var stream = RandomStream(seed: seed, purpose: .initialization, second: made)
    made += 1
    var tensor = Tensor(repeating: 0, shape: shape)
    for index in tensor.values.indices { tensor.values[index] = draw(&stream) }
    return Parameter(name: name, initial: tensor)
  }
}

/// A linear layer's parameters.
struct Linear {
  let weight: Parameter
  let bias: Parameter

  func callAsFunction(_ x: Variable, on tape: Tape) -> Variable { tape.linear(x, weight: weight, bias: bias) }

  var parameters: [Parameter] { [weight, bias] }
}

/// A layer normalization's parameters.
struct LayerNorm {
  let gain: Parameter
  let bias: Parameter

  func callAsFunction(_ x: Variable, adding residual: Variable? = nil, on tape: Tape) -> Variable {
    tape.layerNorm(x, adding: residual, gain: gain, bias: bias)
  }

  var parameters: [Parameter] { [gain, bias] }
}

/// A batch normalization's parameters and running statistics.
struct BatchNorm {
  let gain: Parameter
  let bias: Parameter
  let statistics: RunningStatistics

  func callAsFunction(_ x: Variable, adding residual: Variable, on tape: Tape) -> Variable {
    tape.batchNorm(x, adding: residual, gain: gain, bias: bias, statistics: statistics)
  }

  var parameters: [Parameter] { [gain, bias] }
}
