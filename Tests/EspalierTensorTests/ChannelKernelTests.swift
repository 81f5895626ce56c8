import CEspalierKernels
import Testing

@testable import EspalierTensor

extension KernelTests {
  /// The kernels of channel-independent and linear forecasters against their plain references, on every SIMD target.
  @Suite struct Channels {
    @Test(arguments: simdTargets(), [false, true])
    func residualAttention(target: Int64, tokensFirst: Bool) {
      onTarget(target) { random in
        for (tiles, patches, heads, depth, lanes) in [
          (1, 1, 2, 2, 16), (2, 5, 2, 4, 32), (1, 15, 1, 3, 16), (3, 7, 3, 8, 48), (1, 42, 2, 4, 16),
        ] where !tokensFirst || tiles == 1 {
          let width = heads * depth, count = tiles * patches * width * lanes
          let shape = esp_lane_attention(
            tiles: tiles, patches: patches, heads: heads, depth: depth, lanes: lanes,
            tile_stride: patches * width * lanes, patch_stride: tokensFirst ? lanes : width * lanes,
            row_stride: tokensFirst ? patches * lanes : lanes)
          for blocks in 1...3 { check(random, shape, count: count, blocks: blocks) }
        }
      }
    }

    private func check(_ random: Numbers, _ shape: esp_lane_attention, count: Int, blocks: Int) {
      random.restart(seed: UInt64(count + blocks), spread: 2)
      let q = (0..<blocks).map { _ in random.buffer(count) }, k = (0..<blocks).map { _ in random.buffer(count) }
      let v = random.buffer(count), g = random.buffer(count)
      let queries = q.map { UnsafePointer($0.pointer) as UnsafePointer<Float>? }
      let keys = k.map { UnsafePointer($0.pointer) as UnsafePointer<Float>? }
      let sums = (0..<2).map { _ in random.buffer(shape.tiles * shape.heads * shape.patches * shape.lanes) }
      let out = (0..<2).map { _ in random.buffer(count) }
      let scratch = random.zeros(esp_residual_attention_scratch(shape, blocks, true))
      esp_residual_attention(
        shape, blocks, queries, keys, v.pointer, sums[0].pointer, out[0].pointer, scratch.pointer)
      esp_reference_residual_attention(
        shape, blocks, queries, keys, v.pointer, sums[1].pointer, out[1].pointer)
      #expect(agree(out[0], out[1], 3e-6) && agree(sums[0], sums[1], 2e-6), "\(shape), \(blocks) blocks")
      let alone = random.buffer(count)
      esp_residual_attention(shape, blocks, queries, keys, v.pointer, nil, alone.pointer, scratch.pointer)
      #expect(Array(alone.span) == Array(out[0].span))

      // All but the second block's queries and the first one's keys are overwritten.
      let fast = (0..<2 * blocks + 1).map { _ in random.buffer(count) }, plain = fast.map(random.copy)
      let addsQ = (0..<blocks).map { $0 == 1 }, addsK = (0..<blocks).map { $0 == 0 }
      for (isFast, slopes) in [(true, fast), (false, plain)] {
        let dq = slopes[..<blocks].map { $0.pointer as UnsafeMutablePointer<Float>? }
        let dk = slopes[blocks..<2 * blocks].map { $0.pointer as UnsafeMutablePointer<Float>? }
        dq.withUnsafeBufferPointer { dq in
          dk.withUnsafeBufferPointer { dk in
            addsQ.withUnsafeBufferPointer { addsQ in
              addsK.withUnsafeBufferPointer { addsK in
                let into = esp_attention_gradients(
                  q: dq.baseAddress, k: dk.baseAddress, v: slopes[2 * blocks].pointer, adds_q: addsQ.baseAddress,
                  adds_k: addsK.baseAddress, adds_v: false)
                if isFast {
                  esp_residual_attention_backward(
                    shape, blocks, queries, keys, v.pointer, sums[1].pointer, g.pointer, into, scratch.pointer)
                } else {
                  esp_reference_residual_attention_backward(
                    shape, blocks, queries, keys, v.pointer, g.pointer, into)
                }
              }
            }
          }
        }
      }
      for part in fast.indices {
        #expect(agree(fast[part], plain[part], 1e-5), "part \(part) of \(shape), \(blocks) blocks")
      }
    }

    @Test(arguments: simdTargets(), [false, true])
    func batchNorm(target: Int64, dropping: Bool) {
      onTarget(target) { random in
        for (tiles, steps, features, lanes, samples) in [
          (1, 1, 1, 16, 1), (1, 3, 5, 32, 19), (2, 3, 4, 48, 90), (3, 2, 7, 64, 128), (2, 1, 3, 16, 32),
        ] {
          let batch = esp_batch(tiles: tiles, steps: steps, features: features, lanes: lanes, samples: samples)
          random.restart(seed: UInt64(samples), spread: 3)
          check(random, batch, dropping: dropping)
        }
      }
    }

