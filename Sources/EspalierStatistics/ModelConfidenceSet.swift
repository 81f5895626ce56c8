/// The model confidence set of Hansen, Lunde and Nason: models among which the best one is with a given confidence.
///
/// Equal accuracy is tested over all models; while it is rejected the worst model goes and the rest is tested again. The
/// same resamples serve all tests.
///
/// - Source: Hansen, Lunde and Nason, doi:10.3982/ECTA5771.
public struct ModelConfidenceSet: Codable, Equatable, Sendable {
  /// What equal accuracy is tested with, and which model goes.
  public enum Statistic: String, Codable, Sendable {
    /// T_max: the largest standardized distance of a model's mean loss from the mean over models; that model goes.
    case maximum
    /// T_R: the largest standardized difference of two models' mean losses; the worse of the two goes.
    case range
  }

  /// One minus the confidence that the best model is in the set, strictly between 0 and 1.
  public let alpha: Double
  /// What equal accuracy was tested with.
  public let statistic: Statistic
  /// How times were drawn.
  public let bootstrap: BlockBootstrap
  /// Number of resamples.
  public let resamples: Int
  /// The p value of each model: the largest ``alpha`` for which it is in the set; 1 for the last one left.
  public let pValues: [Double]
  /// All models in the order in which they went, the worst first and the one that is left last.
  public let eliminationOrder: [Int]
  /// The models in the set, by position: those whose p value is at least ``alpha``; never empty.
  public let members: [Int]

  /// Finds the models among which the best one is.
  ///
  /// - Parameters:
  ///   - losses: Times times models, such as squared errors for one horizon, in time order and one unit; lower is
  ///     better.
  ///   - alpha: One minus the confidence, strictly between 0 and 1; the paper shows 0.1 and 0.25.
  ///   - statistic: What equal accuracy is tested with.
  ///   - bootstrap: How times are drawn. Blocks should be as long as losses are correlated, at least the horizon, and
  ///     much shorter than the table.
  ///   - resamples: 100 to 10,000,000; p values are multiples of its inverse.
  ///   - generator: Where the draws come from; the same draws give the same set.
  /// - Throws: ``ScoreTableError`` when there are fewer than two times or models, rows are uneven, a loss is not
  ///   finite, or a parameter is out of range.
  public init(
    losses: [[Double]], alpha: Double = 0.1, statistic: Statistic = .maximum, bootstrap: BlockBootstrap,
    resamples: Int = 10_000, using generator: inout some RandomNumberGenerator
  ) throws(ScoreTableError) {
    let table = try ScoreTable(losses)
    guard alpha > 0, alpha < 1 else { throw .level(alpha) }
    guard bootstrap.fits(rows: losses.count) else { throw .blockLength(bootstrap.length, rows: losses.count) }
    guard Resamples.range.contains(resamples) else { throw .resamples(resamples) }
    let means = ResampledMeans(table, bootstrap: bootstrap, resamples: resamples, using: &generator)
    var models = Array(0..<table.columnCount)
    var values = [Double](repeating: 1, count: table.columnCount)
    var order: [Int] = []
    var largest = 0.0
    while models.count > 1 {
      let test = statistic == .maximum ? means.maximumTest(of: models) : means.rangeTest(of: models)
      largest = max(largest, test.pValue)
      values[test.worst] = largest
      order.append(test.worst)
      models.removeAll { $0 == test.worst }
    }
    self.alpha = alpha
    self.statistic = statistic
    self.bootstrap = bootstrap
    self.resamples = resamples
    pValues = values
    eliminationOrder = order + models
    members = values.indices.filter { values[$0] >= alpha }
  }
}
