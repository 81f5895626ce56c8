/// A place in a text, as an editor shows it.
public struct JSON5Position: Equatable, Hashable, Comparable, Sendable {
  /// The line, counted from 1; lines end with LF, CR or both.
  public let line: Int
  /// The character (Unicode scalar) in the line, counted from 1.
  public let column: Int

  /// A place.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Whether a place comes before another one.
  public static func < (left: Self, right: Self) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
