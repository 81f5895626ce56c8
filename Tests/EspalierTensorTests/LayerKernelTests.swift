import CEspalierKernels
import Testing

@testable import EspalierTensor

extension KernelTests {
  /// The kernels of layers against their plain references, on every SIMD target that the machine has.
  @Suite struct Layers {
    static let lanes = [16, 32, 48, 64, 80]

    @Test(arguments: simdTargets())
    func products(target: Int64) {
      onTarget(target) { random in
        for (rows, inner, steps) in [
          (1, 1, 1), (5, 3, 2), (7, 17, 3), (16, 16, 1), (64, 10, 4), (30, 64, 2), (25, 129, 2),
        ] {
          for lanes in Self.lanes {
            checkProducts(random, rows: rows, inner: inner, steps: steps, lanes: lanes)
          }
        }
      }
    }

    private func checkProducts(_ random: Numbers, rows: Int, inner: Int, steps: Int, lanes: Int) {
      random.restart(seed: UInt64(rows * 1000 + inner))
      let weight = random.buffer(rows * inner), bias = random.buffer(rows), x = random.buffer(steps * inner * lanes)
      let g = random.buffer(steps * rows * lanes)
      let tolerance = 1e-6 * Float(max(rows, inner, 8))
      for accumulate in [false, true] {
        let fast = random.buffer(steps * rows * lanes), plain = random.copy(fast), blas = random.copy(fast)
        esp_product(
          rows, inner, steps, lanes, weight.pointer, bias.pointer, x.pointer, inner * lanes, fast.pointer, accumulate)
        esp_reference_product(
          rows, inner, steps, lanes, weight.pointer, bias.pointer, x.pointer, inner * lanes, plain.pointer, accumulate)
        esp_blas_product(
          rows, inner, steps, lanes, weight.pointer, bias.pointer, x.pointer, inner * lanes, blas.pointer, accumulate)
        #expect(agree(fast, plain, tolerance), "product \(rows) x \(inner), \(steps) steps, \(lanes) lanes")
        #expect(agree(blas, plain, tolerance), "BLAS product \(rows) x \(inner)")
        let back = random.buffer(steps * inner * lanes), plainBack = random.copy(back)
        esp_product_transposed(
          rows, inner, steps, lanes, weight.pointer, g.pointer, back.pointer, inner * lanes, accumulate)
        esp_reference_product_transposed(
          rows, inner, steps, lanes, weight.pointer, g.pointer, plainBack.pointer, inner * lanes, accumulate)
        #expect(agree(back, plainBack, tolerance), "transposed product \(rows) x \(inner)")
      }
      let gradient = random.buffer(rows * inner), plainGradient = random.copy(gradient)
      let scratch = random.zeros(esp_weight_gradient_scratch(rows, inner, steps, lanes))
      let fusedBias = random.copy(bias)
      esp_weight_gradient(
        rows, inner, steps, lanes, g.pointer, x.pointer, inner * lanes, gradient.pointer, fusedBias.pointer,
        scratch.pointer)
      esp_reference_weight_gradient(
        rows, inner, steps, lanes, g.pointer, x.pointer, inner * lanes, plainGradient.pointer)
      #expect(agree(gradient, plainGradient, 1e-6 * Float(steps * lanes)), "weight gradient \(rows) x \(inner)")
      let biasGradient = random.copy(bias)
      esp_bias_gradient(rows, steps, lanes, g.pointer, biasGradient.pointer)
      for row in 0..<rows {
        var sum = bias.pointer[row]
        for step in 0..<steps { for lane in 0..<lanes { sum += g.pointer[(step * rows + row) * lanes + lane] } }
        #expect(abs(sum - biasGradient.pointer[row]) <= 1e-4, "bias gradient of row \(row)")
        #expect(abs(sum - fusedBias.pointer[row]) <= 1e-4, "bias gradient of row \(row), with the weights'")
      }
    }

