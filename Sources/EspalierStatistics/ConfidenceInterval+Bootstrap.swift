/// How an interval is read off the replicates of a bootstrap.
public enum BootstrapMethod: String, Codable, Sendable {
  /// The replicates' quantiles as they are.
  case percentile
  /// Quantiles that are corrected for bias and for a spread that depends on the value (BCa).
  case bca
}

extension ConfidenceInterval {
  /// Bootstrap interval of a statistic of independent values.
  ///
  /// Each resample draws as many values with replacement as there are; quantiles interpolate linearly between
  /// replicates. With BCa the bias correction is the share of replicates below the estimate, those equal to it counted
  /// half, and the acceleration comes from leaving out one value at a time.
  ///
  /// - Parameters:
  ///   - values: At least two finite numbers, one a trial or block.
  ///   - method: How the interval is read off the replicates.
  ///   - level: Strictly between 0 and 1.
  ///   - resamples: Number of replicates, 100 to 10,000,000.
  ///   - generator: Where the draws come from, one call a drawn value; the same draws give the same interval.
  ///   - statistic: From any number of values, in any order, to a finite number.
  /// - Throws: ``SampleError`` when values are too few or not finite, the level or number of resamples is out of range,
  ///   the statistic is not finite on a resample, or BCa finds all replicates on one side of the estimate.
  /// - Source: Efron, doi:10.1080/01621459.1987.10478410.
  public init(
    bootstrapping values: [Double], method: BootstrapMethod = .bca, level: Double = 0.95, resamples: Int = 10_000,
    using generator: inout some RandomNumberGenerator,
    statistic: ([Double]) -> Double = { $0.reduce(0, +) / Double($0.count) }
  ) throws(SampleError) {
    guard level > 0, level < 1 else { throw .level(level) }
    guard Resamples.range.contains(resamples) else { throw .resamples(resamples) }
    guard values.count >= 2 else { throw .tooFew(count: values.count, needed: 2) }
    if let position = values.firstIndex(where: { !$0.isFinite }) { throw .notFinite(position: position) }
    var replicates: [Double] = []
    replicates.reserveCapacity(resamples)
    var resample = values
    for _ in 0..<resamples {
      for position in resample.indices { resample[position] = values[generator.index(below: values.count)] }
      replicates.append(statistic(resample))
    }
    guard replicates.allSatisfy(\.isFinite) else { throw .statisticNotFinite }
    replicates.sort()
    var tails = (lower: (1 - level) / 2, upper: (1 + level) / 2)
    if method == .bca {
      let correction = try BiasCorrection(values: values, replicates: replicates, statistic: statistic)
      tails = try (correction.corrected(tails.lower), correction.corrected(tails.upper))
    }
    self.init(
      lower: quantile(tails.lower, ofSorted: replicates), upper: quantile(tails.upper, ofSorted: replicates),
      level: level)
  }
}

/// Returns a quantile of sorted values, between two neighbours by linear interpolation (R's type 7).
private func quantile(_ probability: Double, ofSorted values: [Double]) -> Double {
  let place = probability * Double(values.count - 1)
  let below = min(Int(place), values.count - 1)
  let above = min(below + 1, values.count - 1)
  let share = place - Double(below)
  return values[below] * (1 - share) + values[above] * share
}

/// The two numbers by which BCa moves quantiles.
private struct BiasCorrection {
  /// The normal quantile of the share of replicates below the estimate.
  let bias: Double
  /// How fast the statistic's deviation changes with its value: a sixth of the jackknife's skewness.
  let acceleration: Double

  init(values: [Double], replicates: [Double], statistic: ([Double]) -> Double) throws(SampleError) {
    let estimate = statistic(values)
    var left: [Double] = []
    for position in values.indices {
      var others = values
      others.remove(at: position)
      left.append(statistic(others))
    }
    guard estimate.isFinite, left.allSatisfy(\.isFinite) else { throw .statisticNotFinite }
    let below = replicates.reduce(0.0) { $0 + ($1 < estimate ? 1 : $1 == estimate ? 0.5 : 0) }
    guard let bias = Distribution.normalQuantile(below / Double(replicates.count)) else { throw .oneSidedBootstrap }
    self.bias = bias
    let center = left.reduce(0) { $0 + $1 / Double(left.count) }
    // The largest distance as the unit, so that powers neither overflow nor vanish.
    let unit = left.reduce(0) { max($0, abs(center - $1)) }
    let distances = unit > 0 ? left.map { (center - $0) / unit } : []
    let squares = distances.reduce(0) { $0 + $1 * $1 }
    let cubes = distances.reduce(0) { $0 + $1 * $1 * $1 }
    acceleration = squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }

  /// The probability whose quantile of the replicates is the corrected end.
  func corrected(_ probability: Double) throws(SampleError) -> Double {
    guard let normal = Distribution.normalQuantile(probability) else { throw .level(probability) }
    let distance = bias + normal
    let denominator = 1 - acceleration * distance
    // Beyond its pole the transformation has no meaning; the end is then the outermost replicate.
    guard denominator > 0, let result = Distribution.normalProbability(of: bias + distance / denominator) else {
      return distance > 0 ? 1 : 0
    }
    return result
  }
}
