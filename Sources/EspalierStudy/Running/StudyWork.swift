import EspalierTraining

/// A rough measure of how long runs take, for their order and for telling how much time is left.
struct StudyWork {
  /// The work of a run; at least 1, without unit.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - windows: Its task's.
  /// - Returns: Model steps over windows; a forecast costs about a third of a training step.
  static func units(of run: StudyRun, windows: TrainingReport.Windows) -> Int {
    let passes = run.regularizer.kind == .monteCarloDropout && run.task.evaluation == .strict ? 50.0 : 1
    let epochs = Double(run.training.epochs)
    let steps = epochs * (Double(windows.train) + Double(windows.validation) / 3) + passes * Double(windows.test) / 3
    let units = Double(run.model.kind.relativeWork(lookback: run.task.lookback)) * steps / 1000
    return Int(min(max(1, units), 1e12))
  }
}
