/// Mean losses of models and what they become in resamples of the times: all that tests of equal accuracy need.
struct ResampledMeans {
  /// One mean loss a model, over a power of two that puts the largest loss near 1.
  private let means: [Double]
  /// One mean magnitude of losses a model, in the same unit.
  private let magnitudes: [Double]
  /// Resamples times models: the mean loss in a resample minus the mean loss.
  private let distances: [Double]
  private let resamples: Int

  init(
    _ table: ScoreTable, bootstrap: BlockBootstrap, resamples: Int, using generator: inout some RandomNumberGenerator
  ) {
    let (rows, models) = (table.rows.count, table.columnCount)
    var losses = UnitScale(table.rows.flatMap { $0 }).values
    var (means, magnitudes) = ([Double](repeating: 0, count: models), [Double](repeating: 0, count: models))
    for (index, loss) in losses.enumerated() {
      means[index % models] += loss / Double(rows)
      magnitudes[index % models] += abs(loss) / Double(rows)
    }
    for index in losses.indices { losses[index] -= means[index % models] }
    var distances = [Double](repeating: 0, count: resamples * models)
    var positions = [Int](repeating: 0, count: rows)
    for resample in 0..<resamples {
      bootstrap.draw(into: &positions, using: &generator)
      for position in positions {
        for model in 0..<models { distances[resample * models + model] += losses[position * models + model] }
      }
      for model in 0..<models { distances[resample * models + model] /= Double(rows) }
    }
    self.means = means
    self.magnitudes = magnitudes
    self.distances = distances
    self.resamples = resamples
  }

  /// T_max over some models: each against the mean of all.
  func maximumTest(of models: [Int]) -> (worst: Int, pValue: Double) {
    let count = Double(models.count)
    let center = models.reduce(0) { $0 + means[$1] } / count
    let centers = (0..<resamples).map { resample in
      models.reduce(0) { $0 + distance(resample, $1) } / count
    }
    let rounding = models.reduce(0) { max($0, magnitudes[$1]) } * Self.rounding
    var worst = models[0]
    var observed = -Double.infinity
    var simulated = [Double](repeating: -Double.infinity, count: resamples)
    for model in models {
      let deviation = meanSquare { distance($0, model) - centers[$0] }.squareRoot()
      let value = Self.ratio(means[model] - center, deviation, rounding: rounding)
      if value > observed { (observed, worst) = (value, model) }
      for resample in 0..<resamples {
        let drawn = Self.simulatedRatio(distance(resample, model) - centers[resample], deviation, rounding: rounding)
        simulated[resample] = max(simulated[resample], drawn)
      }
    }
    return (worst, Self.pValue(observed, simulated))
  }

  /// T_R over some models: each against each other.
  func rangeTest(of models: [Int]) -> (worst: Int, pValue: Double) {
    var worst = models[0]
    var observed = -Double.infinity
    var simulated = [Double](repeating: 0, count: resamples)
    for (place, first) in models.enumerated() {
      for second in models[..<place] {
        let rounding = max(magnitudes[first], magnitudes[second]) * Self.rounding
        let deviation = meanSquare { distance($0, first) - distance($0, second) }.squareRoot()
        let value = Self.ratio(means[first] - means[second], deviation, rounding: rounding)
        // Models that do not differ leave by position, as everywhere.
        if abs(value) > observed { (observed, worst) = (abs(value), value > 0 ? first : second) }
        for resample in 0..<resamples {
          let difference = distance(resample, first) - distance(resample, second)
          let drawn = abs(Self.simulatedRatio(difference, deviation, rounding: rounding))
          simulated[resample] = max(simulated[resample], drawn)
        }
      }
    }
    return (worst, Self.pValue(observed, simulated))
  }

  private func distance(_ resample: Int, _ model: Int) -> Double { distances[resample * means.count + model] }

  private func meanSquare(_ value: (Int) -> Double) -> Double {
    (0..<resamples).reduce(0) { $0 + value($1) * value($1) } / Double(resamples)
  }

  /// What counts as 0 beside losses of magnitude 1, because rounding alone may leave it.
  private static let rounding = 64 * Double.ulpOfOne

  /// A difference in units of its deviation; without one it is 0, or infinite when there is a difference.
  private static func ratio(_ difference: Double, _ deviation: Double, rounding: Double) -> Double {
    if abs(difference) <= rounding { return 0 }
    return deviation <= rounding ? (difference > 0 ? .infinity : -.infinity) : difference / deviation
  }

  private static func simulatedRatio(_ difference: Double, _ deviation: Double, rounding: Double) -> Double {
    deviation <= rounding ? 0 : difference / deviation
  }

  /// The share of resamples above what was observed, and 1 when no model is worse than another.
  private static func pValue(_ observed: Double, _ simulated: [Double]) -> Double {
    if observed <= 0 { return 1 }
    return Double(simulated.filter { $0 > observed }.count) / Double(simulated.count)
  }
}
