internal import CEspalierKernels

/// One step of Adam or AdamW, with everything that is the same for all parameters.
///
/// - Source: Kingma and Ba, arXiv:1412.6980; Loshchilov and Hutter, arXiv:1711.05101 for the decoupled decay.
public struct AdamUpdate: Sendable, Equatable {
  /// How far to go, without unit.
  public var learningRate: Double
  /// The decay of the running mean of gradients, in 0 ..< 1.
  public var beta1: Double
  /// The decay of the running mean of squared gradients, in 0 ..< 1.
  public var beta2: Double
  /// Added to the denominator.
  public var epsilon: Double
  /// The strength of the pull towards 0.
  public var weightDecay: Double
  /// Whether the pull acts on the values (AdamW) instead of through the gradient (Adam).
  public var isDecoupled: Bool
  /// The number of this step, 1 for the first; less counts as 1.
  public var step: Int

  /// Describes a step.
  public init(
    learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double, isDecoupled: Bool,
    step: Int
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
    self.step = step
  }

  /// The kernel's constants; the corrections are computed in double precision, as PyTorch's fused optimizer does.
  var settings: esp_adam {
    esp_adam(
      step_size: Float(learningRate / (1 - power(beta1, step))),
      beta1_complement: Float(1 - beta1),
      beta2: Float(beta2),
      beta2_complement: Float(1 - beta2),
      correction2: Float(1 / (1 - power(beta2, step)).squareRoot()),
      epsilon: Float(epsilon),
      weight_decay: isDecoupled ? 0 : Float(weightDecay),
      shrink: isDecoupled ? Float(1 - learningRate * weightDecay) : 1)
  }

  /// `base` to a whole power by repeated squaring, the same bits on every platform.
  private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, max(1, exponent))
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}

/// One step of stochastic gradient descent, with everything that is the same for all parameters.
public struct SGDUpdate: Sendable, Equatable {
  /// How far to go, without unit.
  public var learningRate: Double
  /// The share of the last step's direction that is kept; 0 keeps no running average at all.
  public var momentum: Double
  /// The strength of the pull towards 0, through the gradient.
  public var weightDecay: Double
  /// Whether to look ahead along the new direction.
  public var isNesterov: Bool

  /// Describes a step.
  public init(learningRate: Double, momentum: Double, weightDecay: Double, isNesterov: Bool) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }
}

extension Parameter {
  /// Moves the weights against their gradient by one step of Adam or AdamW.
  ///
  /// Pruned weights and their running averages become 0. The first step after ``resetMoments()`` starts from 0.
  public func adamStep(_ update: AdamUpdate) {
    let averages = moments(2)
    var settings = update.settings
    esp_adam_step(
      storedCount, &settings, gradientBuffer.pointer, maskBuffer?.pointer, valueBuffer.pointer, averages[0].pointer,
      averages[1].pointer)
    sparse?.valuesDidChange()
  }

  /// Moves the weights against their gradient by one step of gradient descent.
  ///
  /// Pruned weights and their running averages become 0.
  public func sgdStep(_ update: SGDUpdate) {
    let velocity = update.momentum == 0 ? nil : moments(1)[0].pointer
    esp_sgd_step(
      storedCount, Float(update.learningRate), Float(update.momentum), Float(update.weightDecay), update.isNesterov,
      gradientBuffer.pointer, maskBuffer?.pointer, valueBuffer.pointer, velocity)
    sparse?.valuesDidChange()
  }

  /// The sum of the gradient's squares; pruned weights count as 0.
  ///
  /// Summed in double precision in a fixed order: the same bits on every SIMD target and with any number of threads.
  public var squaredGradientNorm: Double {
    esp_squared_norm(storedCount, gradientBuffer.pointer, maskBuffer?.pointer)
  }

  /// Multiplies the gradient by a number.
  public func scaleGradient(by factor: Double) {
    esp_scale(storedCount, Float(factor), gradientBuffer.pointer)
  }

  /// Copies of the running averages an optimizer keeps for this parameter, in its order; empty before the first step.
  ///
  /// A checkpoint stores them with the optimizer's step count; ``loadMoments(_:)`` takes them back.
  public var momentTensors: [Tensor] {
    moments.map(copy)
  }

  /// Replaces the mask by that of a checkpoint and sets the weights that it prunes to 0.
  ///
  /// - Parameter mask: One number a weight in row-major order, 0 where it is pruned.
  /// - Throws: ``ShapeError`` when there are more or fewer numbers than weights; nothing changes then.
  public func loadMask(_ mask: [UInt8]) throws(ShapeError) {
    guard mask.count == count else {
      throw ShapeError(operation: "The mask of \(name)", expected: shape, actual: [mask.count])
    }
    updateMask { kept, _ in
      for index in kept.indices { kept[index] = mask[index] == 0 ? 0 : 1 }
    }
  }

  /// Replaces the running averages by those of a checkpoint; those of pruned weights become 0.
  ///
  /// - Throws: ``ShapeError`` when a shape is not this parameter's; nothing changes then.
  public func loadMoments(_ tensors: [Tensor]) throws(ShapeError) {
    for tensor in tensors where tensor.shape != shape {
      throw ShapeError(operation: "The running average of \(name)", expected: shape, actual: tensor.shape)
    }
    expand()
    resetMoments()
    for (moment, tensor) in zip(moments(tensors.count), tensors) {
      _ = moment.span.update(from: tensor.values)
      if let maskBuffer { esp_apply_mask(count, maskBuffer.pointer, moment.pointer) }
    }
    chooseState()
  }
}
