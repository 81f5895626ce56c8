import EspalierNN
import EspalierTensor

/// Times forecasts of a ``FrozenForecaster``: series `[batch, lookback, features]` in, `[batch, horizon]` out.
public struct InferenceBenchmark: Codable, Equatable, Sendable {
  /// The model.
  public var model: ModelConfiguration
  /// Series in a batch.
  public var batch = 1
  /// The share of the weights of every prunable matrix that a random mask prunes, in 0 ..< 1.
  public var sparsity = 0.0
  /// Threads that work on one batch.
  public var threads = 1
  /// Forecasts that are timed, after ``warmup`` others.
  public var repeats = 30

  /// Forecasts before the timed ones.
  public static let warmup = 10

  /// Times forecasts of a model with the default settings.
  public init(model: ModelConfiguration) {
    self.model = model
  }

  /// Checks the settings.
  ///
  /// - Throws: A `ModelError`, a `PruningError` or a ``TrainingError`` that names the first one out of range.
  public func validate() throws {
    var settings = StepBenchmark(model: model)
    settings.batch = batch
    settings.sparsity = sparsity
    settings.threads = threads
    settings.steps = repeats
    try settings.validate()
  }

  /// Times the forecasts.
  ///
  /// - Parameter isCancelled: Asked before every forecast.
  /// - Returns: The median time of one batch in milliseconds.
  /// - Throws: What ``validate()`` throws, or ``TrainingError/cancelled``.
  public func run(isCancelled: () -> Bool = { false }) throws -> Double {
    try validate()
    let model = try model.makeModel(seed: 0)
    if sparsity > 0 { try RandomMasks.prune(model, sparsity: sparsity, seed: 0) }
    let forecaster = FrozenForecaster(model)
    var stream = RandomStream(seed: 0, purpose: .generation)
    let inputs = (0..<batch * self.model.lookback * self.model.features).map { _ in Float(stream.nextNormal()) }
    var outputs = [Float](repeating: 0, count: batch * self.model.outputCount)
    var times: [Double] = []
    try Platform.flushingDenormals {
      for index in 0..<Self.warmup + repeats {
        if isCancelled() { throw TrainingError.cancelled }
        let start = ContinuousClock.now
        try inputs.withUnsafeBufferPointer { x in
          try outputs.withUnsafeMutableBufferPointer { try forecaster.forecast(inputs: x, into: $0, threads: threads) }
        }
        let time = start.duration(to: .now).components
        if index >= Self.warmup { times.append(Double(time.seconds) * 1e3 + Double(time.attoseconds) * 1e-15) }
      }
    }
    return times.sorted()[times.count / 2]
  }
}
