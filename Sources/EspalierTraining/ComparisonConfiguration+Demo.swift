import EspalierData

extension ComparisonConfiguration {
  /// A small comparison on built-in data that shows what the package does in less than a minute on two cores.
  ///
  /// The data are those of the catalogue's `synthetic`: an hourly load whose daily cycle a model can learn from one day of
  /// history. Evaluation is strict, three seeds a setting.
  ///
  /// - Parameter data: That data set.
  /// - Returns: RNN, LSTM and PatchTST with every regularizer.
  public static func demo(_ data: LoadedData) -> ComparisonConfiguration {
    var result = ComparisonConfiguration(task: data.task(TaskSettings(lookback: 24)))
    result.lookbacks = [24]
    result.trials = 3
    return result
  }
}
