/// How rows of a time series are drawn with replacement, in blocks, so that most neighbours stay neighbours.
public enum BlockBootstrap: Codable, Equatable, Sendable {
  /// Blocks of one length that do not wrap around; the last one is cut off where the resample is full.
  ///
  /// - Source: Künsch, doi:10.1214/aos/1176347265.
  case movingBlock(length: Int)
  /// Blocks of geometric length that wrap around from the last row to the first.
  ///
  /// - Source: Politis and Romano, doi:10.1080/01621459.1994.10476870.
  case stationary(meanLength: Double)

  /// Whether blocks have at least one row and, on average, at most all.
  func fits(rows: Int) -> Bool {
    switch self {
    case .movingBlock(let length): length >= 1 && length <= rows
    case .stationary(let length): length >= 1 && length <= Double(rows)
    }
  }

  /// The block length, as a number to show.
  var length: Double {
    switch self {
    case .movingBlock(let length): Double(length)
    case .stationary(let length): length
    }
  }

  /// Draws one resample into an array that is used again: positions of rows, as many as there are rows.
  ///
  /// Moving blocks take one draw each, the start. Stationary ones take a draw for the first row; then every row takes
  /// one that decides whether a block begins, and if so another for where.
  func draw(into positions: inout [Int], using generator: inout some RandomNumberGenerator) {
    let rows = positions.count
    switch self {
    case .movingBlock(let length):
      for start in stride(from: 0, to: rows, by: length) {
        let first = generator.index(below: rows - length + 1)
        for offset in 0..<min(length, rows - start) { positions[start + offset] = first + offset }
      }
    case .stationary(let length):
      var position = generator.index(below: rows)
      positions[0] = position
      for row in 1..<rows {
        let begins = generator.unit() < 1 / length
        position = begins ? generator.index(below: rows) : (position + 1) % rows
        positions[row] = position
      }
    }
  }
}

extension RandomNumberGenerator {
  /// Draws a position from `0..<count` with one call of the generator, by multiplication.
  ///
  /// The standard library does not promise how it maps draws to numbers, so it would not repeat a result for certain.
  /// Probabilities are off by less than `count / 2⁶⁴`.
  mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  /// Draws a number from 0 to below 1, a multiple of 2⁻⁵³.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
