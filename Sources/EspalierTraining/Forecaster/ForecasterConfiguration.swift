import EspalierData
import EspalierNN

/// Everything that decides what a ``Forecaster`` learns from a table: its columns, and what is trained and how.
@dynamicMemberLookup
public struct ForecasterConfiguration: Codable, Equatable, Sendable {
  /// What is forecast from what.
  public var columns: ColumnRoles
  /// Task, model, training, regularizer and seed; each is a member of the configuration, too.
  public var settings: TrainingSettings

  /// Describes a forecaster.
  public init(columns: ColumnRoles, settings: TrainingSettings) {
    self.columns = columns
    self.settings = settings
  }

  /// Describes a forecaster with the usual settings, which end with half of the weights.
  ///
  /// - Parameters:
  ///   - target: The column to forecast.
  ///   - model: The kind of model, in its usual sizes.
  ///   - lookback: Steps of history in a window, at least 1.
  ///   - horizon: Steps to forecast, at least 1.
  public init(target: String, model: ModelKind = .lstm, lookback: Int = 30, horizon: Int = 1) {
    self.init(
      columns: ColumnRoles(target: target),
      settings: TrainingSettings(
        task: TaskSettings(lookback: lookback, horizon: horizon),
        model: ModelConfiguration(kind: model, features: 1, lookback: lookback, horizon: horizon)))
  }

  /// A member of ``settings``.
  public subscript<Value>(dynamicMember member: WritableKeyPath<TrainingSettings, Value>) -> Value {
    get { settings[keyPath: member] }
    set { settings[keyPath: member] = newValue }
  }

  /// Checks everything that needs no data.
  ///
  /// - Throws: `PreparationError.targetNeeded`, or a typed error of the setting that is wrong.
  public func validate() throws {
    if columns.target == nil, columns.channels == nil { throw PreparationError.targetNeeded }
    try settings.validate()
  }
}
