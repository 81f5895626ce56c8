import EspalierTensor
import Foundation

/// A forecaster for deployment: a model's weights as they are now, packed for nothing but forecasts.
///
/// It keeps no gradients and no optimizer state. Every product is stored dense or sparse as the cost model picks, once for
/// single series and once for batches; what training keeps apart is fused. After the first forecast of a size, forecasts
/// on one thread allocate nothing. Not safe to use from two threads at once; it uses several by itself when asked to.
///
/// A batch is cut into tiles that stay in the second-level cache, the same for any number of threads, so that the number
/// of threads changes no bit. A few series are computed one by one, which rounds differently from a batch.
public final class FrozenForecaster {
  /// The kind and sizes of the model.
  public let configuration: ModelConfiguration
  private let network: any FrozenNetwork
  private var memories: [ForecastMemory] = []

  /// Packs a model's weights as they are now.
  ///
  /// A model that has no form of its own for forecasting is kept, and run through its own forward
  /// pass without recording, on one thread; later changes of its weights then count.
  ///
  /// - Parameters:
  ///   - model: The model, in any state.
  ///   - costs: What decides between dense and sparse; the shipped costs by default.
  public init(_ model: any ForecastModel, costs: SparseCostModel = .shipped) {
    configuration = model.configuration
    network = (model as? any FreezableModel)?.frozen(costs: costs) ?? TapeNetwork(model)
  }

  /// Forecasts a batch of series.
  ///
  /// - Parameters:
  ///   - inputs: Normalized series, `[samples, lookback, features]` in row-major order; with covariates
  ///     `[samples, inputsPerSample]`, see ``ModelConfiguration/inputsPerSample``.
  ///   - outputs: Receives `[samples, outputsPerStep * horizon]`, normalized.
  ///   - threads: How many threads work on tiles side by side, at least 1. Batches of one tile use one.
  /// - Throws: `ShapeError` when the counts of inputs and outputs do not belong to one number of samples; nothing is
  ///   written then.
  public func forecast(
    inputs: UnsafeBufferPointer<Float>, into outputs: UnsafeMutableBufferPointer<Float>, threads: Int = 1
  ) throws(ShapeError) {
    let count = configuration.inputsPerSample
    let samples = outputs.count / configuration.outputCount
    guard samples * configuration.outputCount == outputs.count, samples * count == inputs.count else {
      throw ShapeError(
        operation: "A forecast of \(samples) samples",
        expected: configuration.inputShape(samples), actual: [inputs.count])
    }
    guard let series = inputs.baseAddress else { return }
    // Lent to the workers, who only read.
    nonisolated(unsafe) let x = series
    try forecast(samples: samples, into: outputs, threads: threads) { first, size, lanes, tile in
      if lanes == 1 {
        tile.update(from: x + first * count, count: count)
      } else {
        TokenOperations.lanes(
          from: x + first * count, samples: size, count: count, stride: count, lanes: lanes, out: tile)
      }
    }
  }

  /// Forecasts a batch of series that a function writes tile by tile, so that they never stand in memory all at once.
  ///
  /// - Parameters:
  ///   - samples: The number of series.
  ///   - outputs: Receives `[samples, outputsPerStep * horizon]`, normalized.
  ///   - threads: How many threads work on tiles side by side, at least 1. Batches of one tile use one.
  ///   - fill: Writes the normalized series `first ..< first + count` as `[lookback, features, lanes]`, and behind that
  ///     their covariates as `[horizon, futureCovariates, lanes]` and `[staticCovariates, lanes]`, 0 in further lanes; `lanes` is 1 or a multiple of 16. Called from any of the threads.
  /// - Throws: `ShapeError` when `outputs` does not belong to the number of samples; nothing is written then.
  public func forecast(
    samples: Int, into outputs: UnsafeMutableBufferPointer<Float>, threads: Int = 1,
    fill: @Sendable (_ first: Int, _ count: Int, _ lanes: Int, _ memory: UnsafeMutablePointer<Float>) -> Void
  ) throws(ShapeError) {
    guard samples >= 0, samples.multipliedReportingOverflow(by: configuration.outputCount) == (outputs.count, false)
    else {
      throw ShapeError(
        operation: "A forecast of \(samples) samples", expected: [samples, configuration.outputCount],
        actual: [outputs.count])
    }
    guard let out = outputs.baseAddress, samples > 0 else { return }
    if samples <= network.mostSingles {
      reserve(workers: 1, lanes: 16)
      Platform.flushingDenormals { forecastSingles(samples, out: out, fill: fill) }
      return
    }
    let tiles = (samples + network.tileLanes - 1) / network.tileLanes
    let workers = network is TapeNetwork ? 1 : max(1, min(threads, tiles))
    reserve(workers: workers, lanes: min(network.tileLanes, Tape.paddedLanes(samples)))
    if workers == 1 {
      Platform.flushingDenormals {
        for tile in 0..<tiles { forecast(tile: tile, samples: samples, out: out, memory: memories[0], fill: fill) }
      }
    } else {
      forecast(tiles: tiles, workers: workers, samples: samples, out: out, fill: fill)
    }
  }

