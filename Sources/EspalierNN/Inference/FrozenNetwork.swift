import EspalierTensor

/// A network that no longer learns, as ``FrozenForecaster`` runs it.
protocol FrozenNetwork: AnyObject {
  /// Samples that are computed at once in a large batch, a multiple of 16: as many as the second-level cache takes.
  var tileLanes: Int { get }
  /// The most samples of a batch that are faster one by one.
  var mostSingles: Int { get }
  /// Floats of memory that either function below takes, for `lanes` samples at most.
  func memory(lanes: Int) -> Int
  /// Forecasts one series.
  ///
  /// - Parameters:
  ///   - x: `[lookback, features]`, any alignment.
  ///   - scratch: ``memory(lanes:)`` for 16 lanes.
  /// - Returns: `[outputsPerStep * horizon]` floats in the scratch.
  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float>
  /// Forecasts lanes of samples.
  ///
  /// - Parameters:
  ///   - lanes: A multiple of 16, at most ``tileLanes``.
  ///   - x: `[lookback, features, lanes]`, aligned to 64 bytes, and behind it the lanes' covariates if the model has some.
  ///   - scratch: ``memory(lanes:)``.
  /// - Returns: `[outputsPerStep * horizon, lanes]` floats in the scratch.
  func forecast(
    lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch
  ) -> UnsafePointer<Float>
}

/// Any model, through its own forward pass: what models without a form of their own for forecasting are run with.
final class TapeNetwork: FrozenNetwork {
  let tileLanes = 64
  let mostSingles = 0
  private let model: any ForecastModel
  private let tape = Tape(recording: false)

  init(_ model: any ForecastModel) {
    self.model = model
  }

  func memory(lanes: Int) -> Int { Scratch.size(model.configuration.outputCount * lanes) }

  func forecast(series x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    preconditionFailure("a tape has lanes")
  }

  func forecast(lanes: Int, x: UnsafePointer<Float>, scratch: inout Scratch) -> UnsafePointer<Float> {
    let configuration = model.configuration
    tape.reset()
    var next = x
    func input(steps: Int, rows: Int) -> Variable {
      defer { next += steps * rows * lanes }
      return tape.input(steps: steps, rows: rows, lanes: lanes) { $0.update(from: next, count: steps * rows * lanes) }
    }
    var inputs = ForecastInputs(series: input(steps: configuration.lookback, rows: configuration.features))
    if let count = configuration.futureCovariates {
      inputs.future = input(steps: 1, rows: configuration.horizon * count)
    }
    if let count = configuration.staticCovariates { inputs.statics = input(steps: 1, rows: count) }
    let output = scratch.take(configuration.outputCount * lanes)
    tape.withValues(of: model.forward(inputs, on: tape)) {
      if let values = $0.baseAddress { output.update(from: values, count: $0.count) }
    }
    return UnsafePointer(output)
  }
}
