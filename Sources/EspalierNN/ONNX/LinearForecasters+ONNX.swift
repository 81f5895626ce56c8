import EspalierTensor

extension DLinear: ONNXExportable {
  package func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weights = ONNXWeights(self)
    let (lookback, side) = (configuration.lookback, (Self.window - 1) / 2)
    // The moving average with repeated ends as a matrix.
    var average = Tensor(repeating: 0, shape: [lookback, lookback])
    for step in 0..<lookback {
      for offset in -side...side {
        let source = min(max(0, step + offset), lookback - 1)
        average.values[step * lookback + source] += 1 / Float(Self.window)
      }
    }
    let trend = graph.matrixProduct(graph.constant("average", average), x)
    let remainder = graph.subtracting(x, trend)
    let inputs = [0, lookback * configuration.features]
    return graph.adding(
      weights.head(graph.reshape(trend, inputs), "trend", in: &graph),
      weights.head(graph.reshape(remainder, inputs), "season", in: &graph))
  }
}

extension NLinear: ONNXExportable {
  package func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weights = ONNXWeights(self)
    let last = graph.gather(x, graph.constant("last", integers: [configuration.lookback - 1]), axis: 1)
    let relative = graph.reshape(graph.subtracting(x, last), [0, configuration.lookback * configuration.features])
    let target = graph.reshape(graph.gather(last, graph.constant("target", integers: [0]), axis: 2), [-1, 1])
    return graph.adding(weights.head(relative, "linear", in: &graph), target)
  }
}
