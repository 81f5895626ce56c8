import EspalierTensor

extension MixedPatchTST: ONNXExportable {
  package func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weights = ONNXWeights(self)
    let length = configuration.patchLength
    let patches = (configuration.lookback + length - 1) / length
    // The last patch is filled up with the last step.
    let steps = (0..<patches * length).map { min($0, configuration.lookback - 1) }
    let whole =
      steps.count == configuration.lookback
      ? x : graph.gather(x, graph.constant("steps", integers: steps), axis: 1)
    var z = graph.reshape(whole, [0, patches, length * configuration.features])
    z = weights.linear(z, "embed", in: &graph)
    z = graph.adding(z, weights.constant("position", in: &graph))
    for index in 0..<configuration.layers {
      z = block(z, index, patches: patches, weights, in: &graph)
    }
    z = weights.layerNorm(z, "norm", in: &graph)
    return weights.head(graph.mean(z, axes: [1], keepsAxes: false), "head", in: &graph)
  }

  private func block(
    _ x: ONNXGraph.Value, _ index: Int, patches: Int, _ weights: ONNXWeights, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let size = configuration.block(index)
    let name = "blocks.\(index)"
    func heads(_ part: String, _ order: [Int]) -> ONNXGraph.Value {
      let rows = weights.linear(x, "\(name).attention.\(part)", in: &graph)
      return graph.transpose(graph.reshape(rows, [0, patches, size.heads, size.headWidth]), order)
    }
    let queries = heads("q", [0, 2, 1, 3])
    let keys = heads("k", [0, 2, 3, 1])
    let values = heads("v", [0, 2, 1, 3])
    let scale = graph.constant(
      "\(name).attention.scale", Tensor(repeating: 1 / Float(size.headWidth).squareRoot(), shape: []))
    let probabilities = graph.softmax(graph.multiplying(graph.matrixProduct(queries, keys), scale))
    let mixed = graph.transpose(graph.matrixProduct(probabilities, values), [0, 2, 1, 3])
    let attended = weights.linear(
      graph.reshape(mixed, [0, patches, size.heads * size.headWidth]), "\(name).attention.out", in: &graph)
    let middle = weights.layerNorm(graph.adding(x, attended), "\(name).norm1", in: &graph)
    let expanded = graph.relu(weights.linear(middle, "\(name).ff1", in: &graph))
    let contracted = weights.linear(expanded, "\(name).ff2", in: &graph)
    return weights.layerNorm(graph.adding(middle, contracted), "\(name).norm2", in: &graph)
  }
}