  /// Forecasts a batch of series.
  ///
  /// - Parameters:
  ///   - inputs: Normalized series, `[samples, lookback, features]`, with covariates `[samples, inputsPerSample]`.
  ///   - threads: How many threads work side by side, at least 1.
  /// - Returns: `[samples, outputsPerStep * horizon]`, normalized.
  /// - Throws: `ShapeError` when the inputs have another shape.
  public func forecast(_ inputs: Tensor, threads: Int = 1) throws(ShapeError) -> Tensor {
    let samples = inputs.shape.first ?? 0
    let expected = configuration.inputShape(samples)
    guard inputs.shape == expected else {
      throw ShapeError(operation: "A forecast", expected: expected, actual: inputs.shape)
    }
    var output = Tensor(repeating: 0, shape: [samples, configuration.outputCount])
    var failure: ShapeError?
    inputs.values.withUnsafeBufferPointer { x in
      output.values.withUnsafeMutableBufferPointer { out in
        do throws(ShapeError) {
          try forecast(inputs: x, into: out, threads: threads)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return output
  }

  private func reserve(workers: Int, lanes: Int) {
    guard memories.count < workers || lanes > reservedLanes else { return }
    reservedLanes = max(lanes, reservedLanes)
    let count = inputCount(lanes: reservedLanes) + network.memory(lanes: reservedLanes)
    memories = (0..<max(workers, memories.count)).map { _ in ForecastMemory(count: count) }
  }
  private var reservedLanes = 0

  private func inputCount(lanes: Int) -> Int {
    Scratch.size(configuration.inputsPerSample * lanes)
  }

  /// Writes series `first ..< first + count` of a batch to `[lookback, features, lanes]`.
  private typealias Fill = @Sendable (Int, Int, Int, UnsafeMutablePointer<Float>) -> Void

  private func forecastSingles(_ samples: Int, out: UnsafeMutablePointer<Float>, fill: Fill) {
    let rows = configuration.outputCount
    for sample in 0..<samples {
      var scratch = memories[0].scratch
      let input = scratch.take(configuration.inputsPerSample)
      fill(sample, 1, 1, input)
      (out + sample * rows).update(from: network.forecast(series: input, scratch: &scratch), count: rows)
    }
  }

  private func forecast(
    tile: Int, samples: Int, out: UnsafeMutablePointer<Float>, memory: ForecastMemory, fill: Fill
  ) {
    let rows = configuration.outputCount, first = tile * network.tileLanes
    let size = min(network.tileLanes, samples - first), lanes = Tape.paddedLanes(size)
    var scratch = memory.scratch
    let inputs = scratch.take(configuration.inputsPerSample * lanes)
    fill(first, size, lanes, inputs)
    let result = network.forecast(lanes: lanes, x: inputs, scratch: &scratch)
    for sample in 0..<size {
      for row in 0..<rows { out[(first + sample) * rows + row] = result[row * lanes + sample] }
    }
  }

  private func forecast(
    tiles: Int, workers: Int, samples: Int, out: UnsafeMutablePointer<Float>, fill: Fill
  ) {
    // Workers write to different parts of the output and have memory of their own; the network is only read.
    nonisolated(unsafe) let (out, forecaster) = (out, self)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      Platform.flushingDenormals {
        for tile in stride(from: worker, to: tiles, by: workers) {
          forecaster.forecast(
            tile: tile, samples: samples, out: out, memory: forecaster.memories[worker], fill: fill)
        }
      }
    }
  }
}

extension ModelConfiguration {
  /// The shape of a batch of inputs in row-major order.
  fileprivate func inputShape(_ samples: Int) -> [Int] {
    hasCovariates ? [samples, inputsPerSample] : [samples, lookback, features]
  }
}

/// A model with a form of its own for forecasting.
protocol FreezableModel: ForecastModel {
  /// Packs the weights as they are now.
  func frozen(costs: SparseCostModel) -> any FrozenNetwork
}
