import EspalierData
import EspalierNN
import EspalierPruning

/// A preset of pruning and what is changed in it; which preset it is may depend on the evaluation, its numbers on the
/// model.
public struct PruningChoice: Codable, Equatable, Sendable {
  /// Settings that belong together.
  public enum Preset: String, Codable, Sendable, CaseIterable {
    /// What the published experiments do, accidents included.
    case paper
    /// The corrected rule.
    case `default`
  }

  /// The preset; nil takes `paper` in the paper's evaluation and `default` in the strict one.
  public var preset: Preset?
  /// The final sparsity, in 0...1; the paper's preset takes values above 1.
  public var sparsity: Double?
  /// The first sparsity.
  public var initialSparsity: Double?
  /// One of `SparsityScheduleKind.names`.
  public var schedule: String?
  /// Epochs before the first pruning.
  public var warmup: Int?
  /// The epoch at which the final sparsity is reached, counted from 0.
  public var end: Int?
  /// Optimizer steps between two updates.
  public var every: Int?
  /// What the sparsity refers to.
  public var scope: PruningScope?
  /// Which weights matter least.
  public var importance: ImportanceKind?
  /// How many weights every tensor keeps at least.
  public var minimumPerTensor: Int?
  /// The rate of the dropout that the model keeps beside pruning.
  public var dropout: Double?

  /// The evaluation's preset, unchanged.
  public init() {}

  /// The preset that an evaluation leads to.
  public func preset(in evaluation: Evaluation) -> Preset {
    preset ?? (evaluation == .paper ? .paper : .default)
  }

  /// The settings of a model.
  ///
  /// - Returns: The preset with what was chosen put in its place.
  /// - Throws: `PruningError` when they are out of range or don't go together, or the paper's are asked for and there are
  ///   none for the model.
  public func configuration(
    of model: ModelKind, evaluation: Evaluation
  ) throws(PruningError) -> PruningConfiguration {
    var result = PruningConfiguration.default
    if preset(in: evaluation) == .paper {
      guard let published = PaperModel(rawValue: model.rawValue) else {
        throw .noPublishedSettings(model: model.rawValue)
      }
      result = .paper(model: published)
    }
    let high = sparsity ?? result.schedule.finalSparsity
    let low = initialSparsity ?? min(result.schedule.firstSparsity, high)
    result.schedule = try SparsityScheduleKind(name: schedule ?? result.schedule.name, low: low, high: high)
    if let warmup { result.timing.warmup = warmup }
    if let end { result.timing.end = end }
    if let every { result.timing.every = every }
    if let scope { result.scope = scope }
    if let importance { result.importance = importance }
    if let minimumPerTensor { result.minimumPerTensor = minimumPerTensor }
    if let dropout { result.dropout = dropout }
    try result.validate()
    return result
  }
}