    /// Patches that overlap: steps closer together than a patch is long.
    @Test(arguments: simdTargets())
    func overlappingSteps(target: Int64) {
      onTarget(target) { random in
        random.restart(seed: 5)
        let (rows, inner, steps, lanes, stride) = (6, 16, 5, 32, 8)
        let weight = random.buffer(rows * inner), x = random.buffer((steps * stride + inner) * lanes)
        let fast = random.buffer(steps * rows * lanes), plain = random.copy(fast)
        esp_product(rows, inner, steps, lanes, weight.pointer, nil, x.pointer, stride * lanes, fast.pointer, false)
        esp_reference_product(
          rows, inner, steps, lanes, weight.pointer, nil, x.pointer, stride * lanes, plain.pointer, false)
        #expect(agree(fast, plain, 1e-5))
        let back = random.buffer((steps * stride + inner) * lanes), plainBack = random.copy(back)
        esp_product_transposed(
          rows, inner, steps, lanes, weight.pointer, fast.pointer, back.pointer, stride * lanes, true)
        esp_reference_product_transposed(
          rows, inner, steps, lanes, weight.pointer, plain.pointer, plainBack.pointer, stride * lanes, true)
        #expect(agree(back, plainBack, 1e-4))
      }
    }

    @Test(arguments: simdTargets())
    func recurrentCells(target: Int64) {
      onTarget(target) { random in
        for (hidden, lanes) in [(1, 16), (3, 48), (8, 64)] {
          let count = hidden * lanes
          random.restart(seed: UInt64(count), spread: 3)
          let h = random.buffer(count), plainH = random.copy(h)
          esp_rnn_forward(hidden, lanes, h.pointer)
          esp_reference_rnn_forward(hidden, lanes, plainH.pointer)
          #expect(agree(h, plainH, 1e-6))
          let dh = random.buffer(count), d1 = random.buffer(count), d2 = random.copy(d1)
          esp_rnn_backward(hidden, lanes, h.pointer, dh.pointer, d1.pointer)
          esp_reference_rnn_backward(hidden, lanes, h.pointer, dh.pointer, d2.pointer)
          #expect(agree(d1, d2, 1e-6))

          let gates = random.buffer(4 * count), plainGates = random.copy(gates), before = random.buffer(count)
          let c1 = random.buffer(count), c2 = random.copy(c1), h1 = random.buffer(count), h2 = random.copy(h1)
          esp_lstm_forward(hidden, lanes, gates.pointer, before.pointer, c1.pointer, h1.pointer)
          esp_reference_lstm_forward(hidden, lanes, plainGates.pointer, before.pointer, c2.pointer, h2.pointer)
          #expect(agree(gates, plainGates, 1e-6) && agree(c1, c2, 1e-6) && agree(h1, h2, 1e-6))
          let dc1 = random.buffer(count), dc2 = random.copy(dc1)
          esp_lstm_backward(hidden, lanes, gates.pointer, before.pointer, c1.pointer, dh.pointer, dc1.pointer)
          esp_reference_lstm_backward(
            hidden, lanes, plainGates.pointer, before.pointer, c2.pointer, dh.pointer, dc2.pointer)
          #expect(agree(gates, plainGates, 3e-6) && agree(dc1, dc2, 3e-6))

          let three = random.buffer(3 * count), plainThree = random.copy(three)
          let inner = random.buffer(3 * count), plainInner = random.copy(inner)
          esp_gru_forward(hidden, lanes, three.pointer, inner.pointer, before.pointer, h1.pointer)
          esp_reference_gru_forward(hidden, lanes, plainThree.pointer, plainInner.pointer, before.pointer, h2.pointer)
          #expect(agree(three, plainThree, 1e-6) && agree(h1, h2, 1e-6))
          esp_gru_backward(hidden, lanes, three.pointer, inner.pointer, before.pointer, h1.pointer)
          esp_reference_gru_backward(hidden, lanes, plainThree.pointer, plainInner.pointer, before.pointer, h2.pointer)
          #expect(agree(three, plainThree, 3e-6) && agree(inner, plainInner, 3e-6) && agree(h1, h2, 3e-6))
        }
      }
    }

