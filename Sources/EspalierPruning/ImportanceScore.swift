import EspalierTensor

/// Which weights matter least: ranks the active weights of a parameter, the least important smallest.
///
/// A score receives the whole parameter, so it may use the gradient as well as the values.
public protocol ImportanceScore: Sendable {
  /// Ranks a parameter's active weights.
  ///
  /// - Parameters:
  ///   - parameter: The parameter, with the gradient of the step that the update belongs to.
  ///   - context: Where in the training and in the list of parameters this is.
  /// - Returns: The parameter's place in a ranking.
  /// - Throws: ``ShapeError`` when scores don't fit the parameter.
  func rank(_ parameter: Parameter, in context: ImportanceContext) throws(ShapeError) -> RankedWeights
}

/// Where in the training and in the list of parameters a score is asked for.
public struct ImportanceContext: Sendable, Equatable {
  /// The run's seed.
  public let seed: UInt64
  /// The optimizer step that the update precedes, counted from 1.
  public let step: Int
  /// The parameter's place among the prunable ones, from 0.
  public let index: Int

  /// Describes a moment and a place.
  public init(seed: UInt64, step: Int, index: Int) {
    self.seed = seed
    self.step = step
    self.index = index
  }
}

/// The magnitude of a weight is its importance.
public struct MagnitudeImportance: ImportanceScore, Equatable {
  /// The score has no settings.
  public init() {}

  /// Ranks weights in place.
  public func rank(_ parameter: Parameter, in context: ImportanceContext) -> RankedWeights {
    RankedWeights(parameter)
  }
}

/// Chance decides: the control that shows whether importance matters at equal sparsity.
public struct RandomImportance: ImportanceScore, Equatable {
  /// The score has no settings.
  public init() {}

  /// Draws a score for every weight, a function of seed, step and place alone.
  public func rank(_ parameter: Parameter, in context: ImportanceContext) throws(ShapeError) -> RankedWeights {
    var stream = RandomStream(
      seed: context.seed, purpose: .pruning, first: UInt32(truncatingIfNeeded: context.step),
      second: UInt32(truncatingIfNeeded: context.index) & 0xFF_FFFF)
    var scores = [Float](repeating: 0, count: parameter.count)
    for index in scores.indices { scores[index] = Float(stream.nextWord() >> 8) * 0x1p-24 }
    return try RankedWeights(parameter, scores: scores)
  }
}

/// One of the scores, for configurations.
///
/// A new score is one new type and one case here.
public enum ImportanceKind: String, Codable, Sendable, CaseIterable {
  /// See ``MagnitudeImportance``.
  case magnitude
  /// See ``RandomImportance``.
  case random

  /// The score itself.
  public var score: any ImportanceScore {
    switch self {
    case .magnitude: MagnitudeImportance()
    case .random: RandomImportance()
    }
  }
}
