import Espalier

/// Options that say how a model is trained.
enum TrainingOptions {
  private static let published = TrainingConfiguration()

  static let epochs = Option(
    "epochs", .int("number", from: 1, to: 1_000_000), default: published.epochs, help: "Epochs at most")
  static let batch = Option(
    "batch", .int("windows", from: 1, to: 65_536), default: published.batchSize, help: "Windows in a batch")
  static let optimizer = Option(
    "optimizer", .choice(OptimizerConfiguration.Kind.self), default: .adam, help: "The optimizer")
  static let learningRate = Option(
    "learning-rate", .double("number", above: 0), default: published.optimizer.learningRate,
    help: "The highest learning rate")
  static let weightDecay = Option(
    "weight-decay", .double("number", from: 0), otherwise: "0.01 for adamw, else 0", help: "Weight decay")
  static let momentum = Option(
    "momentum", .double("number", from: 0, to: 0.9999), otherwise: "0 for sgd, else 0.9",
    help: "Momentum; the first beta of adam and adamw")
  static let rateSchedule = Option(
    "rate-schedule", .choice(["constant", "cosine", "one-cycle"]), default: "constant",
    help: "How the learning rate moves over the training")
  static let loss = Option(
    "loss", .choice(["mse", "mae", "huber", "quantile", "normal", "student-t"]), default: "mse",
    help: "What is minimized; the last three forecast quantiles too")
  static let huberDelta = Option(
    "huber-delta", .double("number", above: 0), default: 1,
    help: "Where the Huber loss turns from square to linear, in scaled units")
  static let quantiles = Option(
    "quantiles", list: .double("levels", above: 0, below: 1), default: LossKind.usualLevels,
    help: "Levels of the quantile loss, ascending; they reach around 0.5, which is the point forecast")
  static let clip = Option(
    "clip", .double("norm", above: 0), otherwise: "no clipping", help: "The largest norm of the gradient")
  static let patience = Option(
    "patience", .int("epochs", from: 1), default: published.patience,
    help: "Epochs without a better validation loss before training stops; strict evaluation only")
  static let selectFrom = Option(
    "select-from", .int("epoch", from: 0), otherwise: "three quarters of the epochs",
    help:
      "The first epoch, counted from 0, that may be selected or stop training, though none before pruning has ended; "
      + "strict evaluation only")
  static let seed = Option(
    "seed", .int("number", from: 0), default: 42, help: "Start of all random numbers; same seed, same result")
  /// For commands that run several trainings.
  static let threads = Option(
    "threads", .int("number", from: 1, to: 1024), otherwise: "one for each processor",
    help: "Trainings at once; results do not depend on it")

  static let common = [
    epochs.parameter, batch.parameter, optimizer.parameter, learningRate.parameter, weightDecay.parameter,
    momentum.parameter, rateSchedule.parameter, loss.parameter, huberDelta.parameter, quantiles.parameter,
    clip.parameter, patience.parameter, selectFrom.parameter, seed.parameter,
  ]
  static let section = Command.Section("Training", common)

  /// What the command line says.
  ///
  /// - Throws: `UsageError` when an option has no effect beside the others.
  static func configuration(_ context: Context, evaluation: Evaluation) throws -> TrainingConfiguration {
    let given = context.arguments
    if given.isGiven(huberDelta), context[loss] != "huber" {
      throw UsageError.conflict(
        "--huber-delta has no effect on the loss '\(context[loss])'; leave it out or choose huber.")
    }
    if given.isGiven(quantiles), context[loss] != "quantile" {
      throw UsageError.conflict(
        "--quantiles has no effect on the loss '\(context[loss])'; leave it out or choose quantile.")
    }
    if given.isGiven(momentum), context[rateSchedule] == "one-cycle" {
      throw UsageError.conflict("--momentum has no effect beside the one-cycle rate, which moves it; leave it out.")
    }
    if given.isGiven(patience), evaluation == .paper {
      throw UsageError.conflict(
        "--patience has no effect in the paper's evaluation, which has a rule of its own; leave it out.")
    }
    if context[selectFrom] != nil, evaluation == .paper {
      throw UsageError.conflict(
        "--select-from has no effect in the paper's evaluation, which has a rule of its own; leave it out.")
    }
    if let first = context[selectFrom], first >= context[epochs] {
      throw UsageError.conflict(
        "--select-from \(first) leaves no epoch to select among \(context[epochs]); give at most \(context[epochs] - 1)."
      )
    }
    var result = TrainingConfiguration()
    result.epochs = context[epochs]
    result.firstSelectedEpoch = context[selectFrom]
    result.batchSize = context[batch]
    result.optimizer = OptimizerConfiguration(
      kind: context[optimizer], learningRate: context[learningRate], momentum: context[momentum],
      weightDecay: context[weightDecay])
    result.patience = context[patience]
    result.clipping = try context[clip].map { try GradientClipping(maximumNorm: $0) }
    switch context[rateSchedule] {
    case "cosine": result.learningRateSchedule = .cosine()
    case "one-cycle": result.learningRateSchedule = .oneCycle()
    default: result.learningRateSchedule = .constant
    }
    switch context[loss] {
    case "mae": result.loss = .meanAbsoluteError
    case "huber": result.loss = .huber(delta: context[huberDelta])
    case "quantile": result.loss = .quantiles(context[quantiles])
    case "normal": result.loss = .normal
    case "student-t": result.loss = .studentT
    default: result.loss = .meanSquaredError
    }
    do { try result.loss.validate() } catch { throw UsageError.conflict("--quantiles is wrong: \(error)") }
    return result
  }
}