    @Test(arguments: simdTargets(), [false, true])
    func layerNorm(target: Int64, dropping: Bool) {
      onTarget(target) { random in
        let (steps, features, lanes) = (3, 13, 48)
        let count = steps * features * lanes
        random.restart(seed: 8)
        let x = random.buffer(count), y = random.buffer(count), gain = random.buffer(features),
          bias = random.buffer(features)
        let mask = random.mask(steps * features * lanes / 16)
        let bits = dropping ? mask.pointer : nil
        let sums = [random.buffer(count), random.buffer(count)], out = [random.buffer(count), random.buffer(count)]
        let mean = [random.buffer(steps * lanes), random.buffer(steps * lanes)]
        let inverse = [random.buffer(steps * lanes), random.buffer(steps * lanes)]
        esp_layer_norm(
          steps, features, lanes, x.pointer, y.pointer, bits, 1.25, gain.pointer, bias.pointer, sums[0].pointer,
          mean[0].pointer, inverse[0].pointer, out[0].pointer)
        esp_reference_layer_norm(
          steps, features, lanes, x.pointer, y.pointer, bits, 1.25, gain.pointer, bias.pointer, sums[1].pointer,
          mean[1].pointer, inverse[1].pointer, out[1].pointer)
        #expect(agree(sums[0], sums[1], 1e-6) && agree(out[0], out[1], 3e-6) && agree(inverse[0], inverse[1], 3e-6))
        #expect(agree(mean[0], mean[1], 1e-6))
        let g = random.buffer(count), added = random.buffer(count)
        let gains = [random.zeros(features), random.zeros(features)]
        let biases = [random.zeros(features), random.zeros(features)]
        let scratch = random.zeros(32 * features)
        // Each of the two is overwritten or added to.
        for (x, y) in [(true, true), (false, true), (true, false), (false, false)] {
          let dx = [random.copy(added), random.copy(added)], dy = [random.copy(added), random.copy(added)]
          let targets = (0..<2).map {
            (
              esp_gradient_target(gradient: dx[$0].pointer, accumulate: x),
              esp_gradient_target(gradient: dy[$0].pointer, accumulate: y)
            )
          }
          esp_layer_norm_backward(
            steps, features, lanes, sums[1].pointer, mean[1].pointer, inverse[1].pointer, gain.pointer, g.pointer,
            targets[0].0, targets[0].1, bits, 1.25, gains[0].pointer, biases[0].pointer, scratch.pointer)
          esp_reference_layer_norm_backward(
            steps, features, lanes, sums[1].pointer, mean[1].pointer, inverse[1].pointer, gain.pointer, g.pointer,
            targets[1].0, targets[1].1, bits, 1.25, gains[1].pointer, biases[1].pointer)
          #expect(agree(dx[0], dx[1], 1e-5) && agree(dy[0], dy[1], 1e-5))
          #expect(agree(gains[0], gains[1], 1e-5) && agree(biases[0], biases[1], 1e-5))
        }
        // Either is left out, or both go to the same memory.
        let alone = [random.copy(added), random.copy(added)]
        let to = alone.map { esp_gradient_target(gradient: $0.pointer, accumulate: true) }, none = esp_gradient_target()
        for (dx, dy) in [(to, [none, none]), ([none, none], to), (to, to)] {
          esp_layer_norm_backward(
            steps, features, lanes, sums[1].pointer, mean[1].pointer, inverse[1].pointer, gain.pointer, g.pointer,
            dx[0], dy[0], bits, 1.25, gains[0].pointer, biases[0].pointer, scratch.pointer)
          esp_reference_layer_norm_backward(
            steps, features, lanes, sums[1].pointer, mean[1].pointer, inverse[1].pointer, gain.pointer, g.pointer,
            dx[1], dy[1], bits, 1.25, gains[1].pointer, biases[1].pointer)
          #expect(agree(alone[0], alone[1], 1e-5))
          #expect(agree(gains[0], gains[1], 1e-5) && agree(biases[0], biases[1], 1e-5))
        }
      }
    }

