/// Everything that decides what is pruned when; a plain value for files and comparisons.
public struct PruningConfiguration: Codable, Equatable, Sendable {
  /// How much is pruned over time.
  public var schedule: SparsityScheduleKind
  /// When masks are updated.
  public var timing: PruningTiming
  /// What the target refers to.
  public var scope: PruningScope
  /// Which weights exactly go.
  public var rule: MaskRule
  /// Which weights matter least.
  public var importance: ImportanceKind
  /// How many weights every prunable tensor keeps at least; the published rule has no such minimum and ignores it.
  public var minimumPerTensor: Int
  /// Whether the gains of normalizations are pruned too.
  public var prunesGains: Bool
  /// The probability of the dropout that the model keeps beside pruning.
  public var dropout: Double

  /// A configuration; the defaults are those of ``default``.
  public init(
    schedule: SparsityScheduleKind = .lateCubic(LateCubicSchedule(low: 0, high: 0.5)),
    timing: PruningTiming = PruningTiming(), scope: PruningScope = .global, rule: MaskRule = .exact,
    importance: ImportanceKind = .magnitude, minimumPerTensor: Int = 1, prunesGains: Bool = false, dropout: Double = 0
  ) {
    self.schedule = schedule
    self.timing = timing
    self.scope = scope
    self.rule = rule
    self.importance = importance
    self.minimumPerTensor = minimumPerTensor
    self.prunesGains = prunesGains
    self.dropout = dropout
  }

  /// The corrected rule: exact counts, late cubic from 0 to 0.5 between 2 epochs and three quarters of the training,
  /// an update every 20 steps, no dropout beside it.
  public static let `default` = PruningConfiguration()

  /// Checks the numbers that don't depend on the training.
  ///
  /// Targets above 1 pass under the published rule only.
  ///
  /// - Throws: ``PruningError`` that names the first number out of range.
  public func validate() throws(PruningError) {
    try schedule.validate(allowsAboveOne: rule == .published)
    try timing.validate()
    guard minimumPerTensor >= 0 else { throw .negativeMinimum(minimumPerTensor) }
    guard dropout >= 0, dropout < 1 else { throw .dropoutOutOfRange(dropout) }
  }

  /// Reads a configuration; what is missing has the default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let base = Self.default
    schedule = try container.decodeIfPresent(SparsityScheduleKind.self, forKey: .schedule) ?? base.schedule
    timing = try container.decodeIfPresent(PruningTiming.self, forKey: .timing) ?? base.timing
    scope = try container.decodeIfPresent(PruningScope.self, forKey: .scope) ?? base.scope
    rule = try container.decodeIfPresent(MaskRule.self, forKey: .rule) ?? base.rule
    importance = try container.decodeIfPresent(ImportanceKind.self, forKey: .importance) ?? base.importance
    minimumPerTensor = try container.decodeIfPresent(Int.self, forKey: .minimumPerTensor) ?? base.minimumPerTensor
    prunesGains = try container.decodeIfPresent(Bool.self, forKey: .prunesGains) ?? base.prunesGains
    dropout = try container.decodeIfPresent(Double.self, forKey: .dropout) ?? base.dropout
  }
}
