import EspalierData
import EspalierNN
import EspalierStatistics

/// A backtest with a rolling origin, prepared: data, origins and the model that is trained at them.
///
/// Every fold is cut out of the data before anything is fitted: of every series, scalers, imputation, early stopping
/// and weights see the rows before its own origin, and of those behind it only the columns that are known in advance.
/// Where the origins of a panel lie at different times, the one model learns from rows of some series that are later
/// than the origin of others; ``BacktestConfiguration/Alignment/calendar`` rules that out.
///
/// - Source: Tashman 2000, doi:10.1016/S0169-2070(00)00065-0.
public struct Backtest: Sendable {
  /// The origins.
  public let configuration: BacktestConfiguration
  /// The name of the data.
  public let dataset: String
  /// What was done to the data and what to bear in mind, one sentence each.
  public let notes: [String]
  let table: SeriesTable
  let task: ForecastTask
  let run: RunConfiguration
  let drifting: [String]
  let plan: BacktestPlan
  private let target: [Double]

  /// Checks the settings and places the origins; nothing is trained yet.
  ///
  /// - Parameters:
  ///   - configuration: The origins.
  ///   - table: The data.
  ///   - task: What is forecast from what, in the strict evaluation; a fixed split of it doesn't apply.
  ///   - run: The model and its training; inputs, look-back and horizon come with data and task, and the seed is the first
  ///     one.
  ///   - drifting: Features that the window normalization applies to, beside the target.
  ///   - dataset: A name for the data.
  /// - Throws: A typed error when a setting is out of range, a column is missing or the data are too short.
  public init(
    _ configuration: BacktestConfiguration, table: SeriesTable, task: ForecastTask, run: RunConfiguration,
    drifting: [String] = [], dataset: String = "data"
  ) throws {
    try Self.check(configuration, evaluation: task.evaluation, calibration: task.calibration)
    var (task, run) = (task, run)
    task.split = nil
    task.normalization = task.normalization ?? run.model.kind.usualNormalization(under: task.evaluation)
    try task.validate()
    (run.model.lookback, run.model.horizon) = (task.lookback, task.horizon)
    try run.validate()
    let table = try task.arranged(table)
    if task.channels != nil { task.channels = table.series.map(\.id) }
    for name in (task.features ?? []) + (task.known ?? []) + drifting { _ = try table.column(name) }
    let values = try table.column(task.target).values
    let spans = Self.spans(of: values, in: table)
    guard spans.contains(where: { !$0.isEmpty }) else { throw BacktestError.missingTarget(task.target) }
    let usable = zip(table.series, spans).filter { $1.count >= task.lookback }
    try table.checkStatics(task.statics ?? [], of: usable.map { SeriesRows(id: $0.id, rows: $1) })
    plan = try BacktestPlan(
      table, spans: spans, configuration: configuration, lookback: task.lookback, horizon: task.horizon)
    self.configuration = configuration
    self.dataset = dataset
    self.table = table
    self.task = task
    self.run = run
    self.drifting = drifting
    target = values
    notes = table.notes + Self.remarks(on: plan, configuration)
  }

  /// The rows of every series up to its last known target.
  private static func spans(of target: [Double], in table: SeriesTable) -> [Range<Int>] {
    table.series.map { one in
      one.rows.lowerBound..<(one.rows.last { !target[$0].isNaN } ?? one.rows.lowerBound - 1) + 1
    }
  }

  /// What to bear in mind about the origins.
  private static func remarks(on plan: BacktestPlan, _ configuration: BacktestConfiguration) -> [String] {
    var result: [String] = []
    if configuration.groups.contains(where: { plan.learnsAhead(at: $0.lowerBound) }) {
      result.append(
        "The origins of the series lie at different times, so a fold learns from rows of some series that are later "
          + "than the origin of others; the calendar alignment rules that out.")
    }
    let sparse = plan.sparseSeries
    if sparse > 0 {
      result.append(
        "\(sparse) of \(plan.spans.count) series have rows at no more than every second moment that origins are "
          + "counted in, so that a horizon of their rows reaches further than as many moments; give series on one grid, or count "
          + "origins from the end of every series.")
    }
    if case .sliding(let rows?) = configuration.window, rows > plan.before {
      result.append(
        "The sliding window holds \(rows) \(configuration.alignment.units) and \(plan.before) lie before the first "
          + "origin, so that it expands until it is full.")
    }
    return result
  }

