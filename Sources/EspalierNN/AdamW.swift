import EspalierTensor

/// Adam whose weight decay acts on the values themselves, with PyTorch's defaults.
///
/// - Source: Loshchilov and Hutter, arXiv:1711.05101, algorithm 2.
public struct AdamW: Optimizer, Equatable {
  /// The decay of the running mean of gradients, in 0 ..< 1.
  public var beta1: Double
  /// The decay of the running mean of squared gradients, in 0 ..< 1.
  public var beta2: Double
  /// Added to the denominator.
  public var epsilon: Double
  /// The fraction of a value that goes at each step, per unit of learning rate.
  public var weightDecay: Double
  /// Steps taken so far.
  public var stepCount = 0

  /// An optimizer before its first step.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
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
      isDecoupled: true, step: stepCount)
    for parameter in parameters { parameter.adamStep(update) }
  }
}
