internal import CEspalierKernels

// The three products of a layer. Whether a parameter is dense, masked or sparse is decided here and nowhere else.
extension Parameter {
  /// Rows of a matrix: its outputs.
  ///
  /// A vector has one column.
  var rows: Int { shape.first ?? 1 }
  /// Columns of a matrix: its inputs.
  var columns: Int { shape.dropFirst().reduce(1, *) }

  /// out[s] (+)= bias + self * x[s] for every step; `x` has `stepStride` floats from one step to the next.
  func product(
    steps: Int, lanes: Int, bias: Parameter?, x: UnsafePointer<Float>, stepStride: Int,
    out: UnsafeMutablePointer<Float>, accumulate: Bool
  ) {
    esp_product(
      rows, columns, steps, lanes, valueBuffer.pointer, bias?.valueBuffer.pointer, x, stepStride, out, accumulate)
  }

  /// out[s] (+)= transpose(self) * gradient[s] for every step.
  func transposedProduct(
    steps: Int, lanes: Int, gradient: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, stepStride: Int,
    accumulate: Bool
  ) {
    esp_product_transposed(
      rows, columns, steps, lanes, valueBuffer.pointer, gradient, out, stepStride, accumulate)
  }

  /// Adds the gradients of the weights and of the bias, summed over steps and lanes, to the parameters' gradients.
  func addWeightGradient(
    steps: Int, lanes: Int, bias: Parameter?, gradient: UnsafePointer<Float>, x: UnsafePointer<Float>,
    stepStride: Int, tape: Tape
  ) {
    let scratch = tape.scratch(esp_weight_gradient_scratch(rows, columns, steps, lanes))
    esp_weight_gradient(
      rows, columns, steps, lanes, gradient, x, stepStride, gradientBuffer.pointer, bias?.gradientBuffer.pointer,
      scratch)
  }

  /// Adds another parameter's gradient, times a factor, to this one's.
  func addGradient(of other: Parameter, times factor: Float) {
    for index in 0..<count {
      gradientBuffer.pointer[index] += factor * other.gradientBuffer.pointer[index]
    }
  }

  /// Adds the sum over steps and lanes to this parameter's gradient; the parameter is a bias.
  func addBiasGradient(steps: Int, lanes: Int, gradient: UnsafePointer<Float>) {
    esp_bias_gradient(count, steps, lanes, gradient, gradientBuffer.pointer)
  }
}

/// A parameter as an operation keeps it: without counting references, because the model outlives the pass.
struct ParameterReference: BitwiseCopyable {
  private let reference: Unmanaged<Parameter>

  init(_ parameter: Parameter) {
    reference = Unmanaged.passUnretained(parameter)
  }

  var parameter: Parameter { reference.takeUnretainedValue() }
}
