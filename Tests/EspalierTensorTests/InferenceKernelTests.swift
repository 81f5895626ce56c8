import CEspalierKernels
import Testing

@testable import EspalierTensor

extension KernelTests {
  /// The kernels of forecasts against their plain references, on every SIMD target that the machine has.
  @Suite struct Inference {
    /// A matrix of which a share is kept.
    private func matrix(_ random: Numbers, _ count: Int, density: Double) -> [Float] {
      let dice = random.array(count)
      return zip(random.array(count), dice).map { Double(abs($1)) < density ? $0 : 0 }
    }

    @Test(arguments: simdTargets())
    func vectorProducts(target: Int64) {
      onTarget(target) { random in
        for (rows, columns) in [(1, 1), (16, 32), (17, 33), (40, 70), (64, 256)] {
          for density in [0, 0.1, 1] {
            for layout in VectorMatrix.Layout.allCases {
              let packed = VectorMatrix(
                matrix(random, rows * columns, density: density), gates: 1, units: rows, columns: columns,
                layout: layout)
              let padded = FrozenLinear.paddedOutputs(rows)
              let x = random.buffer(FrozenLinear.paddedInputs(columns)), bias = random.buffer(padded)
              let fast = random.zeros(padded), plain = random.zeros(padded)
              esp_vector_product(packed.kernelMatrix, bias.pointer, x.pointer, fast.pointer)
              esp_reference_vector_product(packed.kernelMatrix, bias.pointer, x.pointer, plain.pointer)
              #expect(agree(fast, plain, 1e-5), "\(rows) x \(columns), density \(density), \(layout)")
              withExtendedLifetime(packed) {}
            }
          }
        }
      }
    }

    @Test(arguments: simdTargets(), [ESP_CELL_RNN, ESP_CELL_GRU, ESP_CELL_LSTM])
    func vectorRecurrences(target: Int64, cell: esp_cell) {
      let gates = cell == ESP_CELL_LSTM ? 4 : cell == ESP_CELL_GRU ? 3 : 1
      onTarget(target) { random in
        for (units, inputs) in [(1, 1), (20, 3), (64, 40)] {
          for layout in VectorMatrix.Layout.allCases {
            let density = layout == .dense ? 1 : 0.2
            let input = VectorMatrix(
              matrix(random, gates * units * inputs, density: density), gates: gates, units: units, columns: inputs,
              layout: layout)
            let hidden = VectorMatrix(
              matrix(random, gates * units * units, density: density).map { $0 * 0.2 }, gates: gates, units: units,
              columns: units, layout: layout)
            let rows = VectorMatrix.groups(units) * VectorMatrix.groupRows
            let bias = random.buffer(gates * rows), own = random.buffer(rows)
            let stride = VectorMatrix.paddedColumns(inputs), width = VectorMatrix.paddedColumns(units)
            let x = random.buffer(7 * stride), fast = random.buffer(3 * width), plain = random.buffer(3 * width)
            esp_vector_recurrence(
              cell, 7, input.kernelMatrix, hidden.kernelMatrix, bias.pointer, own.pointer, x.pointer, stride,
              fast.pointer, width)
            esp_reference_vector_recurrence(
              cell, 7, input.kernelMatrix, hidden.kernelMatrix, bias.pointer, own.pointer, x.pointer, stride,
              plain.pointer, width)
            #expect(agree(fast, plain, 1e-5), "\(units) units, \(inputs) inputs, \(layout)")
            withExtendedLifetime((input, hidden)) {}
          }
        }
      }
    }

    @Test(arguments: simdTargets(), [ESP_CELL_RNN, ESP_CELL_GRU, ESP_CELL_LSTM])
    func sparseRecurrences(target: Int64, cell: esp_cell) {
      let gates = cell == ESP_CELL_LSTM ? 4 : cell == ESP_CELL_GRU ? 3 : 1
      onTarget(target) { random in
        let units = 9, inputs = 4, steps = 6
        for (lanes, density) in [(16, 0.3), (32, 0), (48, 1), (64, 0.1), (112, 0.5)] {
          let input = LaneMatrix(
            matrix(random, gates * units * inputs, density: density), rows: gates * units, columns: inputs,
            costs: .shipped, sparse: true)
          let hidden = LaneMatrix(
            matrix(random, gates * units * units, density: density), rows: gates * units, columns: units,
            costs: .shipped, sparse: true)
          guard let below = input.survivors, let own = hidden.survivors else { continue }
          let bias = random.buffer(gates * units), ownBias = random.buffer(units)
          let x = random.buffer(steps * inputs * lanes)
          let fast = random.buffer(3 * units * lanes), plain = random.buffer(3 * units * lanes)
          esp_sparse_recurrence(
            cell, steps, lanes, below.pattern, below.values, own.pattern, own.values, bias.pointer, ownBias.pointer,
            x.pointer, inputs * lanes, fast.pointer)
          esp_reference_sparse_recurrence(
            cell, steps, lanes, below.pattern, below.values, own.pattern, own.values, bias.pointer, ownBias.pointer,
            x.pointer, inputs * lanes, plain.pointer)
          #expect(agree(fast, plain, 1e-5), "\(lanes) lanes, density \(density)")
          withExtendedLifetime((input, hidden)) {}
        }
      }
    }

