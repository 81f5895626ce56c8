/// A generator that gives prepared draws, so that a bootstrap takes the resamples of other software.
struct ReplayGenerator: RandomNumberGenerator {
  private var draws: [UInt64] = []
  private var used = 0

  /// Whether as many draws were taken as were prepared.
  var isUsedUp: Bool { used == draws.count }

  mutating func next() -> UInt64 {
    defer { used += 1 }
    return used < draws.count ? draws[used] : 0
  }

  /// Prepares a draw that stands for a position among `count`.
  mutating func append(position: Int, of count: Int) {
    draws.append(UInt64((Double(position) + 0.5) / Double(count) * 0x1p64))
  }

  /// Prepares a draw that decides whether a block begins.
  mutating func append(begins: Bool) {
    draws.append(begins ? 0 : .max)
  }
}

/// SplitMix64: a small generator of good quality with a seed.
///
/// - Source: Steele, Lea and Flood, doi:10.1145/2660193.2660195.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// Nearly normal: twelve uniform numbers less 6, with variance 1.
  mutating func normal() -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &self) }
  }
}