    @Test(arguments: simdTargets(), [false, true])
    func attention(target: Int64, dropping: Bool) {
      onTarget(target) { random in
        for (patches, width, heads, lanes) in [(1, 4, 2, 16), (5, 8, 2, 32), (15, 16, 4, 16), (6, 12, 1, 48)] {
          let shape = esp_attention_shape(patches: patches, width: width, heads: heads, lanes: lanes)
          let count = patches * width * lanes
          random.restart(seed: UInt64(count))
          let q = random.buffer(count), k = random.buffer(count), v = random.buffer(count), g = random.buffer(count)
          let bits = random.mask(heads * patches * patches * lanes / 16)
          let mask = dropping ? bits.pointer : nil
          let p = [random.buffer(heads * patches * patches * lanes), random.buffer(heads * patches * patches * lanes)]
          let out = [random.buffer(count), random.buffer(count)]
          let scratch = random.zeros(esp_attention_scratch(shape))
          esp_attention(
            shape, q.pointer, k.pointer, v.pointer, mask, 1.5, p[0].pointer, out[0].pointer, scratch.pointer)
          esp_reference_attention(shape, q.pointer, k.pointer, v.pointer, mask, 1.5, p[1].pointer, out[1].pointer)
          #expect(agree(p[0], p[1], 1e-6) && agree(out[0], out[1], 2e-6))
          let fast = (0..<3).map { _ in random.buffer(count) }, plain = (0..<3).map { _ in random.buffer(count) }
          esp_attention_backward(
            shape, q.pointer, k.pointer, v.pointer, mask, 1.5, p[1].pointer, g.pointer, fast[0].pointer,
            fast[1].pointer,
            fast[2].pointer, scratch.pointer)
          esp_reference_attention_backward(
            shape, q.pointer, k.pointer, v.pointer, mask, 1.5, p[1].pointer, g.pointer, plain[0].pointer,
            plain[1].pointer, plain[2].pointer)
          for part in 0..<3 { #expect(agree(fast[part], plain[part], 1e-5), "part \(part) of \(shape)") }
        }
      }
    }

    @Test(arguments: simdTargets())
    func dropoutMasks(target: Int64) {
      onTarget(target) { random in
        for (rows, lanes, rate) in [(1, 16, 0.5), (7, 48, 0.3), (400, 64, 0.9), (3, 32, 0.0)] as [(Int, Int, Float)] {
          let stream = esp_dropout_stream(key0: 7, key1: 11, step: 3, site: 9, first_lane: 64)
          let fast = random.zeros(rows * lanes / 16, as: UInt16.self),
            plain = random.zeros(rows * lanes / 16, as: UInt16.self)
          esp_dropout_mask(rows, lanes, stream, rate, fast.pointer)
          esp_reference_dropout_mask(rows, lanes, stream, rate, plain.pointer)
          #expect(Array(fast.span) == Array(plain.span))
          if rows == 400 {
            let kept = fast.span.reduce(0) { $0 + $1.nonzeroBitCount }
            #expect(abs(Double(kept) / Double(rows * lanes) - 0.1) < 0.01, "kept \(kept)")
          }
        }
      }
    }

    /// The same masks whether lanes are drawn together or in parts: nothing may depend on how a batch is cut.
    @Test func dropoutDoesNotDependOnTiles() {
      let random = Numbers(seed: 1)
      defer { withExtendedLifetime(random) {} }
      let whole = random.zeros(10 * 4, as: UInt16.self), part = random.zeros(10, as: UInt16.self)
      esp_dropout_mask(
        10, 64, esp_dropout_stream(key0: 1, key1: 2, step: 3, site: 4, first_lane: 0), 0.4, whole.pointer)
      esp_dropout_mask(
        10, 16, esp_dropout_stream(key0: 1, key1: 2, step: 3, site: 4, first_lane: 32), 0.4, part.pointer)
      for row in 0..<10 { #expect(whole.pointer[row * 4 + 2] == part.pointer[row]) }
    }
  }
}
