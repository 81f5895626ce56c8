import EspalierNN
import EspalierTensor
import EspalierTraining

extension JSON5Fields {
  /// Sizes, with what is not written taken from a base.
  func sizes(from base: ModelConfiguration) throws -> ModelConfiguration {
    var result = base
    let size = JSON5Rule.integer(in: 1...ModelConfiguration.largestSize)
    try take("hidden", size, into: &result.hidden)
    try take("heads", size, into: &result.heads)
    try take("layers", size, into: &result.layers)
    try take("feedForward", size, into: &result.feedForward)
    return result
  }

  /// A training, with what is not written taken from a base.
  func training(from base: TrainingConfiguration) throws -> TrainingConfiguration {
    var result = base
    try take("epochs", .integer(in: 1...1_000_000), into: &result.epochs)
    try take("batchSize", .integer(in: 1...65_536), into: &result.batchSize)
    try take("patience", .integer(in: 1...1_000_000), into: &result.patience)
    try take("firstSelectedEpoch", .integer(in: 0...1_000_000), into: &result.firstSelectedEpoch)
    let optimizer = JSON5Rule<OptimizerConfiguration>.object("an optimizer") { try $0.optimizer(from: base.optimizer) }
    try take("optimizer", optimizer, into: &result.optimizer)
    try take("learningRateSchedule", .learningRateSchedule, into: &result.learningRateSchedule)
    try take("loss", .loss, into: &result.loss)
    let clipping = JSON5Rule<Double>.number(above: 0).map { try GradientClipping(maximumNorm: $0) }
    if let clipping = try takeIfPresent("clipping", .orNull(clipping)) { result.clipping = clipping }
    try finish()
    try result.validate()
    return result
  }

  private func optimizer(from base: OptimizerConfiguration) throws -> OptimizerConfiguration {
    let kind = try take("kind", .choice(OptimizerConfiguration.Kind.self), default: base.kind)
    var result =
      kind == base.kind ? base : OptimizerConfiguration(kind: kind, learningRate: base.learningRate)
    try take("learningRate", .number(above: 0), into: &result.learningRate)
    try take("momentum", .number(in: 0..<1), into: &result.momentum)
    try take("beta2", .number(in: 0..<1), into: &result.beta2)
    try take("epsilon", .number(in: 0...), into: &result.epsilon)
    try take("weightDecay", .number(in: 0...), into: &result.weightDecay)
    try take("nesterov", .bool, into: &result.isNesterov)
    return result
  }
}

extension JSON5Rule where Output == LossKind {
  /// A name, `{huber: 1}` with the place where it turns linear, or `{quantiles: [0.05, 0.5, 0.95]}`.
  static let loss = JSON5Rule.named([
    "mse": .meanSquaredError, "mae": .meanAbsoluteError, "normal": .normal, "student-t": .studentT,
  ]).or(
    .object("a Huber or quantile loss") { fields in
      if let levels = try fields.takeIfPresent("quantiles", .list(of: .number(above: 0, through: 1))) {
        return .quantiles(levels)
      }
      return .huber(delta: try fields.take("huber", .number(above: 0)))
    })
}

extension JSON5Rule where Output == LearningRateSchedule {
  /// A name, or `{cosine: floor}`.
  static let learningRateSchedule = JSON5Rule.named(
    ["constant": .constant, "cosine": .cosine(), "one-cycle": .oneCycle()]
  ).or(.object("a cosine schedule") { .cosine(floor: try $0.take("cosine", .number(in: 0...1))) })
}
