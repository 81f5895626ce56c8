import CEspalierKernels
import EspalierTestSupport
import Testing

/// Tests that force a SIMD target: forcing is global, so they run one after the other.
@Suite(.serialized)
struct KernelTests {
  /// Runs a body on every SIMD target that this machine has, and restores the best one.
  static func onEveryTarget(_ body: (_ target: String) throws -> Void) rethrows {
    try SIMDTargetLock.holding {
      var targets = [Int64](repeating: 0, count: 64)
      let count = esp_simd_targets(&targets, targets.count)
      #expect(count > 0)
      defer { esp_force_simd_target(0) }
      var names: Set<String> = []
      for target in targets.prefix(count) {
        esp_force_simd_target(target)
        let name = String(cString: esp_simd_target())
        #expect(names.insert(name).inserted, "forcing a target changes it")
        try body(name)
      }
    }
  }

  /// Counts around the widths of vectors, and one that fills several chunks.
  static let counts = [0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 100, 1023, 1025, 3001]
}

/// Repeatable numbers for tests: a linear congruential generator.
struct TestNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func nextBits() -> UInt32 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt32(truncatingIfNeeded: state >> 33)
  }

  /// A number in -1 ..< 1.
  mutating func next() -> Float { Float(nextBits() >> 7) * 0x1p-23 - 1 }

  mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }

  mutating func mask(_ count: Int) -> [UInt8] { (0..<count).map { _ in nextBits() % 3 == 0 ? 0 : 1 } }
}
