import EspalierNN
import EspalierPruning
import EspalierTensor

/// Times complete training steps: gradients zeroed, forward, mean squared error, backward, Adam, pruned weights kept at 0.
///
/// A step includes copying its batch, which was made beforehand, to the tape.
public struct StepBenchmark: Codable, Equatable, Sendable {
  /// The model.
  public var model: ModelConfiguration
  /// Samples in a batch.
  public var batch = 64
  /// The share of the weights of every prunable matrix that a random mask prunes, in 0 ..< 1.
  ///
  /// What is gone costs nothing where the cost model says that this pays; ``costModel`` can forbid it.
  public var sparsity = 0.0
  /// The probability that the model drops a value, in 0 ..< 1.
  public var dropout = 0.0
  /// Steps that are timed, after ``warmup`` others.
  public var steps = 40
  /// How many independent steps run side by side, each on a thread of its own with a model of its own.
  public var threads = 1
  /// What decides between masks and survivors alone.
  public var costModel = SparseCostModel.shipped

  /// Steps before the timed ones: they find the size of the tape's memory.
  public static let warmup = 5
  /// Batches that steps take in turn.
  public static let batches = 8

  /// Times steps of a model with the default settings.
  public init(model: ModelConfiguration) {
    self.model = model
  }

  /// Checks the settings.
  ///
  /// - Throws: A `ModelError`, a `PruningError` or a ``TrainingError`` that names the first one out of range.
  public func validate() throws {
    try model.validate()
    try model.validate(batch: batch)
    for (name, value) in [("batch size", batch), ("number of steps", steps), ("number of threads", threads)]
    where value < 1 {
      throw TrainingError.notPositive(name: name, value: value)
    }
    guard sparsity >= 0, sparsity < 1 else { throw PruningError.sparsityOutOfRange(sparsity) }
    guard dropout >= 0, dropout < 1 else { throw TrainingError.dropoutOutOfRange(dropout) }
  }

  /// Times the steps.
  ///
  /// - Parameter isCancelled: Asked before every step, from any thread.
  /// - Returns: The median time of one step in milliseconds; with several threads the median over all of their steps,
  ///   so it is the time that one step takes while others run beside it.
  /// - Throws: What ``validate()`` throws, or ``TrainingError/cancelled``.
  public func run(isCancelled: @Sendable () -> Bool = { false }) throws -> Double {
    try validate()
    let times = try mapInParallel(count: threads, threads: threads) { index in
      try Platform.flushingDenormals { try timeSteps(seed: UInt64(index), isCancelled: isCancelled) }
    }
    let sorted = times.joined().sorted()
    return sorted[sorted.count / 2]
  }

  private func timeSteps(seed: UInt64, isCancelled: () -> Bool) throws -> [Double] {
    let model = try model.makeModel(seed: seed)
    if sparsity > 0 { try RandomMasks.prune(model, sparsity: sparsity, seed: seed, costs: costModel) }
    let parameters = model.parameters
    let samples = (0..<Self.batches).map { batch(seed: seed, index: UInt32($0)) }
    let tape = Tape()
    var optimizer = Adam()
    var times: [Double] = []
    times.reserveCapacity(steps)
    for step in 0..<Self.warmup + steps {
      if isCancelled() { throw TrainingError.cancelled }
      let start = ContinuousClock.now
      let (x, y) = samples[step % Self.batches]
      tape.reset()
      tape.samples = batch
      tape.dropout = dropout > 0 ? DropoutPlan(rate: dropout, seed: seed, pass: UInt32(truncatingIfNeeded: step)) : nil
      for parameter in parameters { parameter.zeroGradient() }
      let inputs = input(x, steps: self.model.lookback, rows: self.model.features, on: tape)
      let targets = input(y, steps: 1, rows: self.model.outputCount, on: tape)
      let forecast = model.forward(inputs, on: tape)
      let loss = tape.loss(.meanSquaredError, forecast: forecast, target: targets, samples: batch)
      tape.backward(from: loss)
      // Adam's step keeps pruned weights at 0.
      optimizer.step(parameters, learningRate: 1e-3)
      let time = start.duration(to: .now).components
      if step >= Self.warmup { times.append(Double(time.seconds) * 1e3 + Double(time.attoseconds) * 1e-15) }
    }
    return times
  }

  private func input(_ values: [Float], steps: Int, rows: Int, on tape: Tape) -> Variable {
    tape.input(steps: steps, rows: rows, lanes: Tape.paddedLanes(batch)) { memory in
      values.withUnsafeBufferPointer { _ = UnsafeMutableBufferPointer(start: memory, count: $0.count).update(from: $0) }
    }
  }

  /// Inputs and targets of one batch: standard normal numbers, 0 in the padding.
  private func batch(seed: UInt64, index: UInt32) -> (x: [Float], y: [Float]) {
    var stream = RandomStream(seed: seed, purpose: .generation, first: index)
    let lanes = Tape.paddedLanes(batch)
    func draw(_ rows: Int) -> [Float] {
      (0..<rows * lanes).map { $0 % lanes < batch ? Float(stream.nextNormal()) : 0 }
    }
    return (draw(model.lookback * model.features), draw(model.outputCount))
  }
}

/// Random masks, the same share of every prunable matrix: what benchmarks compute with.
enum RandomMasks {
  /// Prunes a share of every prunable matrix of a model.
  static func prune(
    _ model: any ForecastModel, sparsity: Double, seed: UInt64, costs: SparseCostModel = .shipped
  ) throws {
    let matrices = Pruner.prunable(model.prunableParameters, includingGains: false).filter { $0.shape.count == 2 }
    for (index, parameter) in matrices.enumerated() {
      var stream = RandomStream(seed: seed, purpose: .pruning, second: UInt32(index))
      parameter.adopt(costs)
      try parameter.loadMask((0..<parameter.count).map { _ in stream.nextUniform() >= sparsity ? 1 : 0 })
    }
  }
}
