internal import CEspalierKernels

/// Kernels of forecasts: a sparse one counts the multiply-adds of its survivors alone, against the dense one's rate.
extension KernelBenchmark {
  /// Products with one vector in every layout, and a recurrence over one series.
  func singleSeries() -> [Measurement] {
    let (rows, columns) = (256, 64)
    let numbers = Memory()
    let x = numbers.make(VectorMatrix.paddedColumns(columns)), bias = numbers.make(rows), out = numbers.make(rows)
    var bound = 1.0
    var results: [Measurement] = []
    for (density, layout) in layouts {
      let matrix = VectorMatrix(
        sparse(rows * columns, density: density), gates: 1, units: rows, columns: columns, layout: layout)
      let time = seconds { esp_vector_product(matrix.kernelMatrix, bias, x, out) }
      let rate = 2 * density * Double(rows * columns) / time / 1e9
      if layout == .dense { bound = rate }
      results.append(
        Measurement(
          kernel: "vector product", size: "\(rows) x \(columns), \(label(density, layout))", microseconds: time * 1e6,
          rate: rate, unit: "GFLOP/s", bound: bound))
      withExtendedLifetime(matrix) {}
    }
    withExtendedLifetime(numbers) {}
    return results + recurrences()
  }

  private func recurrences() -> [Measurement] {
    let (units, inputs, gates, steps) = (64, 10, 4, steps)
    let numbers = Memory()
    let stride = VectorMatrix.paddedColumns(inputs), width = VectorMatrix.paddedColumns(units)
    let x = numbers.make(steps * stride), bias = numbers.make(gates * units), own = numbers.make(units)
    let state = numbers.make(3 * width)
    var bound = 1.0
    var results: [Measurement] = []
    for (density, layout) in layouts {
      let input = VectorMatrix(
        sparse(gates * units * inputs, density: density), gates: gates, units: units, columns: inputs, layout: layout)
      let hidden = VectorMatrix(
        sparse(gates * units * units, density: density), gates: gates, units: units, columns: units, layout: layout)
      let time = seconds {
        esp_vector_recurrence(
          ESP_CELL_LSTM, steps, input.kernelMatrix, hidden.kernelMatrix, bias, own, x, stride, state, width)
      }
      let rate = 2 * density * Double(gates * units * (units + inputs) * steps) / time / 1e9
      if layout == .dense { bound = rate }
      results.append(
        Measurement(
          kernel: "LSTM, one series", size: "\(units) units, \(steps) steps, \(label(density, layout))",
          microseconds: time * 1e6, rate: rate, unit: "GFLOP/s", bound: bound))
      withExtendedLifetime((input, hidden)) {}
    }
    withExtendedLifetime(numbers) {}
    return results
  }

  /// The fused sparse recurrence and what encoders need beside products.
  func laneForecasts() -> [Measurement] {
    let (units, inputs, gates, steps, lanes) = (64, 10, 4, steps, lanes)
    let numbers = Memory()
    let x = numbers.make(steps * max(units, inputs) * lanes), bias = numbers.make(gates * units)
    let own = numbers.make(units), state = numbers.make(3 * units * lanes), out = numbers.make(gates * units * lanes)
    let weight = numbers.make(gates * units * units)
    let dense = seconds {
      for _ in 0..<steps {
        esp_product(gates * units, units, 1, lanes, weight, bias, x, units * lanes, out, false)
      }
    }
    let bound = 2 * Double(gates * units * units * steps * lanes) / dense / 1e9
    var results: [Measurement] = []
    for density in densities {
      func matrix(_ columns: Int) -> LaneMatrix {
        LaneMatrix(
          sparse(gates * units * columns, density: density), rows: gates * units, columns: columns, costs: .shipped,
          sparse: true)
      }
      let input = matrix(inputs), hidden = matrix(units)
      guard let below = input.survivors, let above = hidden.survivors else { continue }
      let time = seconds {
        esp_sparse_recurrence(
          ESP_CELL_LSTM, steps, lanes, below.pattern, below.values, above.pattern, above.values, bias, own, x,
          inputs * lanes, state)
      }
      results.append(
        Measurement(
          kernel: "sparse LSTM, lanes", size: "\(units) units, \(steps) steps, \(lanes) lanes, density \(density)",
          microseconds: time * 1e6,
          rate: 2 * density * Double(gates * units * (units + inputs) * steps * lanes) / time / 1e9, unit: "GFLOP/s",
          bound: bound))
      withExtendedLifetime((input, hidden)) {}
    }
    let size = "\(units) x \(lanes)"
    let operations: [Moving] = [
      ("normalization, forecasts", size, 3 * units * lanes, { esp_normalize_sum(units, lanes, x, out, own, own, out) }),
      ("softmax, forecasts", size, 2 * units * lanes, { esp_softmax_rows(units, lanes, 1, state) }),
    ]
    results += operations.map { moving($0, numbers) }
    withExtendedLifetime(numbers) {}
    return results
  }

  private var layouts: [(density: Double, layout: VectorMatrix.Layout)] {
    [(1, .dense)] + densities.map { ($0, VectorMatrix.Layout.fastestSparse) }
  }

  private func label(_ density: Double, _ layout: VectorMatrix.Layout) -> String {
    layout == .dense ? "dense" : "\(layout), density \(density)"
  }

  private func sparse(_ count: Int, density: Double) -> [Float] {
    var stream = RandomStream(seed: 2, purpose: .pruning)
    return (0..<count).map { _ in
      let value = Float(2 * stream.nextUniform() - 1)
      return stream.nextUniform() < density ? value : 0
    }
  }
}
