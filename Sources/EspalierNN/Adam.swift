import EspalierTensor

/// Adam with PyTorch's defaults; weight decay acts through the gradient.
///
/// - Source: Kingma and Ba, arXiv:1412.6980, algorithm 1.
public struct Adam: Optimizer, Equatable {
  /// The decay of the running mean of gradients, in 0 ..< 1.
  public var beta1: Double
  /// The decay of the running mean of squared gradients, in 0 ..< 1.
  public var beta2: Double
  /// Added to the denominator.
  public var epsilon: Double
  /// The factor of the values that is added to their gradient.
  public var weightDecay: Double
  /// Steps taken so far.
  public var stepCount = 0

  /// An optimizer before its first step.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  /// The decay of the running mean of gradients, as in PyTorch's one-cycle schedule.
  public var momentum: Double {
    get { beta1 }
    set { beta1 = newValue }
  }

  /// Takes one step.
  public mutating func step(_ parameters: [Parameter], learningRate: Double) {
    stepCount += 1
    let update = AdamUpdate(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
      isDecoupled: false, step: stepCount)
    for parameter in parameters { parameter.adamStep(update) }
  }
}
