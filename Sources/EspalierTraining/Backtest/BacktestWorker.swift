import EspalierData

/// Trains once and forecasts from the origins that the training is for.
struct BacktestWorker {
  /// What became of it.
  struct Outcome: Sendable {
    let seed: UInt64
    var training: BacktestTraining?
    /// By origin and then by the table's series: a forecast a step.
    var forecasts: [Int: [Int: [Double]]] = [:]
    var failures: [BacktestFailure] = []
    /// Series of the table that were left out at some origin.
    var omitted: [BacktestOmission: Set<Int>] = [:]
    /// The first reason why something was not forecast.
    var error: (any Error)?
    var notes: [String] = []

    mutating func note(_ error: any Error, at origins: some Sequence<Int>) {
      self.error = self.error ?? error
      failures += origins.map { BacktestFailure(origin: $0, seed: seed, reason: "\(error)") }
    }

    mutating func omit(_ series: Int, _ error: PreparationError) {
      guard let reason = BacktestOmission(error) else { return }
      self.error = self.error ?? error
      omitted[reason, default: []].insert(series)
    }
  }

  let backtest: Backtest
  /// The origins, in time order; trained is before the first.
  let origins: Range<Int>
  let seed: UInt64
  let progress: @Sendable (BacktestProgress) -> Void
  let isCancelled: @Sendable () -> Bool

  /// Does the work; only a cancellation is thrown, everything else becomes a failure.
  func work() throws -> Outcome {
    var outcome = Outcome(seed: seed)
    var epochs = 0
    defer { report(nil, advance: backtest.run.training.epochs - epochs) }
    let rows = backtest.plan.fold(origins.lowerBound)
    do {
      let data = try PreparedData(
        fold: rows, of: backtest.table, task: backtest.task, drifting: backtest.drifting)
      outcome.notes = data.notes
      let model = try train(data, &outcome, &epochs)
      for origin in origins { try forecast(from: origin, model, trainedOn: data, &outcome) }
    } catch TrainingError.cancelled {
      throw TrainingError.cancelled
    } catch {
      outcome.note(placed(error, rows), at: origins)
    }
    return outcome
  }

  private func train(_ data: PreparedData, _ outcome: inout Outcome, _ epochs: inout Int) throws -> SavedModel {
    var run = backtest.run
    run.seed = seed
    run.model = run.model.fitting(data)
    let trainer = try Trainer(run, data: data)
    let result = try trainer.run(
      progress: { record in
        epochs += 1
        report(record, advance: 1)
      }, isCancelled: isCancelled)
    outcome.training = BacktestTraining(
      origin: origins.lowerBound, seed: seed, trainWindows: data.train.count, validationWindows: data.validation.count,
      epochs: result.history.count, selectedEpoch: result.selectedEpoch, sparsity: result.sparsity.sparsity)
    return trainer.savedModel
  }

  /// Forecasts from an origin; what goes wrong is a failure of this origin alone.
  private func forecast(
    from origin: Int, _ model: SavedModel, trainedOn first: PreparedData, _ outcome: inout Outcome
  ) throws {
    var rows = backtest.plan.fold(origin)
    do {
      let omitted = try model.preparation.omissions(from: rows, of: backtest.table)
      let isTrainedHere = origin == origins.lowerBound
      for (series, error) in omitted.sorted(by: { $0.key < $1.key }) {
        let canBeForecast = rows[series]?.canBeForecast(lookback: backtest.task.lookback) ?? false
        // The preparation's own notes tell of series that its training left without scales.
        if canBeForecast, !isTrainedHere || error != .unseenSeries(backtest.table.series[series].id) {
          outcome.omit(series, error)
        }
        if !isTrainedHere { rows[series] = nil }
      }
      guard rows.contains(where: { $0 != nil }) else { return }
      let data =
        isTrainedHere ? first : try PreparedData(fold: rows, of: backtest.table, applying: model.preparation)
      // The fold's table leaves out series that take no part.
      let series = rows.indices.filter { rows[$0] != nil }
      let windows = data.test.filter { omitted[series[Int($0.series)]] == nil }
      let points = try model.forecasts(of: windows, data: data, isCancelled: isCancelled)
      try points.checkFinite()
      let (values, horizon) = (points.values, data.horizon)
      var forecasts: [Int: [Double]] = [:]
      for (index, window) in windows.enumerated() {
        forecasts[series[Int(window.series)]] = Array(values[index * horizon..<(index + 1) * horizon])
      }
      outcome.forecasts[origin] = forecasts
    } catch TrainingError.cancelled {
      throw TrainingError.cancelled
    } catch {
      outcome.note(placed(error, rows), at: [origin])
    }
  }

  /// An error with series and time where it names a row, which counts from the fold's first one.
  private func placed(_ error: any Error, _ rows: [FoldRows?]) -> any Error {
    guard case .notFinite(let column, var row)? = error as? PreparationError else { return error }
    let table = backtest.table
    for (series, own) in rows.enumerated() {
      guard let own else { continue }
      let count = own.end - own.start
      if row < count {
        return BacktestError.notFinite(
          column: column, series: table.series[series].id, time: table.times[own.start + row], isDate: table.hasDates)
      }
      row -= count
    }
    return error
  }

  private func report(_ record: EpochRecord?, advance: Int) {
    progress(BacktestProgress(origin: origins.lowerBound, seed: seed, record: record, advance: advance))
  }
}
