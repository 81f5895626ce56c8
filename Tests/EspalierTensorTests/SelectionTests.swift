import CEspalierKernels
import Testing

extension KernelTests {
  @Suite struct SelectionTests {
    /// Lists that stress one property each.
    enum Content: String, CaseIterable {
      case uniform, tied, constant, denormal, special, wide

      func values(_ count: Int, _ numbers: inout TestNumbers) -> [Float] {
        switch self {
        case .uniform: numbers.floats(count)
        case .tied: (0..<count).map { _ in Float(Int32(numbers.nextBits() % 7) - 3) }
        case .constant: [Float](repeating: -0.5, count: count)
        case .denormal: (0..<count).map { _ in Float(bitPattern: numbers.nextBits() % 5000) }
        case .special:
          (0..<count).map { _ in
            [Float.nan, .infinity, -.infinity, 0, -0.0, 1, .greatestFiniteMagnitude][Int(numbers.nextBits() % 7)]
          }
        case .wide: (0..<count).map { _ in Float(bitPattern: numbers.nextBits() << 1) }
        }
      }
    }

    @Test(arguments: Content.allCases)
    func kthMagnitudeIsThatOfTheSortedList(content: Content) {
      KernelTests.onEveryTarget { target in
        for count in [1, 2, 5, 16, 33, 1000] {
          var numbers = TestNumbers(seed: UInt64(count) + 11)
          let values = content.values(count, &numbers)
          let others = content.values(37, &numbers)
          let mask = numbers.mask(count)
          let active = mask.reduce(0) { $0 + Int($1) } + others.count
          values.withUnsafeBufferPointer { values in
            others.withUnsafeBufferPointer { others in
              mask.withUnsafeBufferPointer { mask in
                let parts = [
                  esp_weights(value: values.baseAddress, mask: mask.baseAddress, count: values.count),
                  esp_weights(value: others.baseAddress, mask: nil, count: others.count),
                ]
                for rank in Set([1, 2, active / 3 + 1, active / 2, active - 1, active]).filter({ $0 >= 1 }) {
                  var (below, expectedBelow) = (0, 0)
                  let actual = esp_kth_magnitude(2, parts, rank, &below)
                  let expected = esp_reference_kth_magnitude(2, parts, rank, &expectedBelow)
                  #expect(actual.bitPattern == expected.bitPattern, "\(target), \(content), rank \(rank) of \(active)")
                  #expect(below == expectedBelow, "\(target), \(content), rank \(rank) of \(active)")
                }
              }
            }
          }
        }
      }
    }

    @Test(arguments: Content.allCases)
    func countsAndCutsAgreeWithTheirReference(content: Content) {
      KernelTests.onEveryTarget { target in
        for count in KernelTests.counts where count > 0 {
          var numbers = TestNumbers(seed: UInt64(count) + 13)
          let values = content.values(count, &numbers)
          let mask = numbers.mask(count)
          let threshold = values[count / 2]
          values.withUnsafeBufferPointer { values in
            mask.withUnsafeBufferPointer { mask in
              var part = esp_weights(value: values.baseAddress, mask: mask.baseAddress, count: count)
              for isMasked in [true, false] {
                if !isMasked { part.mask = nil }
                var (equal, expectedEqual) = (0, 0)
                let below = esp_count_below(&part, threshold, &equal)
                #expect(below == esp_reference_count_below(&part, threshold, &expectedEqual), "\(target)")
                #expect(equal == expectedEqual, "\(target)")
              }
            }
          }
          var (fast, plain) = (mask, mask)
          #expect(
            esp_prune_below(count, values, threshold, &fast)
              == esp_reference_prune_below(count, values, threshold, &plain))
          #expect(fast == plain, "\(target), \(content), \(count) elements")
          for limit in [1, 3, count] {
            #expect(
              esp_prune_equal(count, values, threshold, limit, &fast)
                == esp_reference_prune_equal(count, values, threshold, limit, &plain))
            #expect(fast == plain, "\(target), \(content), \(count) elements, limit \(limit)")
          }
          #expect(esp_count_active(count, fast) == fast.count { $0 != 0 })
        }
      }
    }
  }
}
