import EspalierTensor

/// Trend and remainder of the look-back, one linear map each: the baseline that long-horizon models have to beat.
///
/// The trend is a moving average of 25 steps with the ends repeated. Further inputs of a series are split in the same way,
/// and both maps read all of them: column `step * features + feature`, as a series is stored. With the target alone it is the
/// paper's model with weights that all series share.
///
/// - Source: Zeng et al., arXiv:2205.13504.
public final class DLinear: ForecastModel {
  /// The kind and sizes.
  public let configuration: ModelConfiguration
  /// `trend.weight`, `trend.bias`, `season.weight` and `season.bias`; weights are `[horizon, lookback * features]`.
  public let parameters: [Parameter]
  private let trend: Linear
  private let season: Linear

  /// Steps that the trend is averaged over.
  public static let window = 25

  /// Builds the model; the configuration is valid.
  init(_ configuration: ModelConfiguration, seed: UInt64) {
    self.configuration = configuration
    var initializer = ParameterInitializer(seed: seed)
    let inputs = configuration.lookback * configuration.features
    trend = initializer.linear("trend", inputs: inputs, outputs: configuration.outputCount)
    season = initializer.linear("season", inputs: inputs, outputs: configuration.outputCount)
    parameters = trend.parameters + season.parameters
  }

  /// Both matrices.
  public var prunableParameters: [Parameter] { parameters.filter { $0.role == .matrix } }

  /// Computes `[1, horizon, lanes]` from `[lookback, features, lanes]`.
  public func forward(_ x: Variable, on tape: Tape) -> Variable {
    let parts = tape.decomposing(x, window: Self.window)
    return tape.adding(
      season(tape.joiningSteps(parts.remainder), on: tape), to: trend(tape.joiningSteps(parts.trend), on: tape))
  }
}

/// One linear map of the look-back less its last value, which is added to the forecast again.
///
/// Further inputs of a series are taken relative to their own last values, and the map reads all of them: column
/// `step * features + feature`. The target's last value is what is added.
///
/// - Source: Zeng et al., arXiv:2205.13504.
public final class NLinear: ForecastModel {
  /// The kind and sizes.
  public let configuration: ModelConfiguration
  /// `linear.weight`, `[horizon, lookback * features]`, and `linear.bias`.
  public let parameters: [Parameter]
  private let linear: Linear

  /// Builds the model; the configuration is valid.
  init(_ configuration: ModelConfiguration, seed: UInt64) {
    self.configuration = configuration
    var initializer = ParameterInitializer(seed: seed)
    linear = initializer.linear(
      "linear", inputs: configuration.lookback * configuration.features, outputs: configuration.outputCount)
    parameters = linear.parameters
  }

  /// The matrix.
  public var prunableParameters: [Parameter] { [linear.weight] }

  /// Computes `[1, horizon, lanes]` from `[lookback, features, lanes]`; the target is the first feature.
  public func forward(_ x: Variable, on tape: Tape) -> Variable {
    tape.addingLastValue(of: x, to: linear(tape.joiningSteps(tape.subtractingLastStep(x)), on: tape))
  }
}

extension DLinear: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    FrozenDecompositionNetwork(configuration, trend: trend, season: season, window: Self.window, costs: costs)
  }
}

extension NLinear: FreezableModel {
  func frozen(costs: SparseCostModel) -> any FrozenNetwork {
    FrozenLevelNetwork(configuration, linear: linear, costs: costs)
  }
}
