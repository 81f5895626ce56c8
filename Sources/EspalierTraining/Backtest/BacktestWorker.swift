import EspalierData
import EspalierStatistics

/// Trains once and forecasts from the origins that the training is for.
struct BacktestWorker {
  /// What became of it.
  struct Outcome: Sendable {
    let seed: UInt64
    var training: BacktestTraining?
    /// By origin and then by the table's series: a forecast a step.
    var forecasts: [Int: [Int: [Double]]] = [:]
    var failures: [BacktestFailure] = []
    /// The first of the failures.
    var error: (any Error)?
    var notes: [String] = []

    mutating func note(_ error: any Error, at origins: some Sequence<Int>) {
      self.error = self.error ?? error
      failures += origins.map { BacktestFailure(origin: $0, seed: seed, reason: "\(error)") }
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
    do {
      let rows = backtest.plan.fold(origins.lowerBound)
      let data = try PreparedData(
        fold: rows, of: backtest.table, task: backtest.task, drifting: backtest.drifting)
      outcome.notes = data.notes
      let model = try train(data, &outcome, &epochs)
      for origin in origins { try forecast(from: origin, model, trainedOn: data, &outcome) }
    } catch TrainingError.cancelled {
      throw TrainingError.cancelled
    } catch {
      outcome.note(error, at: origins)
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
    do {
      let rows = backtest.plan.fold(origin)
      let data =
        origin == origins.lowerBound
        ? first : try PreparedData(fold: rows, of: backtest.table, applying: model.preparation)
      let values = try model.forecasts(of: data.test, data: data, isCancelled: isCancelled).values
      if let position = values.firstIndex(where: { !$0.isFinite }) {
        throw MetricError.forecastNotFinite(position: position)
      }
      // The fold's table leaves out series that take no part.
      let series = rows.indices.filter { rows[$0] != nil }
      let horizon = data.horizon
      var forecasts: [Int: [Double]] = [:]
      for (index, window) in data.test.enumerated() {
        forecasts[series[Int(window.series)]] = Array(values[index * horizon..<(index + 1) * horizon])
      }
      outcome.forecasts[origin] = forecasts
    } catch TrainingError.cancelled {
      throw TrainingError.cancelled
    } catch {
      outcome.note(error, at: [origin])
    }
  }

  private func report(_ record: EpochRecord?, advance: Int) {
    progress(BacktestProgress(origin: origins.lowerBound, seed: seed, record: record, advance: advance))
  }
}
