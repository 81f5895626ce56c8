import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor

/// Trains one model on prepared data.
///
/// Everything happens on the calling thread, and the result depends on the configuration, the data and the seed alone.
public final class Trainer {
  /// The model; after ``run(progress:isCancelled:)`` it has the selected weights.
  public let model: any ForecastModel
  /// The run's configuration.
  public let configuration: RunConfiguration
  /// The data.
  public let data: PreparedData

  let regularizer: any Regularizer
  private let tape = Tape()
  private let pass: ForecastPass
  private let parameters: [Parameter]
  private var optimizer: any Optimizer
  private var order: [Window]
  private let stepsPerEpoch: Int
  private var step = 0

  /// Builds the model and the regularizer.
  ///
  /// - Throws: A typed error when the configuration is out of range or does not fit the data.
  public init(_ configuration: RunConfiguration, data: PreparedData) throws {
    try configuration.validate()
    try configuration.model.validate(batch: min(configuration.training.batchSize, data.train.count))
    let sizes = configuration.model
    guard sizes.features == data.inputCount, sizes.lookback == data.lookback, sizes.horizon == data.horizon else {
      throw TrainingError.inputsDisagree(model: sizes.features, data: data.inputCount)
    }
    for (part, windows) in [("training", data.train), ("validation", data.validation), ("test", data.test)]
    where windows.isEmpty {
      throw TrainingError.noWindows(part: part)
    }
    self.configuration = configuration
    self.data = data
    model = try sizes.makeModel(seed: configuration.seed)
    parameters = model.parameters
    if let costModel = configuration.training.costModel { for parameter in parameters { parameter.adopt(costModel) } }
    optimizer = try configuration.training.optimizer.makeOptimizer()
    regularizer = configuration.regularizer.makeRegularizer()
    pass = ForecastPass(model: model, data: data)
    order = data.train
    stepsPerEpoch = (order.count + configuration.training.batchSize - 1) / configuration.training.batchSize
    try regularizer.begin(
      TrainingPlan(
        model: model, epochs: configuration.training.epochs, stepsPerEpoch: stepsPerEpoch, seed: configuration.seed))
  }

  /// The first epoch, counted from 0, that may stop or be selected under `strict`.
  public var firstSelectedEpoch: Int {
    let epochs = configuration.training.epochs
    let usual = configuration.training.firstSelectedEpoch ?? epochs * 3 / 4
    return min(epochs - 1, max(usual, regularizer.firstFinishedEpoch))
  }

  /// Trains until early stopping or the last epoch, then gives the model the selected weights.
  ///
  /// - Parameters:
  ///   - progress: Called after every epoch.
  ///   - isCancelled: Asked before every step.
  /// - Returns: The history, and which epoch was selected.
  /// - Throws: ``TrainingError/lossNotFinite(epoch:step:settings:)``, ``TrainingError/cancelled``, or what the
  ///   regularizer throws.
  public func run(
    progress: (EpochRecord) -> Void = { _ in }, isCancelled: () -> Bool = { false }
  ) throws -> TrainingResult {
    try Platform.flushingDenormals {
      let begin = Platform.threadSeconds
      var stopping = EarlyStopping(
        evaluation: data.fitted.task.evaluation, patience: configuration.training.patience,
        firstEpoch: firstSelectedEpoch)
      var history: [EpochRecord] = []
      var selected: WeightSnapshot?
      for epoch in 0..<configuration.training.epochs {
        let record = try runEpoch(epoch, isCancelled: isCancelled)
        history.append(record)
        progress(record)
        let decision = stopping.decide(epoch: epoch, loss: record.validationLoss)
        // Under `paper` the last weights are kept: no need to copy them.
        if decision.keeps && stopping.evaluation == .strict { selected = WeightSnapshot(model) }
        if decision.stops { break }
      }
      try selected?.restore(model)
      return TrainingResult(
        history: history, selectedEpoch: stopping.bestEpoch ?? history.count - 1, sparsity: sparsityReport,
        seconds: Platform.threadSeconds - begin, maskSeconds: (regularizer as? SynapticPruning)?.seconds ?? 0,
        steps: step)
    }
  }

