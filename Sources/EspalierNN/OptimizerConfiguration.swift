/// Which optimizer with which settings; a plain value for files and comparisons.
public struct OptimizerConfiguration: Codable, Equatable, Sendable {
  /// The optimizers there are.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// See ``Adam``.
    case adam
    /// See ``AdamW``.
    case adamW = "adamw"
    /// See ``SGD``.
    case sgd
  }

  /// Which optimizer.
  public var kind: Kind
  /// The highest learning rate, above 0; the schedule starts from it.
  public var learningRate: Double
  /// Momentum: the first beta of Adam and AdamW, in 0 ..< 1.
  public var momentum: Double
  /// The second beta of Adam and AdamW, in 0 ..< 1; unused by SGD.
  public var beta2: Double
  /// What Adam and AdamW add to the denominator, at least 0; unused by SGD.
  public var epsilon: Double
  /// Weight decay, at least 0.
  public var weightDecay: Double
  /// Whether SGD looks ahead; unused by the others.
  public var isNesterov: Bool

  /// A configuration; what is left out has PyTorch's default for the kind.
  public init(
    kind: Kind = .adam, learningRate: Double = 1e-3, momentum: Double? = nil, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double? = nil, isNesterov: Bool = false
  ) {
    self.kind = kind
    self.learningRate = learningRate
    self.momentum = momentum ?? (kind == .sgd ? 0 : 0.9)
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay ?? (kind == .adamW ? 0.01 : 0)
    self.isNesterov = isNesterov
  }

  /// Checks the settings and makes the optimizer.
  ///
  /// - Throws: ``OptimizerError`` that names the first setting out of range.
  public func makeOptimizer() throws(OptimizerError) -> any Optimizer {
    try validate()
    switch kind {
    case .adam: return Adam(beta1: momentum, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    case .adamW: return AdamW(beta1: momentum, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    case .sgd: return SGD(momentum: momentum, weightDecay: weightDecay, isNesterov: isNesterov)
    }
  }

  /// Checks the settings.
  ///
  /// - Throws: ``OptimizerError`` that names the first setting out of range.
  public func validate() throws(OptimizerError) {
    guard learningRate.isFinite, learningRate > 0 else { throw .notPositive("learning rate", learningRate) }
    guard momentum >= 0, momentum < 1 else { throw .notBelowOne("momentum", momentum) }
    guard beta2 >= 0, beta2 < 1 else { throw .notBelowOne("second beta", beta2) }
    guard epsilon.isFinite, epsilon >= 0 else { throw .negative("epsilon", epsilon) }
    guard weightDecay.isFinite, weightDecay >= 0 else { throw .negative("weight decay", weightDecay) }
  }

  /// Reads a configuration; what is missing has PyTorch's default for the kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .adam
    let base = OptimizerConfiguration(kind: kind)
    self.kind = kind
    learningRate = try container.decodeIfPresent(Double.self, forKey: .learningRate) ?? base.learningRate
    momentum = try container.decodeIfPresent(Double.self, forKey: .momentum) ?? base.momentum
    beta2 = try container.decodeIfPresent(Double.self, forKey: .beta2) ?? base.beta2
    epsilon = try container.decodeIfPresent(Double.self, forKey: .epsilon) ?? base.epsilon
    weightDecay = try container.decodeIfPresent(Double.self, forKey: .weightDecay) ?? base.weightDecay
    isNesterov = try container.decodeIfPresent(Bool.self, forKey: .isNesterov) ?? base.isNesterov
  }
}

/// A setting of an optimizer, a clipping or a schedule that is out of range.
public enum OptimizerError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Must be above 0.
  case notPositive(String, Double)
  /// Must be at least 0.
  case negative(String, Double)
  /// Must be in 0 ..< 1.
  case notBelowOne(String, Double)
  /// Must be in 0...1.
  case notAFraction(String, Double)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositive(let name, let value): "The \(name) is \(value); give a number above 0."
    case .negative(let name, let value): "The \(name) is \(value); give 0 or more."
    case .notBelowOne(let name, let value): "The \(name) is \(value); give a number of at least 0 and below 1."
    case .notAFraction(let name, let value): "The \(name) is \(value); give a number from 0 to 1."
    }
  }
}
