/// Scaled rows and the windows over them, ready for training; immutable, so that trials at once can share it.
///
/// Rows are stored as 32-bit floats, windows as row numbers: memory grows with rows, never with windows times look-back.
public struct PreparedData: Sendable {
  /// What was fitted, for the model's file.
  public let fitted: FittedPreparation
  /// Windows to train on, in time order (series after series).
  public let train: [Window]
  /// Windows to stop and select by; the same as ``test`` in the paper's evaluation.
  public let validation: [Window]
  /// Windows to calibrate intervals on, between validation and test; empty unless the task keeps some.
  public let calibration: [Window]
  /// Windows to report.
  public let test: [Window]
  /// Windows that forecast behind the last row of each series, from the whole of the data.
  public let future: [Window]
  /// What was done to columns and series, one sentence each.
  public let notes: [String]
  /// What must be known of the windows of ``future``, one sentence each.
  public let futureNotes: [String]
  /// The ids of the series that a model of these data is trained on; nil where ``FittedPreparation/trainedSeries`` is.
  let trainedSeries: [String]?
  /// The ids of the series, by the windows' `series`; one empty id when the data are no panel.
  public let seriesNames: [String]

  /// Rows by inputs, scaled and filled.
  let matrix: [Float]
  /// The target in its unit, missing values filled as in the inputs.
  let targetValues: [Double]
  /// Whether the target was there and not filled; nil when filled values count as known.
  let targetKnown: [Bool]?
  let times: [Int64]
  let hasDates: Bool
  let seriesRows: [SeriesRows]
  /// The target's scaler in every series; empty where all share one.
  let targetScalers: [ColumnScaler]
  let covariates: CovariateContent
  /// The day of the month that every series keeps to; empty where steps are no months.
  let monthDays: [Int?]

  /// The names of the inputs, in order.
  public var inputNames: [String] { fitted.inputNames }
  /// The number of inputs a step.
  public var inputCount: Int { fitted.inputCount }
  /// The number of inputs that are known of every forecast step.
  public var futureCount: Int { fitted.futureCount }
  /// The number of inputs that don't change within a series.
  public var staticCount: Int { fitted.staticCount }
  /// Steps of history in a window.
  public var lookback: Int { fitted.task.lookback }
  /// Steps to forecast.
  public var horizon: Int { fitted.task.horizon }
  /// The mean absolute error of the seasonal naive forecast on the training rows, in the target's unit: MASE's scale.
  ///
  /// NaN when no two neighbouring training rows have a target.
  public var seasonalScale: Double { fitted.seasonalScale ?? .nan }

  /// Fits a task's preparation to a table and lists its windows.
  ///
  /// - Parameters:
  ///   - table: The data.
  ///   - task: What is forecast from what.
  ///   - drifting: The features that the window normalization applies to, beside the target.
  /// - Throws: ``PreparationError``, one sentence on what to do.
  public init(table: SeriesTable, task: ForecastTask, drifting: [String] = []) throws(PreparationError) {
    try task.validate()
    let table = try task.arranged(table)
    var task = task
    if task.channels != nil { task.channels = table.series.map(\.id) }
    let needed = task.lookback + task.horizon
    let longest = table.series.map(\.rows.count).max() ?? 0
    guard longest >= needed else {
      throw .tooShort(longest: longest, lookback: task.lookback, horizon: task.horizon)
    }
    var notes: [String] = []
    if task.evaluation == .paper, task.split != nil {
      notes.append("The fixed split does not apply to the paper's evaluation, which cuts at 80 % of the windows.")
    }
    let short = table.series.count { $0.rows.count < needed }
    if short > 0 {
      notes.append("\(short) of \(table.series.count) series have fewer than \(needed) rows and were skipped.")
    }
    var parts =
      task.evaluation == .strict ? try ChronologicalSplit.parts(of: table, fixed: task.split) : []
    if let share = task.calibration { parts = CalibrationPart.reserving(share, of: parts, table: table) }
    var fitting = PreparationFitting(table: table, task: task, drifting: drifting, parts: parts, notes: notes)
    let fitted = try fitting.fit()
    let scales = try SeriesScales(fitted, table: table, unseen: nil)
    let content = try PreparedContent(fitted: fitted, table: table, scales: scales)
    let lists = WindowLists(
      table: table, task: task, parts: parts, known: content.targetKnown, scales: scales,
      origins: table.series.map { content.firstFutureRow(of: $0, fitted) })
    try lists.check(parts: parts, task: task)
    notes = fitting.notes
    if fitted.series == nil { notes += content.notesOnTargets(of: table, fitted, rows: needed) }
    let trained = table.isPanel && fitted.series == nil ? lists.trainedSeries(of: table) : nil
    try self.init(
      fitted: fitted, table: table, content: content, lists: lists, scales: scales, notes: notes, trained: trained)
  }

