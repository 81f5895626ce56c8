import Espalier

/// The sample of `Documentation/statistics.md`.
func compareMethods() throws {
  // Errors, lower is better: a row is a block, a column is a method.
  let errors = [
    [0.31, 0.29, 0.33], [0.52, 0.50, 0.55], [0.12, 0.13, 0.14], [0.90, 0.80, 0.85], [0.41, 0.39, 0.47],
  ]
  let friedman = try FriedmanTest(scores: errors)
  let nemenyi = try NemenyiTest(friedman, alpha: 0.05)
  print(friedman.averageRanks, friedman.imanDavenportPValue, nemenyi.criticalDifference, nemenyi.groups)

  let pair = try WilcoxonSignedRank(errors.map { $0[0] }, errors.map { $0[1] })
  print(pair.pValue, pair.rankBiserial)
}
