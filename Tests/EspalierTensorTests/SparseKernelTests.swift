import CEspalierKernels
import Testing

@testable import EspalierTensor

extension KernelTests {
  /// The sparse kernels against their plain references, on every SIMD target that the machine has.
  @Suite struct Sparse {
    @Test(arguments: simdTargets())
    func products(target: Int64) {
      onTarget(target) { random in
        for (rows, columns, steps) in [(1, 1, 1), (5, 9, 2), (40, 17, 3), (64, 70, 5)] {
          for density in [0, 0.02, 0.3, 0.9, 1] {
            for lanes in [16, 32, 48, 64, 80] {
              check(random, rows: rows, columns: columns, steps: steps, lanes: lanes, density: density)
            }
          }
        }
      }
    }

    private func check(_ random: Numbers, rows: Int, columns: Int, steps: Int, lanes: Int, density: Double) {
      random.restart(seed: UInt64(rows * columns + lanes))
      let dice = random.array(rows * columns)
      let mask = random.zeros(rows * columns, as: UInt8.self)
      for index in dice.indices { mask.pointer[index] = Double(abs(dice[index])) < density ? 1 : 0 }
      let survivors = mask.span.reduce(0) { $0 + Int($1) }
      let layout = SparseLayout(rows: rows, columns: columns, mask: mask.pointer, survivors: survivors)
      let value = random.buffer(survivors), bias = random.buffer(rows), x = random.buffer(steps * columns * lanes)
      let g = random.buffer(steps * rows * lanes)
      for accumulate in [false, true] {
        let fast = random.buffer(steps * rows * lanes), plain = random.copy(fast)
        esp_sparse_product(
          layout.pattern, value.pointer, bias.pointer, steps, lanes, x.pointer, columns * lanes, fast.pointer,
          rows * lanes, accumulate)
        esp_reference_sparse_product(
          layout.pattern, value.pointer, bias.pointer, steps, lanes, x.pointer, columns * lanes, plain.pointer,
          rows * lanes, accumulate)
        #expect(agree(fast, plain, 1e-5), "product \(rows) x \(columns), density \(density), \(lanes) lanes")
        let transposed = random.zeros(survivors)
        layout.transpose(value.pointer, into: transposed.pointer)
        let back = random.buffer(steps * columns * lanes), plainBack = random.copy(back)
        esp_sparse_product(
          layout.transposedPattern, transposed.pointer, nil, steps, lanes, g.pointer, rows * lanes, back.pointer,
          columns * lanes, accumulate)
        reference(layout, value, g: g, steps: steps, lanes: lanes, out: plainBack, accumulate: accumulate)
        #expect(agree(back, plainBack, 1e-5), "transposed product \(rows) x \(columns), density \(density)")
      }
      let gradient = random.buffer(survivors), plainGradient = random.copy(gradient), plainBias = random.copy(bias)
      esp_sparse_weight_gradient(
        layout.pattern, steps, lanes, g.pointer, x.pointer, columns * lanes, gradient.pointer, bias.pointer)
      esp_reference_sparse_weight_gradient(
        layout.pattern, steps, lanes, g.pointer, x.pointer, columns * lanes, plainGradient.pointer, plainBias.pointer)
      #expect(agree(gradient, plainGradient, 1e-4) && agree(bias, plainBias, 1e-4), "gradient \(rows) x \(columns)")
    }

    /// The transposed product straight from the rows.
    private func reference(
      _ layout: SparseLayout, _ value: AlignedBuffer<Float>, g: AlignedBuffer<Float>, steps: Int, lanes: Int,
      out: AlignedBuffer<Float>, accumulate: Bool
    ) {
      if !accumulate { out.span.update(repeating: 0) }
      layout.forEachSurvivor { p, dense in
        let (i, k) = (dense / layout.columns, dense % layout.columns)
        for step in 0..<steps {
          for lane in 0..<lanes {
            out.pointer[(step * layout.columns + k) * lanes + lane] +=
              value.pointer[p] * g.pointer[(step * layout.rows + i) * lanes + lane]
          }
        }
      }
    }
  }
}