  /// How sparse every prunable parameter is now.
  public var sparsityReport: SparsityReport {
    let gains = configuration.regularizer.pruning?.prunesGains ?? false
    return SparsityReport(Pruner.prunable(model.prunableParameters, includingGains: gains))
  }

  /// Forecasts windows with the model as it is now, in the target's unit, window after window.
  ///
  /// - Returns: `windows * horizon` values, and for Monte Carlo dropout their deviation over the passes.
  public func forecasts(of windows: [Window]) -> (values: [Double], spread: [Double]?) {
    forecasts(of: windows, beforeBlock: {})
  }

  /// Forecasts as ``forecasts(of:)`` does, and may be stopped between two batches of windows.
  ///
  /// - Throws: ``TrainingError/cancelled``.
  public func forecasts(
    of windows: [Window], isCancelled: () -> Bool
  ) throws(TrainingError) -> (values: [Double], spread: [Double]?) {
    try forecasts(of: windows) { () throws(TrainingError) in if isCancelled() { throw .cancelled } }
  }

  private func forecasts<Failure>(
    of windows: [Window], beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> (values: [Double], spread: [Double]?) {
    guard regularizer.dropsInEvaluation else {
      let frozen = FrozenPass(model: model, data: data, costs: configuration.training.costModel ?? .shipped)
      return (try frozen.forecasts(of: windows, threads: 1, beforeBlock: beforeBlock), nil)
    }
    return try Platform.flushingDenormals { () throws(Failure) in
      // Passes below 2^20 belong to validation, one an epoch.
      try pass.forecasts(windows: windows, regularizer: regularizer, firstPass: 1 << 20, beforeBlock: beforeBlock)
    }
  }

  /// Bytes that weights, gradients, optimizer state and the tape of a training step hold now.
  public var memoryBytes: Int { parameters.reduce(tape.heldBytes) { $0 + $1.heldBytes } }

  private func runEpoch(_ epoch: Int, isCancelled: () -> Bool) throws -> EpochRecord {
    let size = configuration.training.batchSize
    order = data.train
    var stream = RandomStream(seed: configuration.seed, purpose: .shuffling, first: UInt32(epoch))
    order.shuffle(using: &stream)
    var sum = 0.0
    var rate = 0.0
    for first in stride(from: 0, to: order.count, by: size) {
      if isCancelled() { throw TrainingError.cancelled }
      let batch = order[first..<min(first + size, order.count)]
      let loss = try trainStep(batch, epoch: epoch, rate: &rate)
      sum += loss * Double(batch.count)
    }
    // MC dropout is stochastic here too, under both evaluations.
    let validation = pass.loss(
      configuration.training.loss, windows: data.validation, regularizer: regularizer, pass: UInt32(epoch))
    guard validation.isFinite else { throw notFinite(epoch) }
    return EpochRecord(
      epoch: epoch, trainingLoss: sum / Double(order.count), validationLoss: validation,
      sparsity: sparsityReport.sparsity, learningRate: rate)
  }

  /// One optimizer step on a batch; tests count its allocations.
  func trainStep(_ batch: ArraySlice<Window>, epoch: Int, rate: inout Double) throws -> Double {
    let training = configuration.training
    let position = TrainingStep(epoch: epoch, step: step)
    tape.reset()
    regularizer.beforeForward(position, on: tape)
    let (inputs, targets) = tape.batch(batch, of: data)
    let forecast = model.forward(inputs, on: tape)
    let loss = tape.loss(training.loss, forecast: forecast, target: targets, samples: batch.count)
    guard loss.value.isFinite else { throw notFinite(epoch) }
    for parameter in parameters { parameter.zeroGradient() }
    tape.backward(from: loss)
    try regularizer.afterBackward(position)
    if let clipping = training.clipping { _ = clipping.apply(to: parameters) }
    let total = stepsPerEpoch * training.epochs
    let schedule = training.learningRateSchedule
    rate = schedule.learningRate(base: training.optimizer.learningRate, step: step, of: total)
    if let momentum = schedule.momentum(step: step, of: total) { optimizer.momentum = momentum }
    optimizer.step(parameters, learningRate: rate)
    regularizer.afterOptimizerStep(position)
    step += 1
    return loss.value
  }

  private func notFinite(_ epoch: Int) -> TrainingError {
    .lossNotFinite(epoch: epoch, step: step, settings: configuration.summary)
  }
}
