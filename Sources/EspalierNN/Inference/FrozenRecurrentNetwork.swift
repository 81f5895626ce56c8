import EspalierTensor

/// A ``RecurrentForecaster`` that no longer learns.
final class FrozenRecurrentNetwork: FrozenNetwork {
  let tileLanes = 64
  let mostSingles = 8
  private let layer: FrozenRecurrence
  private let head: FrozenLinear
  private let lookback: Int

  init(_ configuration: ModelConfiguration, weights: RecurrentWeights, gates: Int, head: Linear, costs: SparseCostModel)
  {
    lookback = configuration.lookback
    layer = FrozenRecurrence(weights, gates: gates, costs: costs)
    self.head = FrozenLinear(weights: [head.weight], biases: [head.bias], forSingleVectors: true, costs: costs)
  }

  func memory(lanes: Int) -> Int {
    max(
      Scratch.size(layer.vectorMemory(steps: lookback)) + FrozenLinear.paddedOutputs(head.outputs) + 64,
      Scratch.size(layer.laneMemory(lanes)) + head.outputs * lanes)
  }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let state = layer.run(series: x, steps: lookback, scratch: &scratch)
    let output = scratch.take(FrozenLinear.paddedOutputs(head.outputs))
    head.vectorProduct(state, out: output)
    return UnsafePointer(output)
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let state = layer.run(lanes: lanes, steps: lookback, x: x, scratch: &scratch)
    let output = scratch.take(head.outputs * lanes)
    head.product(lanes: lanes, state, out: output)
    return UnsafePointer(output)
  }
}
