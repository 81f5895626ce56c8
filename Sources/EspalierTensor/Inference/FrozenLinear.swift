internal import CEspalierKernels

/// Linear maps of the same input that no longer change, as one product.
package final class FrozenLinear {
  /// Outputs of all maps together.
  package let outputs: Int
  /// Inputs.
  package let inputs: Int
  private let lanes: LaneMatrix
  private let vector: VectorMatrix?
  private let bias: AlignedBuffer<Float>?

  /// Puts maps together.
  ///
  /// - Parameters:
  ///   - weights: Matrices of `[outputs, inputs]`, one above the other.
  ///   - biases: Their biases, or none at all.
  ///   - forSingleVectors: Whether ``vectorProduct(_:out:)`` will be called.
  ///   - costs: What decides between dense and sparse.
  package init(weights: [Parameter], biases: [Parameter], forSingleVectors: Bool = false, costs: SparseCostModel) {
    let values = weights.flatMap { $0.tensor.values }
    inputs = weights[0].columns
    outputs = weights.reduce(0) { $0 + $1.rows }
    lanes = LaneMatrix(values, rows: outputs, columns: inputs, costs: costs)
    vector = forSingleVectors ? VectorMatrix(values, gates: 1, units: outputs, columns: inputs) : nil
    guard !biases.isEmpty else {
      bias = nil
      return
    }
    let bias = AlignedBuffer<Float>(count: Self.paddedOutputs(outputs))
    _ = bias.span.update(from: biases.flatMap { $0.tensor.values })
    self.bias = bias
  }

  /// Floats that ``vectorProduct(_:out:)`` writes for `outputs`.
  package static func paddedOutputs(_ outputs: Int) -> Int { VectorMatrix.groups(outputs) * VectorMatrix.groupRows }

  /// Floats that ``vectorProduct(_:out:)`` reads for `inputs`.
  package static func paddedInputs(_ inputs: Int) -> Int { VectorMatrix.paddedColumns(inputs) }

  /// Maps lanes: `[inputs, lanes]` to `[outputs, lanes]`.
  package func product(lanes count: Int, _ x: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>) {
    lanes.product(lanes: count, bias: bias?.pointer, x: x, out: out, accumulate: false)
  }

  /// Maps one vector, both padded as the functions above say.
  package func vectorProduct(_ x: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>) {
    guard let vector, let bias else { preconditionFailure("the map was packed for single vectors") }
    esp_vector_product(vector.kernelMatrix, bias.pointer, x, out)
  }
}