  /// Applies what was fitted before to new data.
  init(applying fitted: FittedPreparation, to table: SeriesTable, unseen: UnseenSeries) throws(PreparationError) {
    let task = fitted.task
    try task.validate()
    let longest = table.series.map(\.rows.count).max() ?? 0
    guard longest >= task.lookback else {
      throw .tooShort(longest: longest, lookback: task.lookback, horizon: 0)
    }
    let short = table.series.count { $0.rows.count < task.lookback }
    var notes =
      short == 0
      ? [] : ["\(short) of \(table.series.count) series have fewer than \(task.lookback) rows and were skipped."]
    let scales = try SeriesScales(fitted, table: table, unseen: unseen)
    let new = scales.newCount
    if new > 0 {
      notes.append(
        "\(new) of \(table.series.count) series were not trained on: their scalers come from their own rows, so none of "
          + "their windows is scored.")
    }
    notes += fitted.notesOnUntrained(table) + fitted.notesOnGrid(table)
    let content = try PreparedContent(fitted: fitted, table: table, scales: scales)
    try content.checkTargets(of: table, fitted)
    notes += content.notesOnTargets(of: table, fitted, rows: task.lookback)
    let lists = WindowLists(
      allOf: table, task: task, known: content.targetKnown, scales: scales,
      origins: table.series.map { content.firstFutureRow(of: $0, fitted) })
    try self.init(
      fitted: fitted, table: table, content: content, lists: lists, scales: scales, notes: notes,
      futureNotes: content.notesOnFuture(of: table, fitted))
  }

  /// Lists the windows of all parts of new data under what was fitted before: nothing is fitted again.
  ///
  /// - Parameters:
  ///   - table: Data with the columns that the preparation names, in its step.
  ///   - preparation: What was fitted, to other data; its scale of MASE stays.
  ///   - split: The parts of the new data, where a benchmark fixes them.
  ///   - calibration: The share of validation that is kept apart to calibrate intervals on; nil keeps none.
  /// - Throws: ``PreparationError``, one sentence on what to do.
  public init(
    table: SeriesTable, preparation: FittedPreparation, split: FixedSplit? = nil, calibration: Double? = nil
  ) throws(PreparationError) {
    try preparation.checkGrid(of: table)
    var fitted = preparation
    fitted.task.split = split
    fitted.task.calibration = calibration
    // A search compared look-backs by it; here is one look-back.
    fitted.task.validationHistory = nil
    let task = fitted.task
    try task.validate()
    let inputs = fitted.columns.map(\.name).filter { $0 != fitted.target.name }
    let table = try task.arranged(table, inputs: inputs)
    let needed = task.lookback + task.horizon
    let longest = table.series.map(\.rows.count).max() ?? 0
    guard longest >= needed else {
      throw .tooShort(longest: longest, lookback: task.lookback, horizon: task.horizon)
    }
    let short = table.series.count { $0.rows.count < needed }
    var notes = preparation.notesOnGrid(table)
    if short > 0 {
      notes.append("\(short) of \(table.series.count) series have fewer than \(needed) rows and were skipped.")
    }
    var parts = task.evaluation == .strict ? try ChronologicalSplit.parts(of: table, fixed: split) : []
    if let share = task.calibration { parts = CalibrationPart.reserving(share, of: parts, table: table) }
    let scales = try SeriesScales(fitted, table: table, unseen: .refuse)
    let content = try PreparedContent(fitted: fitted, table: table, scales: scales)
    let lists = WindowLists(
      table: table, task: task, parts: parts, known: content.targetKnown, scales: scales,
      origins: table.series.map { content.firstFutureRow(of: $0, fitted) })
    try lists.check(parts: parts, task: task)
    let trained = preparation.trainedSeries.map { before in
      let known = Set(before)
      return before + (table.isPanel ? lists.trainedSeries(of: table).filter { !known.contains($0) } : [])
    }
    try self.init(
      fitted: fitted, table: table, content: content, lists: lists, scales: scales, notes: notes, trained: trained)
  }

  /// Puts together what was prepared.
  init(
    fitted: FittedPreparation, table: SeriesTable, content: PreparedContent, lists: WindowLists, scales: SeriesScales,
    notes: [String], futureNotes: [String] = [], trained: [String]? = nil
  ) throws(PreparationError) {
    covariates = try CovariateContent(fitted: fitted, table: table, content: content)
    self.fitted = fitted
    train = lists.train
    validation = lists.validation
    calibration = lists.calibration
    test = lists.test
    future = lists.future
    self.notes = notes
    self.futureNotes = futureNotes
    trainedSeries = trained
    seriesNames = table.series.map(\.id)
    matrix = content.matrix
    targetValues = content.targetValues
    targetKnown = content.targetKnown
    times = table.times
    hasDates = table.hasDates
    seriesRows = table.series
    targetScalers = scales.targetScalers
    if case .months = fitted.grid { monthDays = table.series.map(table.monthDay) } else { monthDays = [] }
  }
}
