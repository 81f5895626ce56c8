/// One of the schedules, for configurations; written as `{"kind": "late-cubic", "low": 0, "high": 0.5}`.
///
/// A new schedule is one new file and one case here.
public enum SparsityScheduleKind: Codable, Equatable, Sendable {
  /// See ``LateCubicSchedule``; `late-cubic`.
  case lateCubic(LateCubicSchedule)
  /// See ``EarlyCubicSchedule``; `early-cubic`.
  case earlyCubic(EarlyCubicSchedule)
  /// See ``LinearSchedule``; `linear`.
  case linear(LinearSchedule)
  /// See ``CosineSchedule``; `cosine`.
  case cosine(CosineSchedule)
  /// See ``ExponentialSchedule``; `exponential`.
  case exponential(ExponentialSchedule)
  /// See ``OneShotSchedule``; `one-shot`.
  case oneShot(OneShotSchedule)
  /// See ``ConstantSchedule``; `constant`.
  case constant(ConstantSchedule)

  /// The names of all schedules, for messages and option lists.
  public static let names = ["late-cubic", "early-cubic", "linear", "cosine", "exponential", "one-shot", "constant"]

  /// The schedule of a name.
  ///
  /// - Parameters:
  ///   - name: One of ``names``.
  ///   - low: The first sparsity, where the schedule has one.
  ///   - high: The final sparsity.
  /// - Throws: ``PruningError/unknownSchedule(_:)`` for any other name.
  public init(name: String, low: Double, high: Double) throws(PruningError) {
    switch name {
    case "late-cubic": self = .lateCubic(LateCubicSchedule(low: low, high: high))
    case "early-cubic": self = .earlyCubic(EarlyCubicSchedule(low: low, high: high))
    case "linear": self = .linear(LinearSchedule(low: low, high: high))
    case "cosine": self = .cosine(CosineSchedule(low: low, high: high))
    case "exponential": self = .exponential(ExponentialSchedule(low: low, high: high))
    case "one-shot": self = .oneShot(OneShotSchedule(sparsity: high))
    case "constant": self = .constant(ConstantSchedule(sparsity: high))
    default: throw .unknownSchedule(name)
    }
  }

  /// The name in files and options.
  public var name: String {
    switch self {
    case .lateCubic: "late-cubic"
    case .earlyCubic: "early-cubic"
    case .linear: "linear"
    case .cosine: "cosine"
    case .exponential: "exponential"
    case .oneShot: "one-shot"
    case .constant: "constant"
    }
  }

  /// The schedule itself.
  public var schedule: any SparsitySchedule {
    switch self {
    case .lateCubic(let schedule): schedule
    case .earlyCubic(let schedule): schedule
    case .linear(let schedule): schedule
    case .cosine(let schedule): schedule
    case .exponential(let schedule): schedule
    case .oneShot(let schedule): schedule
    case .constant(let schedule): schedule
    }
  }

  /// The final sparsity.
  public var finalSparsity: Double { bounds.high }

  /// The first sparsity; the final one where the schedule has no other.
  public var firstSparsity: Double { bounds.low }

  /// The first and the final sparsity; of equal size where the schedule has one.
  var bounds: (low: Double, high: Double) {
    switch self {
    case .lateCubic(let schedule): (schedule.low, schedule.high)
    case .earlyCubic(let schedule): (schedule.low, schedule.high)
    case .linear(let schedule): (schedule.low, schedule.high)
    case .cosine(let schedule): (schedule.low, schedule.high)
    case .exponential(let schedule): (schedule.low, schedule.high)
    case .oneShot(let schedule): (schedule.sparsity, schedule.sparsity)
    case .constant(let schedule): (schedule.sparsity, schedule.sparsity)
    }
  }

  /// Checks the numbers.
  ///
  /// - Parameter allowsAboveOne: Whether targets above 1 pass, as the published LSTM settings need.
  /// - Throws: ``PruningError`` that names the first number out of range.
  public func validate(allowsAboveOne: Bool = false) throws(PruningError) {
    let (low, high) = bounds
    for sparsity in [low, high] {
      guard sparsity.isFinite, sparsity >= 0, allowsAboveOne || sparsity <= 1 else {
        throw .sparsityOutOfRange(sparsity)
      }
    }
    guard low <= high else { throw .sparsityFalls(low: low, high: high) }
    if case .exponential = self, high >= 1 { throw .exponentialReachesOne }
    if case .oneShot(let schedule) = self, !(0...1).contains(schedule.moment) {
      throw .momentOutOfRange(schedule.moment)
    }
  }

  private enum CodingKeys: String, CodingKey { case kind }

  /// Reads the name under `kind` and the schedule's numbers beside it.
  public init(from decoder: any Decoder) throws {
    switch try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .kind) {
    case "late-cubic": self = .lateCubic(try LateCubicSchedule(from: decoder))
    case "early-cubic": self = .earlyCubic(try EarlyCubicSchedule(from: decoder))
    case "linear": self = .linear(try LinearSchedule(from: decoder))
    case "cosine": self = .cosine(try CosineSchedule(from: decoder))
    case "exponential": self = .exponential(try ExponentialSchedule(from: decoder))
    case "one-shot": self = .oneShot(try OneShotSchedule(from: decoder))
    case "constant": self = .constant(try ConstantSchedule(from: decoder))
    case let other: throw PruningError.unknownSchedule(other)
    }
  }

  /// Writes the name under `kind` and the schedule's numbers beside it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .kind)
    switch self {
    case .lateCubic(let schedule): try schedule.encode(to: encoder)
    case .earlyCubic(let schedule): try schedule.encode(to: encoder)
    case .linear(let schedule): try schedule.encode(to: encoder)
    case .cosine(let schedule): try schedule.encode(to: encoder)
    case .exponential(let schedule): try schedule.encode(to: encoder)
    case .oneShot(let schedule): try schedule.encode(to: encoder)
    case .constant(let schedule): try schedule.encode(to: encoder)
    }
  }
}
