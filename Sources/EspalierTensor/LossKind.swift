internal import CEspalierKernels

/// How far a forecast is from the truth.
///
/// The first three judge one number a step. The others judge several outputs of a model a step, whose rows stand
/// output after output: row = output * horizon + step.
public enum LossKind: Equatable, Sendable, Codable {
  /// The squared difference.
  case meanSquaredError
  /// The absolute difference.
  case meanAbsoluteError
  /// Half the squared difference up to `delta`, linear beyond.
  case huber(delta: Double)
  /// The mean of the pinball losses of one output a level; levels ascend within 0 and 1 and reach around 0.5.
  ///
  /// - Source: Koenker and Bassett 1978, doi:10.2307/1913643.
  case quantiles([Double])
  /// The negative log-density of a normal distribution, by location and scale.
  case normal
  /// The negative log-density of Student's t distribution, by location, scale and degrees of freedom above 2.
  case studentT

  private enum QuantilesCodingKeys: String, CodingKey {
    // The compiler's name for the case's only value.
    // swift-format-ignore: NoLeadingUnderscores
    case _0 = "levels"
  }

  /// Outputs of a model for one step of the horizon, at least 1.
  public var outputsPerStep: Int {
    switch self {
    case .meanSquaredError, .meanAbsoluteError, .huber: 1
    case .quantiles(let levels): levels.count
    case .normal: 2
    case .studentT: 3
    }
  }

  /// Whether the outputs are the parameters of a distribution, each of which means something else.
  public var isDistribution: Bool {
    switch self {
    case .normal, .studentT: true
    case .meanSquaredError, .meanAbsoluteError, .huber, .quantiles: false
    }
  }

  /// A short name, as the command writes it.
  public var name: String {
    switch self {
    case .meanSquaredError: "mse"
    case .meanAbsoluteError: "mae"
    case .huber: "huber"
    case .quantiles: "quantile"
    case .normal: "normal"
    case .studentT: "student-t"
    }
  }

  /// The levels of the quantiles that a forecast states unless others are asked for; none where the loss knows none.
  public var quantileLevels: [Double] {
    switch self {
    case .meanSquaredError, .meanAbsoluteError, .huber: []
    case .quantiles(let levels): levels
    case .normal, .studentT: Self.usualLevels
    }
  }

  /// The levels that are usual: the median and the ends of a 90 % interval.
  public static let usualLevels = [0.05, 0.5, 0.95]

  /// Checks the levels of a quantile loss.
  ///
  /// - Throws: ``QuantileError`` when there are none, they don't ascend within 0 and 1, or the median, which is the
  ///   point forecast, lies outside.
  public func validate() throws(QuantileError) {
    guard case .quantiles(let levels) = self else { return }
    try QuantileError.check(levels)
    guard let low = levels.first, let high = levels.last, low <= 0.5, high >= 0.5 else {
      throw .medianOutside(low: levels.first ?? .nan, high: levels.last ?? .nan)
    }
  }

  /// The scale that an output of a likelihood stands for, above 0: softplus and a floor of 1e-4.
  public static func scale(of output: Float) -> Double { esp_likelihood_scale(Double(output)) }

  /// The degrees of freedom that an output of ``studentT`` stands for: 2 and softplus and a floor of 1e-4.
  public static func degrees(of output: Float) -> Double { esp_likelihood_degrees(Double(output)) }
}

/// Why quantiles can't be trained or told.
public enum QuantileError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No level was given.
  case noLevels
  /// A level is not strictly between 0 and 1.
  case level(Double)
  /// A level is not above the one before it.
  case notAscending(Double, after: Double)
  /// All levels of a loss lie on one side of the median.
  case medianOutside(low: Double, high: Double)
  /// The model was trained with a loss that tells no quantiles.
  case lossHasNone
  /// A level lies outside those that the model was trained on.
  case outsideTrained(Double, low: Double, high: Double)

  /// Checks that levels ascend within 0 and 1.
  ///
  /// - Throws: ``noLevels``, ``level(_:)`` or ``notAscending(_:after:)``.
  public static func check(_ levels: [Double]) throws(QuantileError) {
    if levels.isEmpty { throw .noLevels }
    for (index, level) in levels.enumerated() {
      guard level > 0, level < 1 else { throw .level(level) }
      if index > 0, !(level > levels[index - 1]) { throw .notAscending(level, after: levels[index - 1]) }
    }
  }

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .noLevels: "Quantiles need at least one level; 0.05, 0.5 and 0.95 are usual."
    case .level(let level): "A quantile's level is strictly between 0 and 1, not \(level)."
    case .notAscending(let level, let before):
      "The levels of quantiles ascend, and \(level) stands behind \(before); sort them and name each once."
    case .medianOutside(let low, let high):
      "The levels \(low) to \(high) don't reach the median, which is the point forecast; add 0.5."
    case .lossHasNone:
      "This model tells no quantiles; train one with the loss quantile, normal or student-t."
    case .outsideTrained(let level, let low, let high):
      "The quantile at \(level) lies outside the levels \(low) to \(high) that this model was trained on; choose one "
        + "between them or train again."
    }
  }
}
