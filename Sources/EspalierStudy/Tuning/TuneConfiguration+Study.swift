import EspalierData

extension TuneConfiguration {
  /// The study of the first rungs, a grid for every candidate in each.
  ///
  /// - Parameters:
  ///   - rungs: The candidates of every rung so far.
  ///   - settings: The settings of all rungs.
  ///   - histories: By look-back the history of its validation windows; see ``TuneSurvey/histories``.
  /// - Returns: The specification; it has no text.
  func specification(
    of rungs: [[TuneCandidate]], settings: [Rung], histories: [Int: Int]
  ) -> StudySpecification {
    let grids = zip(rungs, settings).enumerated().flatMap { index, pair in
      pair.0.map { candidate in
        var grid = grid(candidate, rung: index, settings: pair.1)
        grid.validationHistory = histories[candidate.lookback]
        return grid
      }
    }
    return StudySpecification(
      name: "tune-\(dataset.name)",
      description: "A search for settings: every candidate of every rung is a grid of its own.", grids: grids)
  }

  /// The name of a candidate's grid in a rung.
  static func gridName(_ candidate: TuneCandidate, rung: Int) -> String {
    "rung \(rung + 1) candidate \(candidate.number)"
  }

  /// The task of a look-back.
  func taskSettings(lookback: Int) -> TaskSettings {
    TaskSettings(
      lookback: lookback, horizon: task.horizon, scaler: task.scaler, normalization: task.normalization,
      calendar: task.calendar)
  }

  private func grid(_ candidate: TuneCandidate, rung: Int, settings: Rung) -> StudyGrid {
    var grid = StudyGrid()
    grid.name = Self.gridName(candidate, rung: rung)
    grid.datasets = [dataset]
    grid.models = [candidate.model]
    grid.lookbacks = [candidate.lookback]
    grid.horizon = task.horizon
    grid.methods = [Self.method(of: candidate, epochs: settings.epochs)]
    grid.seeds = settings.seeds
    grid.firstSeed = firstSeed
    grid.sizes = sizes
    grid.sizes.hidden = candidate.width
    grid.training = training
    grid.training.epochs = settings.epochs
    grid.scaler = task.scaler
    grid.normalization = task.normalization
    grid.calendar = task.calendar
    grid.predictions = false
    return grid
  }

  /// The pruning of a candidate: the corrected rule, after a tenth of the epochs.
  private static func method(of candidate: TuneCandidate, epochs: Int) -> StudyMethod {
    guard let schedule = candidate.schedule else { return StudyMethod(name: "none", regularizer: .none) }
    var method = StudyMethod(name: "\(schedule) to \(candidate.sparsity)", regularizer: .synapticPruning)
    method.pruning.preset = .default
    method.pruning.schedule = schedule
    method.pruning.sparsity = candidate.sparsity
    method.pruning.warmup = epochs / 10
    return method
  }
}
