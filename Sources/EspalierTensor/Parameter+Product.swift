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
    if let sparse, sparse.plan.forward {
      esp_sparse_product(
        sparse.layout.pattern, valueBuffer.pointer, bias?.valueBuffer.pointer, steps, lanes, x, stepStride, out,
        rows * lanes, accumulate)
    } else {
      esp_product(
        rows, columns, steps, lanes, denseValues, bias?.valueBuffer.pointer, x, stepStride, out, accumulate)
    }
  }

  /// out[s] (+)= transpose(self) * gradient[s] for every step.
  func transposedProduct(
    steps: Int, lanes: Int, gradient: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, stepStride: Int,
    accumulate: Bool
  ) {
    if let sparse, sparse.plan.dataGradient {
      esp_sparse_product(
        sparse.layout.transposedPattern, sparse.transposedValues(valueBuffer.pointer), nil, steps, lanes, gradient,
        rows * lanes, out, stepStride, accumulate)
    } else {
      esp_product_transposed(rows, columns, steps, lanes, denseValues, gradient, out, stepStride, accumulate)
    }
  }

  /// Adds the gradients of the weights and of the bias, summed over steps and lanes, to the parameters' gradients.
  func addWeightGradient(
    steps: Int, lanes: Int, bias: Parameter?, gradient: UnsafePointer<Float>, x: UnsafePointer<Float>,
    stepStride: Int, tape: Tape
  ) {
    let biasGradient = bias?.gradientBuffer.pointer
    if let sparse, sparse.plan.weightGradient {
      esp_sparse_weight_gradient(
        sparse.layout.pattern, steps, lanes, gradient, x, stepStride, gradientBuffer.pointer, biasGradient)
      return
    }
    let needed = esp_weight_gradient_scratch(rows, columns, steps, lanes)
    let scratch = tape.scratch(needed + (sparse == nil ? 0 : count))
    guard let sparse else {
      esp_weight_gradient(
        rows, columns, steps, lanes, gradient, x, stepStride, gradientBuffer.pointer, biasGradient, scratch)
      return
    }
    let dense = scratch + needed
    dense.update(repeating: 0, count: count)
    esp_weight_gradient(rows, columns, steps, lanes, gradient, x, stepStride, dense, biasGradient, scratch)
    sparse.layout.forEachSurvivor { gradientBuffer.pointer[$0] += dense[$1] }
  }

  /// The whole matrix for a dense product: the values themselves, or a copy with zeros in place in the sparse state.
  private var denseValues: UnsafePointer<Float> {
    sparse?.denseValues(valueBuffer.pointer) ?? UnsafePointer(valueBuffer.pointer)
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

/// A parameter as an operation keeps it: without counting references, because the tape keeps it alive until its reset.
struct ParameterReference: BitwiseCopyable {
  private let reference: Unmanaged<Parameter>

  init(_ parameter: Parameter, on tape: Tape) {
    tape.keep(parameter)
    reference = Unmanaged.passUnretained(parameter)
  }

  var parameter: Parameter { reference.takeUnretainedValue() }
}
