import CEspalierKernels
import EspalierTestSupport

@testable import EspalierTensor

/// The SIMD targets that are compiled in and that this machine has, best first.
func simdTargets() -> [Int64] {
  var targets = [Int64](repeating: 0, count: 16)
  let count = esp_simd_targets(&targets, targets.count)
  return Array(targets.prefix(count))
}

/// Runs a test on one SIMD target, with numbers whose memory lives until the test has ended.
func onTarget(_ target: Int64, _ body: (Numbers) -> Void) {
  SIMDTargetLock.holding {
    esp_force_simd_target(target)
    defer { esp_force_simd_target(0) }
    let numbers = Numbers(seed: 1)
    body(numbers)
    withExtendedLifetime(numbers) {}
  }
}

/// Reproducible numbers in memory that lives as long as this object: a pointer alone does not keep a buffer.
final class Numbers {
  private var stream: RandomStream
  private var spread: Double
  private var kept: [AnyObject] = []

  init(seed: UInt64, spread: Double = 1) {
    stream = RandomStream(seed: seed, purpose: .generation)
    self.spread = spread
  }

  /// Starts another sequence.
  func restart(seed: UInt64, spread: Double = 1) {
    stream = RandomStream(seed: seed, purpose: .generation)
    self.spread = spread
  }

  /// Uniform numbers in ±spread.
  func array(_ count: Int) -> [Float] {
    (0..<count).map { _ in Float((2 * stream.nextUniform() - 1) * spread) }
  }

  /// The same in aligned memory.
  func buffer(_ count: Int) -> AlignedBuffer<Float> {
    let buffer = zeros(count)
    _ = buffer.span.update(from: array(count))
    return buffer
  }

  /// Zeroed memory.
  func zeros<Element>(_ count: Int, as type: Element.Type = Float.self) -> AlignedBuffer<Element> {
    let buffer = AlignedBuffer<Element>(count: count)
    kept.append(buffer)
    return buffer
  }

  /// Random mask words.
  func mask(_ count: Int) -> AlignedBuffer<UInt16> {
    let buffer = zeros(count, as: UInt16.self)
    for index in 0..<count { buffer.pointer[index] = UInt16(truncatingIfNeeded: stream.next()) }
    return buffer
  }

  /// A buffer with the same contents.
  func copy(_ buffer: AlignedBuffer<Float>) -> AlignedBuffer<Float> {
    let result = zeros(buffer.count)
    _ = result.span.update(from: buffer.span)
    return result
  }
}

/// Whether all elements agree within a tolerance, absolute plus relative to the largest; NaN does not.
func agree(_ a: AlignedBuffer<Float>, _ b: AlignedBuffer<Float>, _ tolerance: Float) -> Bool {
  let largest = b.span.reduce(Float(1)) { max($0, abs($1)) }
  return a.count == b.count && zip(a.span, b.span).allSatisfy { abs($0 - $1) <= tolerance * largest }
}
