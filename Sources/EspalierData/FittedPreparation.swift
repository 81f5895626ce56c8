/// A column that a model reads or forecasts, with what was fitted to it.
public struct FittedColumn: Codable, Equatable, Sendable {
  /// The name in the table.
  public let name: String
  /// What stands in for a value that is missing and has none before it: the mean of the rows that were fitted, in the
  /// column's unit.
  public let mean: Double
  /// The map to the common scale.
  public let scaler: ColumnScaler
  /// Whether the window normalization applies to it.
  public let drifts: Bool
}

/// All that was learned from data before training; a model file carries it, so that new data get the same treatment.
public struct FittedPreparation: Codable, Equatable, Sendable {
  /// What is forecast from what.
  public internal(set) var task: ForecastTask
  /// The target.
  public let target: FittedColumn
  /// The columns that are inputs, in order; the target's history is the first in the strict evaluation.
  public let columns: [FittedColumn]
  /// The parts of the calendar that are inputs, two each, behind the columns.
  public let calendar: [CalendarFeature]
  /// What is taken out of every window.
  public let normalization: WindowNormalization
  /// The time between rows, in milliseconds; nil without dates.
  public let step: Int64?
  /// The mean absolute error of the seasonal naive forecast on the training rows, in the target's unit: MASE's scale.
  ///
  /// Nil when no two neighbouring training rows have a target.
  public let seasonalScale: Double?
  /// The columns among ``columns`` whose values at the forecast steps are inputs too, in their order; nil for none.
  public var known: [String]?
  /// The parts of the calendar of the forecast steps that are inputs; nil for none.
  public var futureCalendar: [CalendarFeature]?
  /// The static covariates; nil for none.
  public var statics: [FittedStatic]?
  /// The grid of the rows; nil where neither dates nor numbers of a column tell one.
  public var grid: TimeGrid?
  /// The scales of every series that was trained on; nil where all share those of the columns.
  public var series: [FittedSeries]?
  /// The ids of the series that had a window to train on, in their order.
  ///
  /// Nil where ``series`` has them, in files from before this was kept, and for data that are no panel.
  public var trainedSeries: [String]?

  /// The names of the inputs, in the order in which ``PreparedData`` fills batches with them.
  public var inputNames: [String] { columns.map(\.name) + calendar.flatMap(\.inputNames) }

  /// The number of inputs a step.
  public var inputCount: Int { columns.count + 2 * calendar.count }

  /// The names of the inputs that are known of every forecast step.
  public var futureNames: [String] { (known ?? []) + (futureCalendar ?? []).flatMap(\.inputNames) }

  /// The number of inputs that are known of every forecast step.
  public var futureCount: Int { (known?.count ?? 0) + 2 * (futureCalendar?.count ?? 0) }

  /// The names of the inputs that don't change within a series.
  public var staticNames: [String] { (statics ?? []).flatMap(\.inputNames) }

  /// The number of inputs that don't change within a series.
  public var staticCount: Int { (statics ?? []).reduce(0) { $0 + ($1.categories?.count ?? 1) } }

  /// The places of the known columns among ``columns``.
  var knownPlaces: [Int] { (known ?? []).compactMap { name in columns.firstIndex { $0.name == name } } }

  /// Prepares new data for a trained model: nothing is fitted again.
  ///
  /// - Parameters:
  ///   - table: Data with the columns that the model reads, in its step. The target's column may be absent where
  ///     neither the inputs nor the normalization need it; truths and naive forecasts are NaN then.
  ///   - unseen: What becomes of a series that was not trained on, where every series has scalers of its own.
  /// - Returns: All windows with known targets as `test`, and one window a series whose forecast starts behind its
  ///   last row as `future`; `train` and `validation` are empty.
  /// - Throws: ``PreparationError`` when columns are missing, the rows lie on another grid, a series is unknown or none has
  ///   enough rows or a known target.
  public func windows(of table: SeriesTable, unseen: UnseenSeries = .refuse) throws(PreparationError) -> PreparedData {
    try checkGrid(of: table)
    let inputs = columns.map(\.name).filter { $0 != target.name }
    return try PreparedData(applying: self, to: task.arranged(table, inputs: inputs), unseen: unseen)
  }

  /// Whether the target's past is needed to forecast.
  var needsTargetHistory: Bool { task.evaluation == .strict || normalization != .none }
}
