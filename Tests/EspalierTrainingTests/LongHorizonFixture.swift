import EspalierNN
import Foundation

@testable import EspalierTensor

/// PyTorch's numbers for one long-horizon model on one batch.
///
/// `x` is `[batch, lookback, channels]`, `y` and `out` are `[batch, horizon, channels]`. A lane is one channel of one sample.
struct LongHorizonFixture {
  let file: SafetensorsFile
  let configuration: ModelConfiguration
  let batch: Int
  let channels: Int

  /// Whether a fixture has channels.
  static func isOne(_ name: String) -> Bool {
    let path = ParityFixture.folder.appendingPathComponent(name).path
    return (try? SafetensorsFile(path: path))?.metadata["channels"] != nil
  }

  init(_ name: String) throws {
    file = try SafetensorsFile(path: ParityFixture.folder.appendingPathComponent(name).path)
    let metadata = file.metadata
    func number(_ key: String) -> Int? { metadata[key].flatMap { Int($0) } }
    guard let kind = ModelKind(rawValue: metadata["model"] ?? ""), let lookback = number("lookback"),
      let horizon = number("horizon"), let batch = number("batch"), let channels = number("channels")
    else { throw FixtureError(message: "\(name) does not say which model it holds") }
    self.batch = batch
    self.channels = channels
    var configuration = ModelConfiguration(kind: kind, features: 1, lookback: lookback, horizon: horizon)
    configuration.hidden = number("width") ?? configuration.hidden
    configuration.heads = number("heads") ?? configuration.heads
    configuration.layers = number("layers") ?? configuration.layers
    configuration.feedForward = number("ff") ?? configuration.feedForward
    self.configuration = configuration
  }

  /// The model with the fixture's parameters and no batches seen.
  func model() throws -> any ForecastModel {
    let model = try configuration.makeModel(seed: 0)
    var tensors = Dictionary(uniqueKeysWithValues: model.buffers.map { ($0.name, $0.tensor) })
    for name in file.names where name.hasPrefix("param.") {
      tensors[String(name.dropFirst("param.".count))] = try file.tensor(name)
    }
    try model.load(tensors)
    return model
  }

  /// Samples times channels.
  var series: Int { batch * channels }

  /// Runs the batch, `copies` times side by side, forward and, on a tape that records, backward.
  ///
  /// The instance normalization that PyTorch's module contains stands around the model here, as it does in trainings.
  ///
  /// - Returns: Forecasts of the first copy as the fixture stores them, and the loss.
  func run(_ model: any ForecastModel, on tape: Tape, copies: Int = 1) throws -> (out: [Float], loss: Double) {
    let lookback = configuration.lookback, horizon = configuration.horizon
    let x = try file.tensor("x").values, y = try file.tensor("y").values
    let lanes = Tape.paddedLanes(series * copies)
    let scales = (0..<series).map { scale(x, series: $0) }
    tape.reset()
    tape.samples = series * copies
    func normalized(_ values: [Float], steps: Int, rows: Int) -> Variable {
      let count = steps * rows
      return tape.input(steps: steps, rows: rows, lanes: lanes) { memory in
        memory.update(repeating: 0, count: count * lanes)
        for lane in 0..<series * copies {
          let scale = scales[lane % series]
          for step in 0..<count {
            memory[step * lanes + lane] = Float(
              (value(values, lane % series, step, of: count) - scale.mean) / scale.deviation)
          }
        }
      }
    }
    let input = normalized(x, steps: lookback, rows: 1), target = normalized(y, steps: 1, rows: horizon)
    let units = tape.input(steps: 1, rows: 1, lanes: lanes) { memory in
      for lane in 0..<lanes { memory[lane] = Float(scales[lane % series].deviation) }
    }
    let forecast = model.forward(input, on: tape)
    var out = [Float](repeating: 0, count: series * horizon)
    tape.withValues(of: forecast) { values in
      for lane in 0..<series {
        let scale = scales[lane]
        for step in 0..<horizon {
          out[lane / channels * horizon * channels + step * channels + lane % channels] = Float(
            Double(values[step * lanes + lane]) * scale.deviation + scale.mean)
        }
      }
    }
    let loss = tape.loss(
      .meanSquaredError, forecast: forecast, target: target, units: units, samples: series * copies)
    if tape.isRecording {
      for parameter in model.parameters { parameter.zeroGradient() }
      tape.backward(from: loss)
    }
    return (out, loss.value)
  }

  /// Forecasts of the batch by a model packed for forecasts, as the fixture stores them.
  func forecasts(_ forecaster: FrozenForecaster) throws -> [Float] {
    let lookback = configuration.lookback, horizon = configuration.horizon
    let x = try file.tensor("x").values
    let scales = (0..<series).map { scale(x, series: $0) }
    var inputs = Tensor(repeating: 0, shape: [series, lookback, 1])
    for lane in 0..<series {
      for step in 0..<lookback {
        inputs.values[lane * lookback + step] = Float(
          (value(x, lane, step, of: lookback) - scales[lane].mean) / scales[lane].deviation)
      }
    }
    let normalized = try forecaster.forecast(inputs)
    var out = [Float](repeating: 0, count: series * horizon)
    for lane in 0..<series {
      for step in 0..<horizon {
        out[lane / channels * horizon * channels + step * channels + lane % channels] = Float(
          Double(normalized.values[lane * horizon + step]) * scales[lane].deviation + scales[lane].mean)
      }
    }
    return out
  }

  private func value(_ values: [Float], _ series: Int, _ step: Int, of steps: Int) -> Double {
    Double(values[(series / channels * steps + step) * channels + series % channels])
  }

  /// The instance normalization of arXiv:2211.14730 without learned scales; PyTorch's `DLinear` has none.
  private func scale(_ x: [Float], series: Int) -> (mean: Double, deviation: Double) {
    guard configuration.kind == .channelPatchTST else { return (0, 1) }
    let values = (0..<configuration.lookback).map { value(x, series, $0, of: configuration.lookback) }
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return (mean, (variance + 1e-5).squareRoot())
  }
}
