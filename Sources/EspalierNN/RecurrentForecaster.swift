import EspalierTensor

/// One recurrent layer; the last hidden state, with dropout, feeds a linear head.
public final class RecurrentForecaster: ForecastModel {
  /// The kind and sizes.
  public let configuration: ModelConfiguration
  private let weights: RecurrentWeights
  private let head: Linear

  /// Builds the model; the configuration is valid and of a recurrent kind.
  init(_ configuration: ModelConfiguration, seed: UInt64) {
    self.configuration = configuration
    let hidden = configuration.hidden
    let gates =
      switch configuration.kind {
      case .lstm: 4
      case .gru: 3
      default: 1
      }
    let bound = 1 / Double(hidden).squareRoot()
    var initializer = ParameterInitializer(seed: seed)
    weights = RecurrentWeights(
      inputWeight: initializer.uniform("cell.weight_ih_l0", [gates * hidden, configuration.features], bound: bound),
      hiddenWeight: initializer.uniform("cell.weight_hh_l0", [gates * hidden, hidden], bound: bound),
      inputBias: initializer.uniform("cell.bias_ih_l0", [gates * hidden], bound: bound),
      hiddenBias: initializer.uniform("cell.bias_hh_l0", [gates * hidden], bound: bound))
    head = initializer.linear("head", inputs: hidden, outputs: configuration.outputCount)
  }

  /// The layer's four parameters, then the head's.
  public var parameters: [Parameter] {
    [weights.inputWeight, weights.hiddenWeight, weights.inputBias, weights.hiddenBias] + head.parameters
  }

  /// All of them.
  public var prunableParameters: [Parameter] { parameters }

  /// Computes `[1, outputsPerStep * horizon, lanes]` from `[lookback, features, lanes]`.
  public func forward(_ x: Variable, on tape: Tape) -> Variable {
    let state =
      switch configuration.kind {
      case .lstm: tape.lstm(x, weights: weights)
      case .gru: tape.gru(x, weights: weights)
      default: tape.rnn(x, weights: weights)
      }
    return head(tape.dropout(state), on: tape)
  }
}

extension RecurrentForecaster: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    let gates = weights.hiddenWeight.shape[0] / weights.hidden
    return FrozenRecurrentNetwork(configuration, weights: weights, gates: gates, head: head, costs: costs)
  }
}
