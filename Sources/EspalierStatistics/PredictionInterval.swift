/// An interval that a value yet to come shall lie in; an end may be infinite.
public struct PredictionInterval: Equatable, Sendable {
  /// The lower end, in the target's unit; minus infinity where nothing bounds it.
  public let lower: Double
  /// The upper end, in the target's unit; infinity where nothing bounds it.
  public let upper: Double

  /// Makes an interval; ends that cross become the point between them.
  ///
  /// - Parameters:
  ///   - lower: The lower end, in the target's unit.
  ///   - upper: The upper end, in the target's unit.
  public init(lower: Double, upper: Double) {
    if lower > upper {
      let middle = lower / 2 + upper / 2
      (self.lower, self.upper) = (middle, middle)
    } else {
      (self.lower, self.upper) = (lower, upper)
    }
  }

  /// Whether both ends are finite.
  public var isFinite: Bool { lower.isFinite && upper.isFinite }

  /// The distance between the ends, in the target's unit; infinite where an end is.
  public var width: Double { isFinite ? upper - lower : .infinity }

  /// Whether a value lies in the interval, its ends included; NaN does not.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }

  /// The same interval moved by a number, as from residuals to a forecast.
  public func shifted(by offset: Double) -> PredictionInterval {
    PredictionInterval(lower: lower + offset, upper: upper + offset)
  }

  /// The interval score of a truth, in the target's unit, lower is better: the width, and `2 / (1 - level)` times the
  /// distance by which the truth lies outside.
  ///
  /// - Parameters:
  ///   - truth: A finite number.
  ///   - level: The coverage that the interval is meant to have, strictly between 0 and 1.
  /// - Returns: The score; infinite where an end is.
  /// - Source: Gneiting and Raftery 2007, doi:10.1198/016214506000001437, equation 43; Winkler 1972.
  public func score(truth: Double, level: Double) -> Double {
    guard isFinite else { return .infinity }
    return upper - lower + 2 / (1 - level) * (max(0, lower - truth) + max(0, truth - upper))
  }
}

// An end that is not bounded is absent in files, which have no infinite numbers.
extension PredictionInterval: Codable {
  private enum CodingKeys: String, CodingKey { case lower, upper }

  /// Reads an interval; an end that is absent is infinite.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      lower: try container.decodeIfPresent(Double.self, forKey: .lower) ?? -.infinity,
      upper: try container.decodeIfPresent(Double.self, forKey: .upper) ?? .infinity)
  }

  /// Writes the ends that are finite.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if lower.isFinite { try container.encode(lower, forKey: .lower) }
    if upper.isFinite { try container.encode(upper, forKey: .upper) }
  }
}
