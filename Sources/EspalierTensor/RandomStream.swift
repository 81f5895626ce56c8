import Foundation

/// What a random stream is for: every purpose has numbers of its own, so that adding one never shifts another.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
  /// Initial parameters.
  case initialization = 1
  /// The order of the windows in an epoch.
  case shuffling = 2
  /// Dropout masks.
  case dropout = 3
  /// Synthetic data.
  case generation = 4
  /// Random pruning scores and random masks.
  case pruning = 5
  /// Resampling in statistics.
  case bootstrap = 6
  /// Which settings a search tries.
  case search = 7
}

/// A counter-based random generator: Philox 4x32-10, keyed by a seed, a purpose and two coordinates.
///
/// The n-th number is a function of (seed, purpose, coordinates, n) alone, so streams can be made anywhere, in any
/// order and on any thread.
///
/// - Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
  private let key: (UInt32, UInt32)
  private let high: (UInt32, UInt32)
  private var block: UInt32 = 0
  private var buffer: SIMD4<UInt32> = .zero
  private var used = 4

  /// Opens a stream at its beginning.
  ///
  /// - Parameters:
  ///   - seed: The run's seed.
  ///   - purpose: What the numbers are for.
  ///   - first: A coordinate within the purpose, such as the epoch.
  ///   - second: Another coordinate, such as the index of a parameter; below 2^24.
  public init(seed: UInt64, purpose: RandomPurpose, first: UInt32 = 0, second: UInt32 = 0) {
    precondition(second < 1 << 24, "the second coordinate of a random stream has 24 bits")
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    high = (first, purpose.rawValue << 24 | second)
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let low = nextWord()
    return UInt64(low) | UInt64(nextWord()) << 32
  }

  /// The next 32 random bits.
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      buffer = Philox.block(counter: SIMD4(block, 0, high.0, high.1), key: key)
      block &+= 1
      used = 0
    }
    defer { used += 1 }
    return buffer[used]
  }

  /// A number uniform in 0 ..< 1, a multiple of 2^-53.
  public mutating func nextUniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A standard normal number, by the method of Box and Muller; each call uses two uniform ones.
  public mutating func nextNormal() -> Double {
    let radius = (-2 * log(1 - nextUniform())).squareRoot()
    return radius * cos(2 * .pi * nextUniform())
  }

  /// Streams are equal when they will give the same numbers.
  public static func == (left: Self, right: Self) -> Bool {
    left.key == right.key && left.high == right.high && left.block == right.block && left.used == right.used
  }
}

/// The Philox 4x32-10 bijection.
enum Philox {
  /// Ten rounds over one counter.
  static func block(counter: SIMD4<UInt32>, key: (UInt32, UInt32)) -> SIMD4<UInt32> {
    var state = counter
    var (key0, key1) = key
    for _ in 0..<10 {
      let left = UInt64(state[0]) &* 0xD251_1F53
      let right = UInt64(state[2]) &* 0xCD9E_8D57
      state = SIMD4(
        UInt32(truncatingIfNeeded: right >> 32) ^ state[1] ^ key0, UInt32(truncatingIfNeeded: right),
        UInt32(truncatingIfNeeded: left >> 32) ^ state[3] ^ key1, UInt32(truncatingIfNeeded: left))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return state
  }
}
