import EspalierData
import EspalierStatistics

extension SavedModel {
  /// Reads data, prepares them as those of the training, and forecasts.
  ///
  /// - Parameters:
  ///   - source: The data; columns are chosen by the model.
  ///   - everyWindow: Forecasts all windows with known targets and scores them, instead of what comes after the last row.
  ///   - levels: The levels of the quantiles; nil takes the loss' own.
  ///   - unseen: What becomes of a series that was not trained on, where every series has scalers of its own.
  ///   - threads: How many threads forecast side by side, at least 1; forecasts do not depend on it.
  ///   - isCancelled: Asked again and again.
  /// - Returns: The forecasts in the target's unit.
  /// - Throws: A typed error when the data can't be read, lack a column or are too short, or when the model's loss
  ///   doesn't tell the levels.
  public func forecast(
    _ source: DataSource, everyWindow: Bool, levels: [Double]? = nil, unseen: UnseenSeries = .refuse, threads: Int = 1,
    isCancelled: () -> Bool = { false }
  ) throws -> ForecastReport {
    if let levels { _ = try OutputReader(run.training.loss, levels: levels) }
    let loaded = try source.load(for: preparation)
    let data = try preparation.windows(of: loaded.table, unseen: unseen)
    let windows = everyWindow ? data.test : data.future
    if !everyWindow { try data.checkFuture(of: windows) }
    let forecasts = try checkedForecasts(
      of: windows, data: data, levels: levels, threads: threads, isCancelled: isCancelled)
    var draft = ForecastDraft(data: data, windows: windows, forecasts: forecasts)
    draft.isScored = everyWindow
    return try draft.report(
      dataset: loaded.name, notes: loaded.table.notes + data.notes + (everyWindow ? [] : data.futureNotes))
  }

  /// Reads data, prepares them as those of the training, and forecasts what comes after their last rows.
  ///
  /// - Parameters:
  ///   - source: The data; columns are chosen by the model.
  ///   - request: How many steps, and which intervals.
  ///   - threads: How many threads forecast side by side, at least 1; forecasts do not depend on it.
  ///   - isCancelled: Asked again and again.
  /// - Returns: The forecasts in the target's unit.
  /// - Throws: What ``ForecastRequest/validate(for:)`` throws, or a typed error when the data can't be read or don't fit.
  public func forecast(
    _ source: DataSource, _ request: ForecastRequest, threads: Int = 1, isCancelled: () -> Bool = { false }
  ) throws -> ForecastReport {
    try request.validate(for: self)
    let loaded = try source.load(for: preparation)
    return try forecast(loaded.table, request, dataset: loaded.name, threads: threads, isCancelled: isCancelled)
  }

  /// Forecasts what comes after the last row of each series of a table.
  ///
  /// Intervals are calibrated on windows of the table behind ``extent``: the model was neither trained on nor selected by
  /// their targets. Of every series the latest count, twice as many as adaptive intervals look back, and of split ones as
  /// many as the highest coverage needs where that is more. Each interval is widened until it holds the forecast and
  /// the interval of the next lower coverage.
  ///
  /// - Parameters:
  ///   - table: Data with the columns that the model reads.
  ///   - request: How many steps, and which intervals.
  ///   - dataset: A name for the report.
  ///   - threads: How many threads forecast side by side, at least 1; forecasts do not depend on it.
  ///   - isCancelled: Asked again and again.
  /// - Returns: The forecasts in the target's unit.
  /// - Throws: What ``ForecastRequest/validate(for:)`` throws, ``ForecastRequestError`` when intervals can't be calibrated,
  ///   a `PreparationError` when the table does not fit the model, or ``TrainingError/cancelled``.
  public func forecast(
    _ table: SeriesTable, _ request: ForecastRequest = ForecastRequest(), dataset: String = "", threads: Int = 1,
    isCancelled: () -> Bool = { false }
  ) throws -> ForecastReport {
    try request.validate(for: self)
    let data = try preparation.windows(of: table, unseen: request.unseen)
    let windows = data.future
    try data.checkFuture(of: windows)
    let forecasts = try checkedForecasts(of: windows, data: data, threads: threads, isCancelled: isCancelled)
    var draft = ForecastDraft(data: data, windows: windows, forecasts: forecasts)
    draft.steps = request.horizon ?? data.horizon
    draft.historyRows = request.history
    var notes = table.notes + data.notes + data.futureNotes
    if !request.levels.isEmpty {
      let calibration = ForecastCalibration(
        model: self, data: data, request: request, steps: draft.steps, threads: threads)
      let calibrated = try calibration.intervals(of: windows, forecasts: forecasts, isCancelled: isCancelled)
      draft.intervals = calibrated.intervals
      draft.origin = calibrated.origin
      notes += calibrated.notes
    }
    return try draft.report(dataset: dataset, notes: notes)
  }