    @Test(arguments: simdTargets())
    func normalizationAndSoftmax(target: Int64) {
      onTarget(target) { random in
        for (rows, lanes) in [(1, 16), (3, 32), (17, 16), (64, 240)] {
          let x = random.buffer(rows * lanes), y = random.buffer(rows * lanes)
          let gain = random.buffer(rows), bias = random.buffer(rows)
          for other in [y.pointer, nil] {
            let fast = random.copy(x), plain = random.zeros(rows * lanes)
            esp_normalize_sum(rows, lanes, fast.pointer, other, gain.pointer, bias.pointer, fast.pointer)
            esp_reference_normalize_sum(rows, lanes, x.pointer, other, gain.pointer, bias.pointer, plain.pointer)
            #expect(agree(fast, plain, 1e-5), "normalization of \(rows) rows, \(lanes) lanes")
          }
          let fast = random.copy(x), plain = random.copy(x)
          esp_softmax_rows(rows, lanes, 3, fast.pointer)
          esp_reference_softmax_rows(rows, lanes, 3, plain.pointer)
          #expect(agree(fast, plain, 1e-6), "softmax of \(rows) rows, \(lanes) lanes")
        }
      }
    }

    @Test(arguments: simdTargets())
    func samplesBecomeLanes(target: Int64) {
      onTarget(target) { random in
        for (samples, count, stride) in [(1, 1, 1), (5, 3, 4), (16, 17, 17), (31, 30, 33)] {
          let x = random.buffer(samples * stride), out = random.buffer(count * 32)
          esp_lanes_from_samples(samples, count, x.pointer, stride, 32, out.pointer)
          let isRight = (0..<count * 32).allSatisfy {
            out.pointer[$0] == ($0 % 32 < samples ? x.pointer[$0 % 32 * stride + $0 / 32] : 0)
          }
          #expect(isRight, "\(samples) samples of \(count)")
        }
      }
    }

    /// One softmax after the other, straight from the definition.
    @Test(arguments: simdTargets())
    func tokenAttention(target: Int64) {
      onTarget(target) { random in
        for (patches, lanes) in [(1, 16), (5, 16), (15, 32), (20, 16)] {
          let width = 12, heads = 3, tokens = patches * lanes
          let q = random.buffer(width * tokens), k = random.buffer(width * tokens), v = random.buffer(width * tokens)
          let fast = random.zeros(width * tokens), plain = random.zeros(width * tokens)
          let scratch = random.zeros(patches * patches * 16)
          let shape = esp_attention_shape(patches: patches, width: width, heads: heads, lanes: lanes)
          esp_token_attention(shape, q.pointer, k.pointer, v.pointer, fast.pointer, scratch.pointer)
          let turned = [q, k, v].map { turn(random, $0, rows: width, steps: patches, lanes: lanes) }
          let probabilities = random.zeros(heads * patches * patches * lanes)
          esp_reference_attention(
            shape, turned[0].pointer, turned[1].pointer, turned[2].pointer, nil, 1, probabilities.pointer,
            plain.pointer)
          #expect(
            agree(turn(random, fast, rows: width, steps: patches, lanes: lanes), plain, 1e-5),
            "\(patches) patches, \(lanes) lanes")
        }
      }
    }

    /// `[rows, steps, lanes]` as `[steps, rows, lanes]`.
    private func turn(
      _ random: Numbers, _ x: AlignedBuffer<Float>, rows: Int, steps: Int, lanes: Int
    ) -> AlignedBuffer<Float> {
      let result = random.zeros(x.count)
      for row in 0..<rows {
        for step in 0..<steps {
          for lane in 0..<lanes {
            result.pointer[(step * rows + row) * lanes + lane] = x.pointer[(row * steps + step) * lanes + lane]
          }
        }
      }
      return result
    }
  }
}
