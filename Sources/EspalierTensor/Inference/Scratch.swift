/// Memory that a forecast works in: taken once, handed out in order on every call.
package final class ForecastMemory {
  private let buffer: AlignedBuffer<Float>

  /// Takes memory for `count` floats, zeroed.
  package init(count: Int) {
    buffer = AlignedBuffer(count: count)
  }

  /// All of it, to be handed out again.
  package var scratch: Scratch { Scratch(next: buffer.pointer) }
}

/// The part of a forecast's memory that has not been handed out yet.
package struct Scratch {
  fileprivate var next: UnsafeMutablePointer<Float>

  /// Hands out `count` floats, aligned to 64 bytes, with unknown contents.
  package mutating func take(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += Self.size(count) }
    return next
  }

  /// The floats that ``take(_:)`` uses up.
  package static func size(_ count: Int) -> Int { (count + 15) / 16 * 16 }
}