  /// Forecasts of windows, all of them finite.
  ///
  /// - Throws: As ``forecasts(of:data:levels:threads:isCancelled:)``, ``SavedModelError/nothingToForecast(target:)``
  ///   without windows, or `MetricError.forecastNotFinite`.
  func checkedForecasts(
    of windows: [Window], data: PreparedData, levels: [Double]? = nil, threads: Int, isCancelled: () -> Bool
  ) throws -> WindowForecasts {
    if windows.isEmpty { throw SavedModelError.nothingToForecast(target: preparation.target.name) }
    let forecasts = try forecasts(
      of: windows, data: data, levels: levels, threads: threads, isCancelled: isCancelled)
    try forecasts.checkFinite()
    return forecasts
  }
}

/// Forecasts of windows that become a report.
struct ForecastDraft {
  let data: PreparedData
  let windows: [Window]
  let forecasts: WindowForecasts
  /// The first steps of the horizon that the report has.
  var steps: Int
  /// Level after level, `windows * steps` intervals each.
  var intervals: [[PredictionInterval]] = []
  /// Where the intervals come from; nil where there are none.
  var origin: ForecastIntervals?
  /// Whether the forecasts are held against what came to pass.
  var isScored = false
  /// Rows before each window that the report has, at most.
  var historyRows = 0

  init(data: PreparedData, windows: [Window], forecasts: WindowForecasts) {
    self.data = data
    self.windows = windows
    self.forecasts = forecasts
    steps = data.horizon
  }

  func report(dataset: String, notes: [String]) throws -> ForecastReport {
    let points = points()
    let isDaily = (data.fitted.step ?? CivilTime.day) % CivilTime.day == 0
    return ForecastReport(
      dataset: dataset, target: data.fitted.target.name, isPanel: data.seriesNames != [""],
      hasDates: data.timesAreDates, hasTimeOfDay: !points.allSatisfy { $0.time % CivilTime.day == 0 } || !isDaily,
      notes: notes, levels: forecasts.quantiles?.levels ?? [], intervals: origin, points: points, history: history(),
      metrics: isScored ? try data.metrics(of: windows, forecasts: forecasts.values) : nil,
      scaled: isScored ? try data.scaledErrors(of: windows, forecasts: forecasts.values) : nil,
      naive: isScored ? try data.naiveMetrics(of: windows) : nil)
  }

  private func points() -> [ForecastPoint] {
    var points: [ForecastPoint] = []
    points.reserveCapacity(windows.count * steps)
    for (index, window) in windows.enumerated() {
      for step in 0..<steps {
        let place = index * data.horizon + step
        let truth = data.truth(window, step: step)
        points.append(
          ForecastPoint(
            series: data.seriesNames[Int(window.series)], time: data.time(window, step: step), step: step + 1,
            forecast: forecasts.values[place], deviation: forecasts.spread?[place],
            quantiles: forecasts.quantiles.map { Array($0[place]) },
            intervals: origin == nil ? nil : intervals.map { $0[index * steps + step] },
            truth: truth.isNaN ? nil : truth))
      }
    }
    return points
  }

  private func history() -> [ForecastHistory] {
    guard historyRows > 0 else { return [] }
    return windows.map { window in
      let rows = data.history(before: window, rows: historyRows)
      return ForecastHistory(
        series: data.seriesNames[Int(window.series)], times: rows.map(\.time),
        values: rows.map { $0.value.isNaN ? nil : $0.value })
    }
  }
}
