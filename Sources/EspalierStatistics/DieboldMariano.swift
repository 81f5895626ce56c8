/// Diebold and Mariano's test of whether two forecasts are equally accurate, with the correction for small samples of
/// Harvey, Leybourne and Newbold, two-sided.
///
/// - Source: Diebold and Mariano, doi:10.1080/07350015.1995.10524599; Harvey, Leybourne and Newbold,
///   doi:10.1016/S0169-2070(96)00719-4.
public struct DieboldMariano: Codable, Equatable, Sendable {
  /// Number of forecasts, at least 2.
  public let count: Int
  /// Steps that forecasts look ahead, at least 1.
  public let horizon: Int
  /// The mean difference of losses, first minus second, in the losses' unit; negative when the first is better.
  public let meanDifferential: Double
  /// Diebold and Mariano's statistic: the mean differential over its standard error.
  ///
  /// The error's square is `(g0 + 2 (g1 + ... + g(h-1))) / n`, with `g` the autocovariances over `n`, not `n - lag`, and
  /// `h` the horizon: the rectangular kernel, because errors of optimal forecasts are correlated up to lag `h - 1`.
  public let uncorrectedStatistic: Double
  /// ``uncorrectedStatistic`` times `sqrt((n + 1 - 2h + h (h - 1) / n) / n)`.
  public let statistic: Double
  /// The two-sided probability of such a ``statistic`` for equal accuracy, by Student's t with `n - 1` degrees of
  /// freedom.
  public let pValue: Double

  /// Tests the losses of two forecasts.
  ///
  /// - Parameters:
  ///   - first: Losses of one forecast in time order, such as squared errors, all for one horizon.
  ///   - second: Losses of the other for the same times.
  ///   - horizon: Steps that both look ahead, at least 1 and below the number of losses.
  /// - Throws: ``DieboldMarianoError`` as in ``init(differentials:horizon:)``, or when counts differ.
  public init(_ first: [Double], _ second: [Double], horizon: Int = 1) throws(DieboldMarianoError) {
    guard first.count == second.count else {
      throw .sample(.unequalCounts(first: first.count, second: second.count))
    }
    try self.init(differentials: zip(first, second).map { $0 - $1 }, horizon: horizon)
  }

  /// Tests differences of losses.
  ///
  /// - Parameters:
  ///   - differentials: Losses of the first forecast minus those of the second, in time order; at least two finite
  ///     numbers.
  ///   - horizon: Steps that both look ahead, at least 1 and below the number of differentials.
  /// - Throws: ``DieboldMarianoError/variance(horizon:)`` when the estimated long-run variance is not positive, which
  ///   the rectangular kernel does not exclude; no other kernel is put in its place. Otherwise an error about the
  ///   arguments.
  public init(differentials: [Double], horizon: Int = 1) throws(DieboldMarianoError) {
    let scaled = UnitScale(differentials)
    let center: Double
    do throws(SampleError) {
      guard differentials.count >= 2 else { throw .tooFew(count: differentials.count, needed: 2) }
      center = try mean(of: scaled.values)
    } catch {
      throw .sample(error)
    }
    guard horizon >= 1, horizon < differentials.count else {
      throw .horizon(horizon, count: differentials.count)
    }
    let (n, h) = (Double(differentials.count), Double(horizon))
    let distances = scaled.values.map { $0 - center }
    let spread = Self.autocovariance(distances, lag: 0)
    guard spread.squareRoot() > 4 * Double.ulpOfOne else { throw .sample(.noVariation) }
    let covariances = (1..<horizon).reduce(0) { $0 + Self.autocovariance(distances, lag: $1) }
    let variance = (spread + 2 * covariances) / n
    // A sum that is 0 but for rounding is not positive.
    guard variance * n > 64 * Double.ulpOfOne * spread else { throw .variance(horizon: horizon) }
    let uncorrected = center / variance.squareRoot()
    let corrected = uncorrected * ((n + 1 - 2 * h + h * (h - 1) / n) / n).squareRoot()
    guard let tail = Distribution.studentTProbability(of: -abs(corrected), degrees: n - 1) else {
      throw .variance(horizon: horizon)
    }
    count = differentials.count
    self.horizon = horizon
    meanDifferential = center * scaled.unit
    uncorrectedStatistic = uncorrected
    statistic = corrected
    pValue = 2 * tail
  }

  /// The mean over `n` of products of distances a lag apart.
  private static func autocovariance(_ distances: [Double], lag: Int) -> Double {
    zip(distances.dropFirst(lag), distances).reduce(0) { $0 + $1.0 * $1.1 } / Double(distances.count)
  }
}

/// Why two forecasts could not be compared.
public enum DieboldMarianoError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The losses are unequal in number, too few, not finite, or their differences do not vary.
  case sample(SampleError)
  /// A horizon is below 1 or reaches beyond the forecasts.
  case horizon(Int, count: Int)
  /// The estimate of the long-run variance is zero or negative.
  case variance(horizon: Int)

  /// One sentence that says what to change.
  public var description: String {
    switch self {
    case .sample(let error):
      error.description
    case .horizon(let horizon, let count):
      "The horizon must be at least 1 and below the number of forecasts (\(count)), not \(horizon)."
    case .variance(let horizon):
      "The variance estimate for horizon \(horizon) is not positive; use a longer test part or a shorter horizon."
    }
  }
}
