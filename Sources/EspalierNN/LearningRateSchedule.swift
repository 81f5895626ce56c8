import Foundation

/// How the learning rate moves over a training; written as `{"kind": "cosine", "floor": 0}`.
public enum LearningRateSchedule: Codable, Equatable, Sendable {
  /// The same rate throughout.
  case constant
  /// From the rate down to `floor` times it along half a cosine: PyTorch's `CosineAnnealingLR` over all steps.
  case cosine(floor: Double = 0)
  /// Up and down once: PyTorch's `OneCycleLR` with cosine annealing.
  case oneCycle(OneCycle = OneCycle())

  /// The shape of a one-cycle schedule, with PyTorch's defaults.
  ///
  /// - Source: Smith and Topin, arXiv:1708.07120.
  public struct OneCycle: Equatable, Sendable {
    /// The fraction of the steps that the rate rises, in 0...1.
    public var rise: Double
    /// The highest rate over the first one.
    public var startDivisor: Double
    /// The first rate over the last one.
    public var endDivisor: Double
    /// Momentum at the highest rate; nil leaves the optimizer's momentum alone.
    public var lowMomentum: Double?
    /// Momentum at the first and the last rate.
    public var highMomentum: Double

    /// A shape.
    public init(
      rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4, lowMomentum: Double? = 0.85,
      highMomentum: Double = 0.95
    ) {
      self.rise = rise
      self.startDivisor = startDivisor
      self.endDivisor = endDivisor
      self.lowMomentum = lowMomentum
      self.highMomentum = highMomentum
    }
  }

  /// The rate of a step.
  ///
  /// - Parameters:
  ///   - base: The configuration's rate: the first one, or the highest one of a one-cycle schedule.
  ///   - step: The step, counted from 0.
  ///   - total: The number of steps of the whole training, at least 1.
  /// - Returns: The rate, without unit.
  public func learningRate(base: Double, step: Int, of total: Int) -> Double {
    switch self {
    case .constant: return base
    case .cosine(let floor):
      let fraction = min(1, Double(step) / Double(max(1, total)))
      return Self.anneal(from: base, to: base * floor, fraction: fraction)
    case .oneCycle(let cycle):
      let first = base / cycle.startDivisor
      return Self.cycle(step, of: total, rise: cycle.rise, ends: (first, base, first / cycle.endDivisor))
    }
  }

  /// The optimizer's momentum in a step.
  ///
  /// - Parameters:
  ///   - step: The step, counted from 0.
  ///   - total: The number of steps of the whole training, at least 1.
  /// - Returns: The momentum, without unit; nil when the schedule leaves it alone.
  public func momentum(step: Int, of total: Int) -> Double? {
    guard case .oneCycle(let cycle) = self, let low = cycle.lowMomentum else { return nil }
    return Self.cycle(step, of: total, rise: cycle.rise, ends: (cycle.highMomentum, low, cycle.highMomentum))
  }

  /// Checks the numbers.
  ///
  /// - Throws: ``OptimizerError`` that names the first one out of range.
  public func validate() throws(OptimizerError) {
    switch self {
    case .constant: break
    case .cosine(let floor):
      guard (0...1).contains(floor) else { throw .notAFraction("floor of the cosine schedule", floor) }
    case .oneCycle(let cycle):
      guard (0...1).contains(cycle.rise) else { throw .notAFraction("rise of the one-cycle schedule", cycle.rise) }
      for (name, divisor) in [("start divisor", cycle.startDivisor), ("end divisor", cycle.endDivisor)] {
        guard divisor.isFinite, divisor > 0 else { throw .notPositive("\(name) of the one-cycle schedule", divisor) }
      }
      for momentum in [cycle.lowMomentum ?? 0, cycle.highMomentum] {
        guard momentum >= 0, momentum < 1 else { throw .notBelowOne("momentum of the one-cycle schedule", momentum) }
      }
    }
  }

  /// Two half cosines that meet on step `rise * total - 1`, as PyTorch counts.
  private static func cycle(
    _ step: Int, of total: Int, rise: Double, ends: (first: Double, middle: Double, last: Double)
  ) -> Double {
    let turn = rise * Double(total) - 1
    let end = Double(total - 1)
    let now = min(Double(step), end)
    if now <= turn {
      return anneal(from: ends.first, to: ends.middle, fraction: turn > 0 ? now / turn : 1)
    }
    return anneal(from: ends.middle, to: ends.last, fraction: end > turn ? (now - turn) / (end - turn) : 1)
  }

  private static func anneal(from start: Double, to end: Double, fraction: Double) -> Double {
    end + (start - end) / 2 * (1 + cos(.pi * fraction))
  }
}

extension LearningRateSchedule {
  private enum Kind: String, Codable { case constant, cosine, oneCycle = "one-cycle" }
  private enum CodingKeys: String, CodingKey {
    case kind, floor, rise, startDivisor, endDivisor, lowMomentum, highMomentum
  }

  /// Reads the name under `kind` and the numbers beside it; what is missing has the default, and a `lowMomentum` of
  /// null leaves momentum alone.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .constant: self = .constant
    case .cosine: self = .cosine(floor: try container.decodeIfPresent(Double.self, forKey: .floor) ?? 0)
    case .oneCycle:
      var cycle = OneCycle()
      cycle.rise = try container.decodeIfPresent(Double.self, forKey: .rise) ?? cycle.rise
      cycle.startDivisor = try container.decodeIfPresent(Double.self, forKey: .startDivisor) ?? cycle.startDivisor
      cycle.endDivisor = try container.decodeIfPresent(Double.self, forKey: .endDivisor) ?? cycle.endDivisor
      if container.contains(.lowMomentum) {
        cycle.lowMomentum = try container.decodeIfPresent(Double.self, forKey: .lowMomentum)
      }
      cycle.highMomentum = try container.decodeIfPresent(Double.self, forKey: .highMomentum) ?? cycle.highMomentum
      self = .oneCycle(cycle)
    }
  }

  /// Writes the name under `kind` and the numbers beside it.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .constant: try container.encode(Kind.constant, forKey: .kind)
    case .cosine(let floor):
      try container.encode(Kind.cosine, forKey: .kind)
      try container.encode(floor, forKey: .floor)
    case .oneCycle(let cycle):
      try container.encode(Kind.oneCycle, forKey: .kind)
      try container.encode(cycle.rise, forKey: .rise)
      try container.encode(cycle.startDivisor, forKey: .startDivisor)
      try container.encode(cycle.endDivisor, forKey: .endDivisor)
      try container.encode(cycle.lowMomentum, forKey: .lowMomentum)
      try container.encode(cycle.highMomentum, forKey: .highMomentum)
    }
  }
}
