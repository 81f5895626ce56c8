import CEspalierKernels
import Testing

extension KernelTests {
  @Suite struct OptimizerKernelTests {
    /// Whether two arrays agree within 2e-6 of the largest magnitude; NaN never does.
    private func agree(_ actual: [Float], _ expected: [Float]) -> Bool {
      let tolerance = 1e-7 + 2e-6 * expected.reduce(0) { max($0, abs($1)) }
      return actual.count == expected.count && zip(actual, expected).allSatisfy { abs($0 - $1) <= tolerance }
    }

    @Test(arguments: [false, true], [false, true])
    func adamAgreesWithItsReference(isMasked: Bool, isDecoupled: Bool) {
      let settings = esp_adam(
        step_size: 0.01, beta1_complement: 0.1, beta2: 0.999, beta2_complement: 0.001, correction2: 3,
        epsilon: 1e-8, weight_decay: isDecoupled ? 0 : 0.1, shrink: isDecoupled ? 0.99 : 1)
      KernelTests.onEveryTarget { target in
        for count in KernelTests.counts {
          var numbers = TestNumbers(seed: UInt64(count))
          let gradient = numbers.floats(count)
          let mask = isMasked ? numbers.mask(count) : nil
          var fast = [numbers.floats(count), numbers.floats(count), numbers.floats(count).map { $0 * $0 }]
          var plain = fast
          for _ in 0..<3 {
            step(esp_adam_step, settings, gradient, mask, &fast)
            step(esp_reference_adam_step, settings, gradient, mask, &plain)
          }
          for (a, b) in zip(fast, plain) { #expect(agree(a, b), "\(target), \(count) elements") }
          for (index, kept) in (mask ?? []).enumerated() where kept == 0 {
            #expect(fast.allSatisfy { $0[index] == 0 })
          }
        }
      }
    }

    private typealias Adam = (
      Int, UnsafePointer<esp_adam>?, UnsafePointer<Float>?, UnsafePointer<UInt8>?, UnsafeMutablePointer<Float>?,
      UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?
    ) -> Void

    private func step(
      _ kernel: Adam, _ settings: esp_adam, _ gradient: [Float], _ mask: [UInt8]?, _ state: inout [[Float]]
    ) {
      var settings = settings
      var (value, first, second) = (state[0], state[1], state[2])
      if let mask {
        kernel(gradient.count, &settings, gradient, mask, &value, &first, &second)
      } else {
        kernel(gradient.count, &settings, gradient, nil, &value, &first, &second)
      }
      state = [value, first, second]
    }

    @Test(arguments: [false, true], [false, true])
    func sgdAgreesWithItsReference(isMasked: Bool, isNesterov: Bool) {
      KernelTests.onEveryTarget { target in
        for count in KernelTests.counts {
          var numbers = TestNumbers(seed: UInt64(count) + 7)
          let gradient = numbers.floats(count)
          let mask = isMasked ? numbers.mask(count) : [UInt8](repeating: 1, count: count)
          var (fast, fastVelocity) = (numbers.floats(count), numbers.floats(count))
          var (plain, plainVelocity) = (fast, fastVelocity)
          esp_sgd_step(count, 0.1, 0.9, 0.01, isNesterov, gradient, mask, &fast, &fastVelocity)
          esp_reference_sgd_step(count, 0.1, 0.9, 0.01, isNesterov, gradient, mask, &plain, &plainVelocity)
          #expect(agree(fast, plain) && agree(fastVelocity, plainVelocity), "\(target), \(count) elements")
          esp_sgd_step(count, 0.1, 0, 0.01, isNesterov, gradient, nil, &fast, nil)
          esp_reference_sgd_step(count, 0.1, 0, 0.01, isNesterov, gradient, nil, &plain, nil)
          #expect(agree(fast, plain), "\(target), \(count) elements, no momentum")
        }
      }
    }

    @Test func squaredNormHasTheSameBitsOnEveryTarget() {
      KernelTests.onEveryTarget { target in
        for count in KernelTests.counts {
          var numbers = TestNumbers(seed: UInt64(count) + 3)
          var gradient = numbers.floats(count).map { $0 * 1e3 }
          let mask = numbers.mask(count)
          let expected = esp_reference_squared_norm(count, gradient, nil)
          #expect(esp_squared_norm(count, gradient, nil) == expected, "\(target), \(count) elements")
          if let index = mask.firstIndex(of: 0) { gradient[index] = .nan }
          let expectedMasked = esp_reference_squared_norm(count, gradient, mask)
          #expect(esp_squared_norm(count, gradient, mask) == expectedMasked, "\(target), \(count) elements")
        }
      }
    }

    @Test func scalingAndMaskingTouchEveryElementOnce() {
      KernelTests.onEveryTarget { target in
        for count in KernelTests.counts {
          var numbers = TestNumbers(seed: UInt64(count) + 5)
          let before = numbers.floats(count)
          let mask = numbers.mask(count)
          var values = before
          esp_scale(count, 0.25, &values)
          #expect(values == before.map { $0 * 0.25 }, "\(target), \(count) elements")
          esp_apply_mask(count, mask, &values)
          #expect(values == zip(before, mask).map { $1 == 0 ? 0 : $0 * 0.25 }, "\(target), \(count) elements")
        }
      }
    }

    @Test func maskedElementsBecomeZeroWhateverTheyHeld() {
      KernelTests.onEveryTarget { _ in
        var settings = esp_adam(
          step_size: 0.01, beta1_complement: 0.1, beta2: 0.999, beta2_complement: 0.001, correction2: 1,
          epsilon: 1e-8, weight_decay: 0, shrink: 1)
        let gradient = [Float](repeating: .nan, count: 19)
        let mask = [UInt8](repeating: 0, count: 19)
        var (value, first, second) = (gradient, gradient, gradient)
        esp_adam_step(19, &settings, gradient, mask, &value, &first, &second)
        #expect((value + first + second).allSatisfy { $0 == 0 })
      }
    }
  }
}
