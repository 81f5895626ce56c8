import EspalierData
import EspalierNN
import EspalierStatistics

/// One setting of a comparison: the mean over its trials.
public struct ComparisonRow: Codable, Equatable, Sendable {
  /// The name of the data.
  public let dataset: String
  /// The model.
  public let model: ModelKind
  /// Steps of history.
  public let lookback: Int
  /// The method.
  public let method: RegularizerKind
  /// How honest the evaluation is.
  public let evaluation: Evaluation
  /// The trials in the order of their seeds.
  public let results: [TrialResult]
  /// Their mean absolute errors on the test part, in the target's unit.
  public let mae: Summary
  /// The naive forecasts on the same windows.
  public let naive: NaiveMetrics

  /// The mean over trials of something.
  public func mean(_ value: (TrialResult) -> Double) -> Double {
    results.reduce(0) { $0 + value($1) } / Double(results.count)
  }

  /// The mean over trials of something that may be undefined; nil when it is in any trial.
  public func mean(_ value: (TrialResult) -> Double?) -> Double? {
    let values = results.compactMap(value)
    return values.count == results.count ? values.reduce(0, +) / Double(values.count) : nil
  }

  /// The share of the processor time of the trainings that went into mask updates, in 0...1.
  public var maskShare: Double {
    let seconds = mean { $0.training.seconds }
    return seconds > 0 ? mean { $0.training.maskSeconds } / seconds : 0
  }

  /// Whether the mean error is below that of both naive forecasts.
  public var beatsNaive: Bool { mae.mean < min(naive.lastValue.mae, naive.seasonal.mae) }
}
