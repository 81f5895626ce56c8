import EspalierData
import EspalierNN

extension ModelConfiguration {
  /// The same model for data: their inputs, covariates included, their look-back and their horizon.
  public func fitting(_ data: PreparedData) -> ModelConfiguration {
    var result = self
    (result.lookback, result.horizon) = (data.lookback, data.horizon)
    result.adopt(data.fitted)
    return result
  }

  /// Takes over the counts of a preparation's inputs.
  mutating func adopt(_ fitted: FittedPreparation) {
    features = fitted.inputCount
    futureCovariates = fitted.futureCount > 0 ? fitted.futureCount : nil
    staticCovariates = fitted.staticCount > 0 ? fitted.staticCount : nil
  }

  /// All inputs of a step, covariates included, for messages.
  var inputsAStep: Int { features + (futureCovariates ?? 0) + (staticCovariates ?? 0) }

  /// Whether the model reads what a preparation gives: as many inputs, covariates, steps of history and of the future.
  func fits(_ fitted: FittedPreparation) -> Bool {
    var other = self
    other.adopt(fitted)
    return other == self && lookback == fitted.task.lookback && horizon == fitted.task.horizon
  }
}

extension FittedPreparation {
  /// All inputs of a step, covariates included, for messages.
  var inputsAStep: Int { inputCount + futureCount + staticCount }
}
