/// Data in memory with what is forecast from what.
public struct LoadedData: Sendable {
  /// A name for reports: the catalogue's, or the file's without folder and extension.
  public let name: String
  /// The rows; what was done to them stands in its notes.
  public let table: SeriesTable
  /// The column to forecast.
  public let target: String
  /// The columns to forecast from; nil takes all other columns of numbers.
  public let features: [String]?
  /// The features that the window normalization applies to.
  public let drifting: [String]
  /// Steps of a season.
  public let season: Int
  /// The parts that published figures use.
  public let split: FixedSplit?
  /// The columns that become one series each; nil leaves rows as they are.
  public let channels: [String]?
  /// The columns whose values at the forecast steps are known in advance.
  public let known: [String]?
  /// The columns that don't change within a series.
  public let statics: [String]?
  /// How the file was read, for reading others like it.
  public let reading: ReadOptions

  /// Says what is forecast from what in a table.
  ///
  /// - Parameters:
  ///   - name: A name for reports.
  ///   - table: The rows, which count as neighbours; ``SeriesTable/onGrid(_:)`` holds them against a regular grid.
  ///   - columns: The columns; a target is needed where there are no channels.
  ///   - reading: How the file was read, for reading others like it.
  /// - Throws: ``PreparationError/targetNeeded``.
  public init(
    name: String, table: SeriesTable, columns: ColumnRoles, reading: ReadOptions = ReadOptions()
  ) throws(PreparationError) {
    guard let target = columns.channels == nil ? columns.target : SeriesTable.channelColumn else {
      throw .targetNeeded
    }
    self.name = name
    self.table = table
    self.target = target
    features = columns.channels == nil ? columns.features : columns.features ?? []
    drifting = columns.drifting ?? []
    season = columns.season ?? table.inferredSeason
    split = columns.split
    channels = columns.channels
    known = columns.known
    statics = columns.statics
    self.reading = reading
  }

  /// The task of these data.
  public func task(_ settings: TaskSettings) -> ForecastTask {
    var task = ForecastTask(
      target: target, features: features, lookback: settings.lookback, horizon: settings.horizon,
      evaluation: settings.evaluation, scaler: settings.scaler, normalization: settings.normalization,
      calendar: settings.calendar, split: settings.evaluation == .strict ? split : nil, season: season,
      calibration: settings.calibration)
    task.channels = channels
    task.known = known
    task.statics = statics
    task.knownCalendar = settings.knownCalendar
    task.validationHistory = settings.validationHistory
    // Channels differ in unit, so each is scaled by itself, as the long-horizon benchmarks do.
    let usual: ScalerScope? = channels != nil && settings.evaluation == .strict ? .perSeries : nil
    task.scaling = settings.scaling ?? usual
    return task
  }

  /// Prepares windows.
  ///
  /// - Throws: ``PreparationError``.
  public func prepare(_ settings: TaskSettings) throws(PreparationError) -> PreparedData {
    try PreparedData(table: table, task: task(settings), drifting: drifting)
  }
}

extension SeriesTable {
  /// A season that the distance between rows suggests: a day for rows less than a day apart, a year for months, else 1.
  public var inferredSeason: Int {
    guard hasDates, let step = inferredStep, step > 0 else { return 1 }
    if step < CivilTime.day { return CivilTime.day % step == 0 ? Int(CivilTime.day / step) : 1 }
    return (28 * CivilTime.day...31 * CivilTime.day).contains(step) ? 12 : 1
  }
}
