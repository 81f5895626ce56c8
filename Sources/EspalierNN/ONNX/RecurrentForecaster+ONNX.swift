import EspalierTensor

extension RecurrentForecaster: ONNXExportable {
  package func addForward(_ x: ONNXGraph.Value, to graph: inout ONNXGraph) -> ONNXGraph.Value {
    let weights = ONNXWeights(self)
    // PyTorch's LSTM has input, forget, cell, output and ONNX's input, output, forget, cell; the GRUs have reset, update,
    // new and update, reset, new.
    let (type, order): (String, [Int]) =
      switch configuration.kind {
      case .lstm: ("LSTM", [0, 3, 1, 2])
      case .gru: ("GRU", [1, 0, 2])
      default: ("RNN", [0])
      }
    let inputBias = weights["cell.bias_ih_l0"].reorderingGates(order)
    let hiddenBias = weights["cell.bias_hh_l0"].reorderingGates(order)
    var bias = Tensor(repeating: 0, shape: [1, inputBias.count + hiddenBias.count])
    bias.values = inputBias.values + hiddenBias.values
    let constants = [
      graph.constant("cell.input_weight", weights["cell.weight_ih_l0"].reorderingGates(order)),
      graph.constant("cell.hidden_weight", weights["cell.weight_hh_l0"].reorderingGates(order)),
      graph.constant("cell.bias", bias),
    ]
    let state = graph.recurrence(
      type, x, weights: constants, hidden: configuration.hidden, resetsAfterProduct: configuration.kind == .gru)
    return weights.head(state, "head", in: &graph)
  }
}