    private func check(_ random: Numbers, _ batch: esp_batch, dropping: Bool) {
      let (features, lanes) = (batch.features, batch.lanes), rows = batch.tiles * batch.steps
      let count = rows * features * lanes
      let x = random.buffer(count), y = random.buffer(count), gain = random.buffer(features)
      let bits = random.mask(rows * features * lanes / 16), mask = dropping ? bits.pointer : nil
      let sum = [random.buffer(count), random.buffer(count)]
      let mean = [random.buffer(features), random.buffer(features)]
      let variance = [random.buffer(features), random.buffer(features)]
      let scratch = random.zeros(2 * features, as: Double.self)
      for added in [nil, y.pointer] {
        esp_batch_statistics(
          batch, x.pointer, added, mask, 1.5, sum[0].pointer, mean[0].pointer, variance[0].pointer, scratch.pointer)
        esp_reference_batch_statistics(
          batch, x.pointer, added, mask, 1.5, sum[1].pointer, mean[1].pointer, variance[1].pointer)
        #expect(agree(mean[0], mean[1], 1e-6) && agree(variance[0], variance[1], 2e-6), "\(batch)")
        let out = [random.buffer(count), random.buffer(count)]
        esp_affine_sum(
          rows, features, lanes, x.pointer, added, mask, 1.5, gain.pointer, mean[1].pointer, out[0].pointer)
        esp_reference_affine_sum(
          rows, features, lanes, x.pointer, added, mask, 1.5, gain.pointer, mean[1].pointer, out[1].pointer)
        #expect(agree(out[0], out[1], 1e-6))
      }
      #expect(agree(sum[0], sum[1], 1e-6))
      let inverse = random.zeros(features), g = random.buffer(count)
      for feature in 0..<features { inverse.pointer[feature] = 1 / (variance[1].pointer[feature] + 1e-5).squareRoot() }
      // A single number has no variance, and its gradient is all rounding.
      for isFixed in batch.samples * batch.steps == 1 ? [true] : [false, true] {
        let slopes = [random.buffer(count), random.buffer(count)]
        let gains = [random.zeros(features), random.zeros(features)]
        let biases = [random.zeros(features), random.zeros(features)]
        esp_batch_norm_backward(
          batch, sum[1].pointer, mean[1].pointer, inverse.pointer, gain.pointer, g.pointer, isFixed, slopes[0].pointer,
          gains[0].pointer, biases[0].pointer, scratch.pointer)
        esp_reference_batch_norm_backward(
          batch, sum[1].pointer, mean[1].pointer, inverse.pointer, gain.pointer, g.pointer, isFixed, slopes[1].pointer,
          gains[1].pointer, biases[1].pointer)
        #expect(agree(slopes[0], slopes[1], 3e-6), "\(batch), fixed \(isFixed)")
        #expect(agree(gains[0], gains[1], 1e-5) && agree(biases[0], biases[1], 1e-5), "\(batch), fixed \(isFixed)")
      }
    }

    @Test(arguments: simdTargets(), [false, true])
    func gelu(target: Int64, dropping: Bool) {
      onTarget(target) { random in
        let (rows, lanes) = (600, 32), count = rows * lanes
        let bits = random.mask(rows * lanes / 16), mask = dropping ? bits.pointer : nil
        // Fine steps over all that is curved, and far beyond it.
        let x = random.zeros(count), ones = random.zeros(count)
        for index in 0..<count {
          x.pointer[index] = Float(index - count / 2) * 20 / Float(count)
          ones.pointer[index] = 1
        }
        (x.pointer[0], x.pointer[1], x.pointer[2], x.pointer[3]) = (-1e4, 1e4, -3e38, 0)
        let out = [random.buffer(count), random.buffer(count)], slope = [random.buffer(count), random.buffer(count)]
        esp_gelu(rows, lanes, mask, 1.25, x.pointer, out[0].pointer)
        esp_reference_gelu(rows, lanes, mask, 1.25, x.pointer, out[1].pointer)
        esp_gelu_backward(rows, lanes, mask, 1.25, x.pointer, ones.pointer, slope[0].pointer)
        esp_reference_gelu_backward(rows, lanes, mask, 1.25, x.pointer, ones.pointer, slope[1].pointer)
        for index in 0..<count {
          let (value, exact) = (out[0].pointer[index], out[1].pointer[index])
          #expect(abs(value - exact) <= 7e-7 + 3e-7 * abs(exact), "gelu at \(x.pointer[index]): \(value), not \(exact)")
          #expect(abs(slope[0].pointer[index] - slope[1].pointer[index]) <= 5e-7, "slope at \(x.pointer[index])")
        }
        x.pointer[0] = .nan
        esp_gelu(1, 16, nil, 1, x.pointer, out[0].pointer)
        #expect(out[0].pointer[0].isNaN && !out[0].pointer[1].isNaN)
      }
    }

    @Test(arguments: simdTargets())
    func series(target: Int64) {
      onTarget(target) { random in
        for (steps, rows, lanes, window) in [(1, 1, 16, 25), (5, 2, 32, 3), (30, 1, 48, 25), (96, 3, 16, 25)] {
          random.restart(seed: UInt64(steps))
          let count = steps * rows * lanes, x = random.buffer(count)
          let parts = (0..<4).map { _ in random.buffer(count) }
          esp_moving_average(steps, rows, lanes, window, x.pointer, parts[0].pointer, parts[1].pointer)
          esp_reference_moving_average(steps, rows, lanes, window, x.pointer, parts[2].pointer, parts[3].pointer)
          #expect(agree(parts[0], parts[2], 1e-6) && agree(parts[1], parts[3], 1e-6), "\(steps) steps, \(window)")
          esp_subtract_last(steps, rows, lanes, x.pointer, parts[0].pointer)
          esp_reference_subtract_last(steps, rows, lanes, x.pointer, parts[1].pointer)
          #expect(Array(parts[0].span) == Array(parts[1].span))
          esp_add_level(steps * rows, lanes, x.pointer, parts[3].pointer, parts[0].pointer)
          esp_reference_add_level(steps * rows, lanes, x.pointer, parts[3].pointer, parts[1].pointer)
          #expect(Array(parts[0].span) == Array(parts[1].span))
        }
      }
    }
  }
}
