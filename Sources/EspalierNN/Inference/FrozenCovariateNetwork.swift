import EspalierTensor

/// A ``CovariateForecaster`` that no longer learns.
///
/// A sample's covariates lie behind its look-back: `[horizon * futureCovariates, lanes]`, then `[staticCovariates, lanes]`.
final class FrozenCovariateNetwork: FrozenNetwork {
  let tileLanes: Int
  /// Series are computed in lanes only: the effects of covariates are products over lanes.
  let mostSingles = 0
  private let base: any FrozenNetwork
  private let outputs: Int
  /// Maps with the row where their inputs begin.
  private let effects: [(map: FrozenLinear, row: Int)]

  init(
    _ base: any FrozenNetwork, configuration: ModelConfiguration, future: Parameter?, statics: Parameter?,
    costs: SparseCostModel
  ) {
    self.base = base
    tileLanes = base.tileLanes
    outputs = configuration.covariateOutputs
    let first = configuration.lookback * configuration.features
    let second = first + configuration.horizon * (configuration.futureCovariates ?? 0)
    effects = [(future, first), (statics, second)].compactMap { weight, row in
      weight.map { (FrozenLinear(weights: [$0], biases: [], costs: costs), row) }
    }
  }

  func memory(lanes: Int) -> Int { base.memory(lanes: lanes) + 2 * Scratch.size(outputs * lanes) }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    preconditionFailure("covariates are mapped in lanes")
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let sum = scratch.take(outputs * lanes), effect = scratch.take(outputs * lanes)
    sum.update(from: base.forecast(lanes: lanes, x: x, scratch: &scratch), count: outputs * lanes)
    for index in effects.indices {
      effects[index].map.product(lanes: lanes, x + effects[index].row * lanes, out: effect)
      TokenOperations.add(effect, count: outputs * lanes, to: sum)
    }
    return UnsafePointer(sum)
  }
}
