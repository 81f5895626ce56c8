import EspalierTensor

/// Stochastic gradient descent with PyTorch's momentum (dampening 0) and defaults.
public struct SGD: Optimizer, Equatable {
  /// The share of the last direction that is kept, in 0 ..< 1.
  public var momentum: Double
  /// The factor of the values that is added to their gradient.
  public var weightDecay: Double
  /// Whether to look ahead along the new direction; without effect when momentum is 0.
  public var isNesterov: Bool
  /// Steps taken so far.
  public var stepCount = 0

  /// An optimizer before its first step.
  public init(momentum: Double = 0, weightDecay: Double = 0, isNesterov: Bool = false) {
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }

  /// Takes one step.
  public mutating func step(_ parameters: [Parameter], learningRate: Double) {
    stepCount += 1
    let update = SGDUpdate(
      learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, isNesterov: isNesterov)
    for parameter in parameters { parameter.sgdStep(update) }
  }
}
