import EspalierTensor

extension ChannelPatchTST: ONNXExportable {
  package func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weights = ONNXWeights(self)
    let (size, patches) = (configuration.patchSize, configuration.channelPatches)
    // Overlapping patches; behind the end the last step repeats.
    let places = (0..<patches).flatMap { patch in
      (0..<size.length).map { min(patch * size.stride + $0, configuration.lookback - 1) }
    }
    let windows = graph.gather(x, graph.constant("places", integers: places, shape: [patches, size.length]), axis: 1)
    var z = graph.reshape(windows, [0, patches, size.length * configuration.features])
    z = graph.adding(weights.linear(z, "embed", in: &graph), weights.constant("position", in: &graph))
    var scores: ONNXGraph.Value?
    for index in 0..<configuration.layers { z = block(z, index, scores: &scores, weights, in: &graph) }
    // The head reads features first, patches second.
    z = graph.reshape(graph.transpose(z, [0, 2, 1]), [0, configuration.hidden * patches])
    return weights.head(z, "head", in: &graph)
  }

  private func block(
    _ x: ONNXGraph.Value, _ index: Int, scores: inout ONNXGraph.Value?, _ weights: ONNXWeights,
    in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let size = configuration.block(index), patches = configuration.channelPatches
    let name = "blocks.\(index)"
    func heads(_ part: String, _ order: [Int]) -> ONNXGraph.Value {
      let rows = weights.linear(x, "\(name).attention.\(part)", in: &graph)
      return graph.transpose(graph.reshape(rows, [0, patches, size.heads, size.headWidth]), order)
    }
    let (queries, keys, values) = (heads("q", [0, 2, 1, 3]), heads("k", [0, 2, 3, 1]), heads("v", [0, 2, 1, 3]))
    let scale = graph.constant(
      "\(name).attention.scale", Tensor(repeating: 1 / Float(size.headWidth).squareRoot(), shape: []))
    var sums = graph.multiplying(graph.matrixProduct(queries, keys), scale)
    if let scores { sums = graph.adding(sums, scores) }
    scores = sums
    let mixed = graph.transpose(graph.matrixProduct(graph.softmax(sums), values), [0, 2, 1, 3])
    let attended = weights.linear(
      graph.reshape(mixed, [0, patches, size.heads * size.headWidth]), "\(name).attention.out", in: &graph)
    let middle = norm(graph.adding(x, attended), "\(name).norm1", weights, in: &graph)
    let wide = graph.gelu(weights.linear(middle, "\(name).ff1", in: &graph))
    let contracted = weights.linear(wide, "\(name).ff2", in: &graph)
    return norm(graph.adding(middle, contracted), "\(name).norm2", weights, in: &graph)
  }

  /// ONNX normalizes the second axis.
  private func norm(
    _ x: ONNXGraph.Value, _ name: String, _ weights: ONNXWeights, in graph: inout ONNXGraph
  ) -> ONNXGraph.Value {
    let normalized = graph.batchNorm(
      graph.transpose(x, [0, 2, 1]), gain: weights.constant("\(name).weight", in: &graph),
      bias: weights.constant("\(name).bias", in: &graph), mean: weights.constant("\(name).running_mean", in: &graph),
      variance: weights.constant("\(name).running_var", in: &graph))
    return graph.transpose(normalized, [0, 2, 1])
  }
}
