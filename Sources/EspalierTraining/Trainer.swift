import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor

/// Trains one model on prepared data.
///
/// Everything happens on the calling thread, and the result depends on the configuration, the data and the seed alone.
public final class Trainer {
  /// The model; after ``run(progress:isCancelled:checkpoints:)`` it has the selected weights.
  public let model: any ForecastModel
  /// The run's configuration.
  public let configuration: RunConfiguration
  /// The data.
  public let data: PreparedData

  let regularizer: any Regularizer
  let parameters: [Parameter]
  let stepsPerEpoch: Int
  /// Weights to go back to at the end, under `strict`.
  var selected: WeightSnapshot?
  private let tape = Tape()
  private let pass: ForecastPass
  private var optimizer: any Optimizer
  private var order: [Window]
  /// Optimizer steps taken so far.
  public private(set) var step = 0
  private var position = TrainingProgress()
  /// The processor time of this thread at which the training would have begun, had it never stopped.
  private var begin: Double?
  /// Whether the last epoch is over or the training has stopped early.
  private var isOver = false
  private(set) lazy var stopping = EarlyStopping(
    evaluation: data.fitted.task.evaluation, patience: configuration.training.patience, firstEpoch: firstSelectedEpoch)
  /// Up to where data have had a part in the model; nil where a model that the weights began with does not say.
  public internal(set) var extent: TrainingExtent?
  /// Where the settings of the checkpoint that it goes on from came from; its own checkpoints say so, too.
  var origin: CheckpointOrigin?
  /// What tells the data from others.
  private(set) lazy var fingerprint = data.fingerprint

