import EspalierTensor

// Axes count from 0 at the outermost; shapes broadcast from the innermost axis outwards, as in NumPy.
extension ONNXGraph {
  /// a + b.
  package mutating func adding(_ a: Value, _ b: Value) -> Value { add("Add", [a, b])[0] }

  /// a - b.
  package mutating func subtracting(_ a: Value, _ b: Value) -> Value { add("Sub", [a, b])[0] }

  /// a * b, element by element.
  package mutating func multiplying(_ a: Value, _ b: Value) -> Value { add("Mul", [a, b])[0] }

  /// a / b.
  package mutating func dividing(_ a: Value, _ b: Value) -> Value { add("Div", [a, b])[0] }

  /// The square root.
  package mutating func squareRoot(_ x: Value) -> Value { add("Sqrt", [x])[0] }

  /// max(x, 0).
  package mutating func relu(_ x: Value) -> Value { add("Relu", [x])[0] }

  /// The error function.
  package mutating func erf(_ x: Value) -> Value { add("Erf", [x])[0] }

  /// x / 2 * (1 + erf(x / sqrt(2))), PyTorch's default GELU.
  package mutating func gelu(_ x: Value) -> Value {
    func number(_ name: String, _ value: Float, in graph: inout ONNXGraph) -> Value {
      graph.constant(name, Tensor(repeating: value, shape: []))
    }
    let one = number("number.one", 1, in: &self)
    let half = number("number.half", 0.5, in: &self)
    let scale = number("number.one_over_root_two", Float(0.5.squareRoot()), in: &self)
    let share = adding(erf(multiplying(x, scale)), one)
    return multiplying(multiplying(x, half), share)
  }

  /// Exponentials over their sum along an axis.
  package mutating func softmax(_ x: Value, axis: Int = -1) -> Value { add("Softmax", [x], ["axis": .int(axis)])[0] }

  /// Matrix products of the two innermost axes.
  package mutating func matrixProduct(_ a: Value, _ b: Value) -> Value { add("MatMul", [a, b])[0] }

  /// x * transpose(weight) + bias for `[batch, inputs]`, with PyTorch's `[outputs, inputs]`.
  package mutating func gemm(_ x: Value, weight: Value, bias: Value) -> Value {
    add("Gemm", [x, weight, bias], ["transB": .int(1)])[0]
  }

  /// Normalization over the innermost axis.
  package mutating func layerNorm(_ x: Value, gain: Value, bias: Value, epsilon: Float = 1e-5) -> Value {
    add("LayerNormalization", [x, gain, bias], ["axis": .int(-1), "epsilon": .float(epsilon)])[0]
  }

  /// Normalization of `[batch, features, ...]` with running statistics.
  package mutating func batchNorm(
    _ x: Value, gain: Value, bias: Value, mean: Value, variance: Value, epsilon: Float = 1e-5
  ) -> Value {
    add("BatchNormalization", [x, gain, bias, mean, variance], ["epsilon": .float(epsilon)])[0]
  }

  /// Axes in another order: axis i of the result is axis `order[i]` of `x`.
  package mutating func transpose(_ x: Value, _ order: [Int]) -> Value {
    add("Transpose", [x], ["perm": .ints(order)])[0]
  }

  /// The same elements in other axes; 0 keeps an extent, -1 stands for what is left.
  package mutating func reshape(_ x: Value, _ shape: [Int]) -> Value {
    let name = "shape." + shape.map(String.init).joined(separator: "x")
    return add("Reshape", [x, constant(name, integers: shape)])[0]
  }

  /// Picks places of an axis; the indices' axes take its place, so that a matrix of indices cuts windows.
  package mutating func gather(_ x: Value, _ indices: Value, axis: Int) -> Value {
    add("Gather", [x, indices], ["axis": .int(axis)])[0]
  }

  /// The mean over axes, which stay with extent 1 or go.
  package mutating func mean(_ x: Value, axes: [Int], keepsAxes: Bool) -> Value {
    add("ReduceMean", [x], ["axes": .ints(axes), "keepdims": .int(keepsAxes ? 1 : 0)])[0]
  }

  /// a where the truth value is true, else b.
  package mutating func choose(_ truths: Value, _ a: Value, else b: Value) -> Value { add("Where", [truths, a, b])[0] }

  /// Elements of another type.
  package mutating func cast(_ x: Value, to element: Element) -> Value {
    add("Cast", [x], ["to": .int(element.rawValue)])[0]
  }

  /// The last hidden state `[batch, hidden]` of a recurrent layer over `[batch, steps, features]`.
  ///
  /// - Parameters:
  ///   - type: `RNN`, `LSTM` or `GRU`, whose gates stand in ONNX's order.
  ///   - x: `[batch, steps, features]`.
  ///   - weights: `[1, gates * hidden, features]`, `[1, gates * hidden, hidden]`, `[1, 2 * gates * hidden]`.
  ///   - hidden: Units.
  ///   - resetsAfterProduct: Whether a GRU's reset gate acts on the product with the hidden state, as in PyTorch.
  /// - Returns: `[batch, hidden]`.
  package mutating func recurrence(
    _ type: String, _ x: Value, weights: [Value], hidden: Int, resetsAfterProduct: Bool = false
  ) -> Value {
    let bySteps = transpose(x, [1, 0, 2])
    let state = Value(name: "\(type).state")
    let inputs = [bySteps] + weights
    if resetsAfterProduct {
      add(type, inputs, ["hidden_size": .int(hidden), "linear_before_reset": .int(1)], outputs: [.absent, state])
    } else {
      add(type, inputs, ["hidden_size": .int(hidden)], outputs: [.absent, state])
    }
    return reshape(state, [-1, hidden])
  }
}
