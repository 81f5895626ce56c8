import Espalier

/// Options that let a training begin with a finished model's weights.
enum WarmStartOptions {
  static let model = Option(
    "warm-start", .text("model"), otherwise: "random weights",
    help: "Begin with the weights of a model that 'espalier train --out' wrote; it decides about columns, look-back, "
      + "horizon and sizes, and pruned weights stay pruned")
  static let refit = Option.flag(
    "refit-preparation", help: "Fit scales and means to the new data instead of keeping the model's own")
  static let regrow = Option.flag("regrow", help: "Let weights that the model has pruned grow again")

  static let section = Command.Section("Warm start", [model.parameter, refit.parameter, regrow.parameter])

  /// The training that begins with a model; nil when the command line names none.
  ///
  /// - Throws: `UsageError` when an option contradicts the model, or a typed error when it can't be read.
  static func job(_ context: Context) throws -> TrainingJob? {
    guard let path = context[model] else {
      for option in [refit, regrow] where context[option] {
        throw UsageError.conflict("\(option.parameter.label) has no effect without --warm-start; leave it out.")
      }
      return nil
    }
    let saved = try SavedModel(path: path)
    try refuseContradictions(context, saved, path: path)
    let task = saved.preparation.task
    var source = try DataOptions.source(context, needsTarget: false)
    if source.kind == .file {
      source.reading = DataOptions.reading(context, base: saved.reading ?? ReadOptions())
      source.reading.excluded = context[DataOptions.exclude]
    }
    var training = try TrainingOptions.configuration(context, evaluation: task.evaluation)
    // The head's rows are those of the model's own loss.
    if !context.arguments.isGiven(TrainingOptions.loss) { training.loss = saved.run.training.loss }
    return TrainingJob(
      source: source,
      task: TaskSettings(
        lookback: task.lookback, horizon: task.horizon, evaluation: task.evaluation, scaler: task.scaler,
        normalization: saved.preparation.normalization, calendar: task.calendar),
      model: saved.run.model, training: training,
      regularizer: try RegularizerOptions.configuration(
        context, model: saved.run.model.kind, evaluation: task.evaluation),
      seed: UInt64(context[TrainingOptions.seed]),
      warmStart: WarmStart(path: path, refitsPreparation: context[refit], regrows: context[regrow]))
  }

  private static func refuseContradictions(
    _ context: Context, _ saved: SavedModel, path: String
  ) throws(UsageError) {
    let (sizes, task) = (saved.run.model, saved.preparation.task)
    var stated: [(option: Parameter, given: String, own: String)] = [
      (ModelOptions.model.parameter, context[ModelOptions.model].rawValue, sizes.kind.rawValue),
      (TaskOptions.evaluation.parameter, context[TaskOptions.evaluation].rawValue, task.evaluation.rawValue),
      (TaskOptions.scaler.parameter, context[TaskOptions.scaler].rawValue, task.scaler.rawValue),
      (
        TaskOptions.normalization.parameter, context[TaskOptions.normalization]?.rawValue ?? "",
        saved.preparation.normalization.rawValue
      ),
      (TaskOptions.calendar.parameter, "\(context[TaskOptions.calendar])", "\(task.calendar)"),
      (
        TaskOptions.knownCalendar.parameter, "\(context[TaskOptions.knownCalendar])",
        "\(task.knownCalendar ?? false)"
      ),
      (
        TaskOptions.scaling.parameter, context[TaskOptions.scaling]?.rawValue ?? "",
        (task.scaling ?? .shared).rawValue
      ),
    ]
    stated += [
      (ModelOptions.hidden, sizes.hidden), (ModelOptions.heads, sizes.heads), (ModelOptions.layers, sizes.layers),
      (ModelOptions.feedForward, sizes.feedForward), (TaskOptions.lookback, task.lookback),
      (TaskOptions.horizon, task.horizon), (ModelOptions.patchLength, sizes.patchSize.length),
      (ModelOptions.patchStride, sizes.patchSize.stride),
    ].map { ($0.0.parameter, "\(context[$0.0])", "\($0.1)") }
    if !context[refit] {
      stated.append((DataOptions.target.parameter, context[DataOptions.target] ?? "", task.target))
    }
    for (option, given, own) in stated where context.arguments.isGiven(label: option.label) && given != own {
      throw .conflict("\(option.label) \(given) contradicts the model in '\(path)', which has \(own); leave it out.")
    }
    if context[refit] { return }
    let columns = [
      DataOptions.features.parameter, DataOptions.exclude.parameter, DataOptions.drifting.parameter,
      DataOptions.known.parameter, DataOptions.statics.parameter, DataOptions.channels.parameter,
    ]
    if let option = columns.first(where: { context.arguments.isGiven(label: $0.label) }) {
      throw .conflict(
        "\(option.label) has no effect with --warm-start, whose model knows its columns; leave it out or add "
          + "--refit-preparation.")
    }
  }
}
