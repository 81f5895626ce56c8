import EspalierTensor

/// A ``DLinear`` that no longer learns: trend and remainder one above the other, so that both maps are one product.
final class FrozenDecompositionNetwork: FrozenNetwork {
  let tileLanes = 64
  let mostSingles = 0
  private let configuration: ModelConfiguration
  private let map: FrozenLinear
  private let window: Int

  private var inputs: Int { configuration.lookback * configuration.features }

  init(_ configuration: ModelConfiguration, trend: Linear, season: Linear, window: Int, costs: SparseCostModel) {
    self.configuration = configuration
    self.window = window
    let (rows, columns) = (configuration.outputCount, configuration.lookback * configuration.features)
    let (left, right) = (trend.weight.tensor.values, season.weight.tensor.values)
    var weight = Tensor(repeating: 0, shape: [rows, 2 * columns])
    for row in 0..<rows {
      let begin = row * columns
      weight.values.replaceSubrange(
        2 * begin..<2 * begin + 2 * columns, with: left[begin..<begin + columns] + right[begin..<begin + columns])
    }
    var bias = Tensor(repeating: 0, shape: [rows])
    bias.values = zip(trend.bias.tensor.values, season.bias.tensor.values).map(+)
    map = FrozenLinear(
      weights: [Parameter(name: "weight", initial: weight)], biases: [Parameter(name: "bias", initial: bias)],
      costs: costs)
  }

  func memory(lanes: Int) -> Int { (2 * inputs + map.outputs) * lanes }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    preconditionFailure("single series are computed as lanes")
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let parts = scratch.take(2 * inputs * lanes), output = scratch.take(map.outputs * lanes)
    TokenOperations.decompose(
      x, steps: configuration.lookback, features: configuration.features, lanes: lanes, window: window,
      trend: parts, remainder: parts + inputs * lanes)
    map.product(lanes: lanes, parts, out: output)
    return UnsafePointer(output)
  }
}

/// An ``NLinear`` that no longer learns.
final class FrozenLevelNetwork: FrozenNetwork {
  let tileLanes = 64
  let mostSingles = 0
  private let configuration: ModelConfiguration
  private let map: FrozenLinear

  private var inputs: Int { configuration.lookback * configuration.features }

  init(_ configuration: ModelConfiguration, linear: Linear, costs: SparseCostModel) {
    self.configuration = configuration
    map = FrozenLinear(weights: [linear.weight], biases: [linear.bias], costs: costs)
  }

  func memory(lanes: Int) -> Int { (inputs + map.outputs) * lanes }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    preconditionFailure("single series are computed as lanes")
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let offsets = scratch.take(inputs * lanes), output = scratch.take(map.outputs * lanes)
    let (steps, features) = (configuration.lookback, configuration.features)
    TokenOperations.subtractLast(x, steps: steps, features: features, lanes: lanes, out: offsets)
    map.product(lanes: lanes, offsets, out: output)
    TokenOperations.addLevel(x + (steps - 1) * features * lanes, rows: map.outputs, lanes: lanes, to: output)
    return UnsafePointer(output)
  }
}