  /// Epochs of all trainings at most, for telling how much time is left.
  public var work: Int {
    let (product, overflow) = run.training.epochs.multipliedReportingOverflow(
      by: configuration.groups.count * configuration.trials)
    return overflow ? .max : product
  }

  /// The model that is trained.
  public var model: ModelKind { run.model.kind }

  /// Trains and forecasts at all origins, side by side.
  ///
  /// - Parameters:
  ///   - threads: Trainings at once. Results do not depend on it.
  ///   - progress: Called after every epoch and every training, from any thread.
  ///   - isCancelled: Asked before every step, from any thread.
  /// - Returns: The forecasts and their scores. What a training could not forecast stands in its failures.
  /// - Throws: ``TrainingError/cancelled``, or the first failure when there is no forecast at all.
  public func run(
    threads: Int, progress: @escaping @Sendable (BacktestProgress) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> BacktestReport {
    var forecasts = try mapInParallel(count: configuration.origins, threads: threads) { origin in
      if isCancelled() { throw TrainingError.cancelled }
      return try withoutModel(origin)
    }
    let groups = configuration.groups
    let trials = configuration.trials
    let outcomes = try mapInParallel(count: groups.count * trials, threads: threads) { index in
      try BacktestWorker(
        backtest: self, origins: groups[index / trials], seed: run.seed &+ UInt64(index % trials), progress: progress,
        isCancelled: isCancelled
      ).work()
    }
    for outcome in outcomes {
      for (origin, values) in outcome.forecasts {
        for place in forecasts[origin].indices {
          guard let own = values[forecasts[origin][place].series] else { continue }
          let steps = forecasts[origin][place].truths.count
          forecasts[origin][place].trials.append(.init(seed: outcome.seed, values: Array(own.prefix(steps))))
        }
      }
    }
    return try report(forecasts.flatMap { $0.filter { !$0.trials.isEmpty } }, outcomes)
  }

  /// What does not depend on a model, of every series that a fold can forecast.
  private func withoutModel(_ origin: Int) throws -> [BacktestForecast] {
    try plan.fold(origin).enumerated().compactMap { series, rows in
      guard let rows, rows.canBeForecast(lookback: task.lookback) else { return nil }
      return try BacktestForecast(
        origin: origin, series: series, rows: rows, of: table, target: target, season: task.season,
        horizon: task.horizon)
    }
  }

  private func report(_ forecasts: [BacktestForecast], _ outcomes: [BacktestWorker.Outcome]) throws -> BacktestReport {
    if forecasts.isEmpty { throw outcomes.lazy.compactMap(\.error).first ?? MetricError.nothingToScore }
    let series = table.series.map(\.id)
    // The channels of a wide table differ in unit, so that their volumes say nothing.
    let scorer = BacktestScorer(forecasts, season: task.season, weighs: series.count > 1 && task.channels == nil)
    var notes = notes + BacktestOmission.notes(outcomes.map(\.omitted), seriesCount: series.count)
    for note in outcomes.flatMap(\.notes) where !notes.contains(note) { notes.append(note) }
    let isSliding = if case .sliding = configuration.window { true } else { false }
    let day: Int64 = 86_400_000
    return BacktestReport(
      dataset: dataset, task: task, configuration: configuration, step: plan.step,
      windowRows: isSliding ? plan.length : nil, run: run, series: series, hasDates: table.hasDates,
      hasTimeOfDay: table.times.contains { $0 % day != 0 }, notes: notes,
      trainings: outcomes.compactMap(\.training),
      failures: outcomes.flatMap(\.failures).sorted {
        ($0.origin, $0.seed) < ($1.origin, $1.seed)
      },
      forecasts: forecasts, overall: try scorer.overall(), byOrigin: try scorer.byOrigin(configuration.origins),
      byStep: try scorer.byStep(task.horizon), bySeries: try scorer.bySeries(series.count))
  }
}
