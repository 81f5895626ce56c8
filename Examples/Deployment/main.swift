// A pruned model in a service: take out what has no effect, pack the rest, and forecast one series at a time.
import Espalier

struct Service {
  let model: SavedModel
  private let forecaster: FrozenForecaster
  private var inputs: [Float]
  private var outputs: [Float]

  init(_ model: SavedModel) {
    self.model = model
    forecaster = FrozenForecaster(model.model)
    inputs = Array(repeating: 0, count: forecaster.configuration.inputsPerSample)
    outputs = Array(repeating: 0, count: forecaster.configuration.outputCount)
  }

  // The file knows columns and scales; rows come as they are, at least a look-back of them.
  mutating func forecast(_ rows: SeriesTable) throws -> Double? {
    let data = try model.preparation.windows(of: rows)
    guard let window = data.future.first else { return nil }
    inputs.withUnsafeMutableBufferPointer { memory in
      guard let start = memory.baseAddress else { return }
      data.fill(windows: [window], lanes: 1, inputs: start, targets: nil)
    }
    try computeOutputs()
    return data.forecastInTargetUnits(normalised: outputs[0], window: window, step: 0)
  }

  // The network alone: nothing is allocated here.
  mutating func computeOutputs() throws {
    try inputs.withUnsafeBufferPointer { series in
      try outputs.withUnsafeMutableBufferPointer { result in
        try forecaster.forecast(inputs: series, into: result)
      }
    }
  }

  // In microseconds.
  mutating func medianTime() throws -> Int {
    var times: [Duration] = []
    for _ in 0..<200 {
      let start = ContinuousClock.now
      try computeOutputs()
      times.append(start.duration(to: .now))
    }
    return Int((times.sorted()[100] / .microseconds(1)).rounded())
  }
}

// The same forecasts from smaller matrices.
let saved = try SavedModel(path: "load.safetensors")
let (small, shrinking) = try saved.shrunk()
print("weights: \(shrinking.weightsBefore), then \(shrinking.weightsAfter)")

let rows = try DatasetCatalogue.load("synthetic", folder: nil).table
let recent = try rows.slicing(rows.rowCount - 24..<rows.rowCount)
var (service, whole) = (Service(small), Service(saved))
if let forecast = try service.forecast(recent), let other = try whole.forecast(recent) {
  print("load in the next hour: \(forecast)")
  print("the same without shrinking: \(abs(forecast - other) < 1e-3)")
}

// Beside the same network with all its weights, as it was before the training.
let untrained = try saved.run.model.makeModel(seed: 0)
var dense = Service(SavedModel(model: untrained, run: saved.run, preparation: saved.preparation))
print("one series, pruned and shrunk: \(try service.medianTime()) microseconds")
print("one series, dense: \(try dense.medianTime()) microseconds")
