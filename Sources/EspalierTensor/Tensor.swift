/// A dense array of 32-bit floats in row-major order, with PyTorch's shapes.
///
/// This is the type of files and of the public API: parameters, batches handed over by a caller, forecasts handed
/// back. Inside a training step values live in a ``Tape``'s arena with the sample axis last; see ``Variable``.
public struct Tensor: Equatable, Sendable {
  /// The extent of every axis, outermost first; a scalar has the empty shape.
  public let shape: [Int]
  /// The elements in row-major order; as many as the product of `shape`.
  public var values: [Float]

  /// Wraps values in a shape.
  ///
  /// - Parameters:
  ///   - shape: The extent of every axis, each at least 0.
  ///   - values: The elements in row-major order.
  /// - Throws: ``ShapeError`` when the count of values is not the product of the shape.
  public init(shape: [Int], values: [Float]) throws(ShapeError) {
    let count = shape.reduce(1, *)
    guard shape.allSatisfy({ $0 >= 0 }), values.count == count else {
      throw ShapeError(operation: "Tensor", expected: shape, actual: [values.count])
    }
    self.shape = shape
    self.values = values
  }

  /// A tensor with the same value everywhere.
  ///
  /// - Parameters:
  ///   - value: The value of every element.
  ///   - shape: The extent of every axis, each at least 0; a negative extent is a programmer's error.
  public init(repeating value: Float, shape: [Int]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extents")
    self.shape = shape
    self.values = Array(repeating: value, count: shape.reduce(1, *))
  }

  /// The number of elements.
  public var count: Int { values.count }
}

/// Two shapes that should agree and do not.
public struct ShapeError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What was being done.
  public let operation: String
  /// The shape that was needed.
  public let expected: [Int]
  /// The shape that was given.
  public let actual: [Int]

  /// Describes a disagreement.
  public init(operation: String, expected: [Int], actual: [Int]) {
    self.operation = operation
    self.expected = expected
    self.actual = actual
  }

  /// One sentence for a person.
  public var description: String { "\(operation) needs shape \(expected) but was given \(actual)." }
}
