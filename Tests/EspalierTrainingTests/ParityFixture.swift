import EspalierNN
import EspalierPruning
import EspalierTensor
import Foundation

/// PyTorch's numbers for one model on one batch; `make_fixtures.py` in the fixtures' own folder says what they are.
struct ParityFixture {
  let file: SafetensorsFile
  let configuration: ModelConfiguration
  let batch: Int

  /// The folder that `ESPALIER_FIXTURES` names, or the one in the repository.
  static var folder: URL {
    if let named = ProcessInfo.processInfo.environment["ESPALIER_FIXTURES"] { return URL(fileURLWithPath: named) }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
  }

  /// The names of all fixtures in the folder.
  static var names: [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return found.filter { $0.hasSuffix(".safetensors") }.sorted()
  }

  /// The kinds of models that these tests know how to build.
  static func isKnown(_ name: String) -> Bool {
    // What cannot be read is not skipped: its test fails.
    guard let file = try? SafetensorsFile(path: folder.appendingPathComponent(name).path) else { return true }
    return ModelKind(rawValue: file.metadata["model"] ?? "") != nil
  }

  init(_ name: String) throws {
    file = try SafetensorsFile(path: Self.folder.appendingPathComponent(name).path)
    let metadata = file.metadata
    func number(_ key: String) -> Int? { metadata[key].flatMap { Int($0) } }
    guard let kind = ModelKind(rawValue: metadata["model"] ?? ""), let features = number("features"),
      let lookback = number("lookback"), let batch = number("batch")
    else { throw FixtureError(message: "\(name) does not say which model it holds") }
    self.batch = batch
    var configuration = ModelConfiguration(kind: kind, features: features, lookback: lookback)
    configuration.horizon = number("horizon") ?? 1
    configuration.hidden = number("hidden") ?? number("width") ?? configuration.hidden
    configuration.heads = number("heads") ?? configuration.heads
    configuration.layers = number("layers") ?? configuration.layers
    configuration.feedForward = number("ff") ?? configuration.feedForward
    self.configuration = configuration
  }

  /// A number of the metadata.
  func number(_ key: String) throws -> Double {
    guard let value = file.metadata[key].flatMap(Double.init) else { throw FixtureError(message: "\(key) is missing") }
    return value
  }

  /// The published schedule that the fixture was made with.
  var pruning: PruningConfiguration {
    get throws {
      var pruning = PruningConfiguration.paper(model: .rnn)
      pruning.schedule = .lateCubic(
        LateCubicSchedule(low: try number("schedule_low"), high: try number("schedule_high")))
      pruning.timing.warmup = Int(try number("schedule_warmup"))
      pruning.timing.every = Int(try number("schedule_every"))
      return pruning
    }
  }

  /// The model with the fixture's parameters.
  func model() throws -> any ForecastModel {
    let model = try configuration.makeModel(seed: 0)
    var tensors: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix("param.") {
      tensors[String(name.dropFirst("param.".count))] = try file.tensor(name)
    }
    try model.load(tensors)
    return model
  }

  /// Runs the batch forward and, when gradients are wanted, backward.
  func run(_ model: any ForecastModel, on tape: Tape, backward: Bool) throws -> (out: [Float], loss: Double) {
    tape.reset()
    let lanes = Tape.paddedLanes(batch)
    let x = try file.tensor("x"), y = try file.tensor("y")
    let (steps, features, horizon) = (configuration.lookback, configuration.features, configuration.horizon)
    let input = tape.input(steps: steps, rows: features, lanes: lanes) { memory in
      memory.update(repeating: 0, count: steps * features * lanes)
      for sample in 0..<batch {
        for element in 0..<steps * features {
          memory[element * lanes + sample] = x.values[sample * steps * features + element]
        }
      }
    }
    let target = tape.input(steps: 1, rows: horizon, lanes: lanes) { memory in
      memory.update(repeating: 0, count: horizon * lanes)
      for sample in 0..<batch {
        for step in 0..<horizon { memory[step * lanes + sample] = y.values[sample * horizon + step] }
      }
    }
    let forecast = model.forward(input, on: tape)
    let loss = tape.loss(.meanSquaredError, forecast: forecast, target: target, samples: batch)
    if backward {
      for parameter in model.parameters { parameter.zeroGradient() }
      tape.backward(from: loss)
    }
    let out = tape.withValues(of: forecast) { values in
      (0..<batch).flatMap { sample in (0..<horizon).map { values[$0 * lanes + sample] } }
    }
    return (out, loss.value)
  }
}

/// A fixture that is not as it should be.
struct FixtureError: Error {
  let message: String
}
