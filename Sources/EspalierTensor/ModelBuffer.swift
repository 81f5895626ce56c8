/// Named numbers of a model that no optimizer moves, such as what a batch normalization remembers.
///
/// Not safe to use from two threads at once.
public final class ModelBuffer {
  /// PyTorch's name, such as `blocks.0.norm1.running_mean`.
  public let name: String
  /// PyTorch's shape.
  public let shape: [Int]
  let storage: AlignedBuffer<Float>

  /// A buffer with initial values.
  ///
  /// - Parameters:
  ///   - name: PyTorch's name.
  ///   - initial: The values, in PyTorch's shape.
  public init(name: String, initial: Tensor) {
    self.name = name
    shape = initial.shape
    storage = AlignedBuffer(count: initial.count)
    _ = storage.span.update(from: initial.values)
  }

  /// A copy of the values, in PyTorch's shape.
  public var tensor: Tensor {
    var result = Tensor(repeating: 0, shape: shape)
    result.values = Array(storage.span)
    return result
  }

  /// Replaces the values.
  ///
  /// - Throws: ``ShapeError`` when the shape is not this buffer's.
  public func load(_ tensor: Tensor) throws(ShapeError) {
    guard tensor.shape == shape else { throw ShapeError(operation: name, expected: shape, actual: tensor.shape) }
    _ = storage.span.update(from: tensor.values)
  }
}

/// What a batch normalization remembers of the batches that it has seen.
public struct RunningStatistics {
  /// The running mean of every feature, `[features]`, 0 at first.
  public let mean: ModelBuffer
  /// The running unbiased variance of every feature, `[features]`, 1 at first.
  public let variance: ModelBuffer

  /// The share of a new batch in the running statistics, as in PyTorch.
  public static let momentum: Float = 0.1

  /// Statistics of no batches.
  ///
  /// - Parameters:
  ///   - name: The layer's name; the buffers are called `NAME.running_mean` and `NAME.running_var`.
  ///   - features: How many features there are.
  public init(_ name: String, features: Int) {
    mean = ModelBuffer(name: "\(name).running_mean", initial: Tensor(repeating: 0, shape: [features]))
    variance = ModelBuffer(name: "\(name).running_var", initial: Tensor(repeating: 1, shape: [features]))
  }

  /// Mean and variance.
  public var buffers: [ModelBuffer] { [mean, variance] }

  /// Takes a batch's mean and variance in; the variance is made unbiased, but for a batch of one number.
  func update(mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, count: Int) {
    let unbiased = Float(Double(count) / Double(max(1, count - 1)))
    let share = Self.momentum, (means, variances) = (self.mean.storage.pointer, self.variance.storage.pointer)
    for feature in 0..<self.mean.storage.count {
      means[feature] = (1 - share) * means[feature] + share * mean[feature]
      variances[feature] = (1 - share) * variances[feature] + share * unbiased * variance[feature]
    }
  }
}