  /// Builds the model and the regularizer.
  ///
  /// - Parameters:
  ///   - configuration: The run.
  ///   - data: The data; the model's inputs, look-back and horizon must be theirs.
  ///   - start: Where the weights begin; nil draws them by the run's seed.
  /// - Throws: A typed error when the configuration is out of range or does not fit the data, or a `ModelError` when
  ///   `start` has weights of another model.
  public init(_ configuration: RunConfiguration, data: PreparedData, from start: StartingWeights? = nil) throws {
    try configuration.validate()
    try configuration.model.validate(batch: min(configuration.training.batchSize, data.train.count))
    let sizes = configuration.model
    guard sizes.fits(data.fitted) else {
      throw TrainingError.inputsDisagree(model: sizes.inputsAStep, data: data.fitted.inputsAStep)
    }
    for (part, windows) in [("training", data.train), ("validation", data.validation)] where windows.isEmpty {
      throw TrainingError.noWindows(part: part)
    }
    self.configuration = configuration
    self.data = data
    model = try sizes.makeModel(seed: configuration.seed)
    parameters = model.parameters
    try start?.load(into: model)
    if let start {
      extent = start.extent.flatMap { data.extent?.joined($0) }
    } else {
      extent = data.extent
    }
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
  /// After a cancellation, a second call goes on at the step that was not taken.
  ///
  /// - Parameters:
  ///   - progress: Called after every epoch.
  ///   - isCancelled: Asked before every step.
  ///   - checkpoints: When the training is written down; nil never does it. It is written down on cancellation, too.
  /// - Returns: The history, and which epoch was selected.
  /// - Throws: ``TrainingError/lossNotFinite(epoch:step:settings:)``, ``TrainingError/cancelled``, what
  ///   ``CheckpointPlan/Interval/validate()`` throws, or what the regularizer or the writing of a checkpoint throws.
  public func run(
    progress: (EpochRecord) -> Void = { _ in }, isCancelled: () -> Bool = { false },
    checkpoints: CheckpointPlan? = nil
  ) throws -> TrainingResult {
    try checkpoints?.interval.validate()
    return try Platform.flushingDenormals {
      begin = Platform.threadSeconds - position.seconds
      defer {
        self.position = currentPosition
        begin = nil
      }
      var checkpoints = checkpoints
      while !isOver {
        let record = try runEpoch(isCancelled: isCancelled, checkpoints: &checkpoints)
        note(record)
        progress(record)
        if isOver || checkpoints?.isDue(after: position.epoch) == true { try checkpoints?.take(try checkpoint()) }
      }
      try selected?.restore(model)
      return TrainingResult(
        history: position.history, selectedEpoch: stopping.bestEpoch ?? position.epoch - 1, sparsity: sparsityReport,
        seconds: currentPosition.seconds, maskSeconds: (regularizer as? SynapticPruning)?.seconds ?? 0, steps: step)
    }
  }

  /// How far the training has come, with the time up to now.
  var currentPosition: TrainingProgress {
    var position = position
    if let begin { position.seconds = Platform.threadSeconds - begin }
    return position
  }

  /// Takes note of an epoch that is over.
  private func note(_ record: EpochRecord) {
    position.history.append(record)
    position.batch = 0
    position.lossSum = 0
    // Under `paper` the last weights are kept: no need to copy them.
    if decide(record).keeps && stopping.evaluation == .strict { selected = WeightSnapshot(model) }
  }

  private func decide(_ record: EpochRecord) -> EarlyStopping.Decision {
    let decision = stopping.decide(epoch: record.epoch, loss: record.validationLoss)
    isOver = decision.stops || record.epoch + 1 >= configuration.training.epochs
    return decision
  }

  /// Takes up the numbers of a training that was interrupted: early stopping sees every epoch again.
  func continueFrom(_ position: TrainingProgress) {
    self.position = position
    step = position.epoch * stepsPerEpoch + position.batch
    optimizer.stepCount = step
    for record in position.history { _ = decide(record) }
  }

  /// How sparse every prunable parameter is now.
  public var sparsityReport: SparsityReport {
    let gains = configuration.regularizer.pruning?.prunesGains ?? false
    return SparsityReport(Pruner.prunable(model.prunableParameters, includingGains: gains))
  }

  /// Forecasts windows with the model as it is now, in the target's unit, window after window.
  ///
  /// - Returns: `windows * horizon` values, for Monte Carlo dropout their deviation over the passes, and quantiles
  ///   where the loss knows some.
  public func forecasts(of windows: [Window]) -> WindowForecasts {
    forecasts(of: windows, reading: OutputReader(configuration.training.loss), beforeBlock: {})
  }

  /// Forecasts as ``forecasts(of:)`` does, and may be stopped between two batches of windows.
  ///
  /// - Throws: ``TrainingError/cancelled``.
  public func forecasts(
    of windows: [Window], isCancelled: () -> Bool
  ) throws(TrainingError) -> WindowForecasts {
    try forecasts(of: windows, reading: OutputReader(configuration.training.loss)) { () throws(TrainingError) in
      if isCancelled() { throw .cancelled }
    }
  }

  /// Forecasts as ``forecasts(of:isCancelled:)`` does, without quantiles.
  ///
  /// - Throws: ``TrainingError/cancelled``.
  package func pointForecasts(
    of windows: [Window], isCancelled: () -> Bool
  ) throws(TrainingError) -> WindowForecasts {
    try forecasts(of: windows, reading: OutputReader(pointsOf: configuration.training.loss)) {
      () throws(TrainingError) in
      if isCancelled() { throw .cancelled }
    }
  }

  /// Forecasts as ``forecasts(of:)`` does, with quantiles at levels of the caller's.
  ///
  /// - Parameters:
  ///   - windows: Windows of the data.
  ///   - levels: The levels, ascending; nil takes the loss' own.
  ///   - isCancelled: Asked between two batches of windows.
  /// - Returns: As ``forecasts(of:)``.
  /// - Throws: `QuantileError` when the levels don't ascend within 0 and 1 or the loss doesn't tell them, or
  ///   ``TrainingError/cancelled``.
  public func forecasts(
    of windows: [Window], levels: [Double]?, isCancelled: () -> Bool = { false }
  ) throws -> WindowForecasts {
    let loss = configuration.training.loss
    let reader = if let levels { try OutputReader(loss, levels: levels) } else { OutputReader(loss) }
    return try forecasts(of: windows, reading: reader) { () throws(TrainingError) in
      if isCancelled() { throw .cancelled }
    }
  }

  private func forecasts<Failure>(
    of windows: [Window], reading reader: OutputReader, beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> WindowForecasts {
    guard regularizer.dropsInEvaluation else {
      let frozen = FrozenPass(model: model, data: data, costs: configuration.training.costModel ?? .shipped)
      return try frozen.forecasts(of: windows, reading: reader, threads: 1, beforeBlock: beforeBlock)
    }
    return try Platform.flushingDenormals { () throws(Failure) in
      // Passes below 2^20 belong to validation, one an epoch.
      try pass.forecasts(
        windows: windows, reading: reader, regularizer: regularizer, firstPass: 1 << 20, beforeBlock: beforeBlock)
    }
  }

  /// Bytes that weights, gradients, optimizer state and the tape of a training step hold now.
  public var memoryBytes: Int { parameters.reduce(tape.heldBytes) { $0 + $1.heldBytes } }

  /// Trains what is left of an epoch, and validates.
  private func runEpoch(
    isCancelled: () -> Bool, checkpoints: inout CheckpointPlan?
  ) throws -> EpochRecord {
    let size = configuration.training.batchSize
    let epoch = position.epoch
    order = data.train
    var stream = RandomStream(seed: configuration.seed, purpose: .shuffling, first: UInt32(epoch))
    order.shuffle(using: &stream)
    var rate = 0.0
    for first in stride(from: position.batch * size, to: order.count, by: size) {
      let isCancelled = isCancelled()
      if isCancelled || checkpoints?.isDueBetweenSteps == true { try checkpoints?.take(try checkpoint()) }
      if isCancelled { throw TrainingError.cancelled }
      let batch = order[first..<min(first + size, order.count)]
      let loss = try trainStep(batch, epoch: epoch, rate: &rate)
      position.lossSum += loss * Double(batch.count)
      position.batch += 1
    }
    // MC dropout is stochastic here too, under both evaluations.
    let validation = pass.loss(
      configuration.training.loss, windows: data.validation, regularizer: regularizer, pass: UInt32(epoch))
    guard validation.isFinite else { throw notFinite(epoch) }
    return EpochRecord(
      epoch: epoch, trainingLoss: position.lossSum / Double(order.count), validationLoss: validation,
      sparsity: sparsityReport.sparsity, learningRate: rate)
  }

  /// One optimizer step on a batch; tests count its allocations.
  func trainStep(_ batch: ArraySlice<Window>, epoch: Int, rate: inout Double) throws -> Double {
    let training = configuration.training
    let position = TrainingStep(epoch: epoch, step: step)
    tape.reset()
    regularizer.beforeForward(position, on: tape)
    let inputs = tape.batch(batch, of: data)
    let forecast = model.forward(inputs.inputs, on: tape)
    let loss = tape.loss(
      training.loss, forecast: forecast, target: inputs.targets, units: inputs.units, samples: batch.count)
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
