import EspalierData
import EspalierNN
import EspalierTensor

/// Runs a model over windows without training it.
///
/// A part of the trainer, and of everything that forecasts with a finished model. Belongs to one thread at a time.
final class ForecastPass {
  let model: any ForecastModel
  let data: PreparedData
  private let tape = Tape(recording: false)
  private let blockSize: Int

  /// A pass over `data` in blocks of `blockSize` windows, a multiple of 16; with dense weights results do not depend on it.
  init(model: any ForecastModel, data: PreparedData, blockSize: Int = 64) {
    self.model = model
    self.data = data
    self.blockSize = blockSize
  }

  /// The mean loss over windows in one pass, as ``TrainingConfiguration/loss`` is measured.
  func loss(_ kind: LossKind, windows: [Window], regularizer: any Regularizer, pass: UInt32) -> Double {
    var sum = 0.0
    forEachBlock(of: windows) { block, first in
      let (forecast, batch) = forward(block, first: first, regularizer: regularizer, pass: pass)
      sum +=
        tape.loss(
          kind, forecast: forecast, target: batch.targets, units: batch.units, samples: block.count,
          batch: windows.count
        ).value
    }
    return sum
  }

  /// Forecasts in the target's unit, window after window and step after step within a window, with the deviation over
  /// passes where there are several.
  ///
  /// Point forecasts and quantiles are means over the passes. `beforeBlock` may end the work by throwing.
  func forecasts<Failure>(
    windows: [Window], reading reader: OutputReader, regularizer: any Regularizer, firstPass: UInt32,
    beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> WindowForecasts {
    let horizon = data.horizon
    let passes = regularizer.passes(data.fitted.task.evaluation)
    // Running means and squared distances from them, as Welford keeps them: large values lose no digits.
    var means = [Double](repeating: 0, count: windows.count * horizon)
    var squares = passes > 1 ? means : []
    var quantiles = [Double](repeating: 0, count: means.count * reader.levels.count)
    for pass in 0..<passes {
      try forEachBlock(of: windows) { block, first throws(Failure) in
        try beforeBlock()
        let (forecast, _) = forward(block, first: first, regularizer: regularizer, pass: firstPass + UInt32(pass))
        tape.withValues(of: forecast) { values in
          for (lane, window) in block.enumerated() {
            let map = TargetMap(window, of: data)
            for step in 0..<horizon {
              let outputs = reader.read { values[($0 * horizon + step) * forecast.lanes + lane] }
              let value = map.inTargetUnits(outputs.point)
              let index = (first + lane) * horizon + step
              let distance = value - means[index]
              means[index] += distance / Double(pass + 1)
              if passes > 1 { squares[index] += distance * (value - means[index]) }
              for (level, quantile) in outputs.quantiles.enumerated() {
                let place = index * reader.levels.count + level
                quantiles[place] += (map.inTargetUnits(quantile) - quantiles[place]) / Double(pass + 1)
              }
            }
          }
        }
      }
    }
    return WindowForecasts(
      values: means, spread: passes > 1 ? squares.map { ($0 / Double(passes - 1)).squareRoot() } : nil,
      quantiles: reader.levels.isEmpty ? nil : QuantileForecasts(levels: reader.levels, values: quantiles))
  }

  private func forEachBlock<Failure>(
    of windows: [Window], _ body: (ArraySlice<Window>, Int) throws(Failure) -> Void
  ) throws(Failure) {
    var first = 0
    while first < windows.count {
      let end = min(first + blockSize, windows.count)
      try body(windows[first..<end], first)
      first = end
    }
  }

  private func forward(
    _ block: ArraySlice<Window>, first: Int, regularizer: any Regularizer, pass: UInt32
  ) -> (forecast: Variable, batch: WindowBatch) {
    tape.reset()
    regularizer.beforeEvaluation(pass: pass, firstLane: first, on: tape)
    let batch = tape.batch(block, of: data)
    return (model.forward(batch.inputs, on: tape), batch)
  }
}

/// A batch of windows on a tape.
struct WindowBatch {
  /// `[lookback, inputs, lanes]`, with covariates where there are some.
  let inputs: ForecastInputs
  /// `[1, horizon, lanes]`.
  let targets: Variable
  /// `[1, 1, lanes]`, by window what 1 of its targets is worth in scaled units; nil where that is 1.
  ///
  /// Without it, a window that hardly moves, whose targets are divided by next to nothing, would outweigh all others.
  let units: Variable?
}

extension Tape {
  /// Makes a batch of windows.
  func batch(_ windows: ArraySlice<Window>, of data: PreparedData) -> WindowBatch {
    let lanes = Tape.paddedLanes(windows.count)
    samples = windows.count
    // All are filled at once; the targets' memory is made first so that it is there when the inputs' is filled.
    var targetMemory: UnsafeMutablePointer<Float>?
    var unitMemory: UnsafeMutablePointer<Float>?
    let targets = input(steps: 1, rows: data.horizon, lanes: lanes) { targetMemory = $0 }
    let units =
      data.fitted.normalization == .meanAndDeviation ? input(steps: 1, rows: 1, lanes: lanes) { unitMemory = $0 } : nil
    let inputs = input(steps: data.lookback, rows: data.inputCount, lanes: lanes) { memory in
      data.fill(windows: windows, lanes: lanes, inputs: memory, targets: targetMemory, units: unitMemory)
    }
    var all = ForecastInputs(series: inputs)
    if data.futureCount > 0 {
      all.future = input(steps: 1, rows: data.horizon * data.futureCount, lanes: lanes) {
        data.fillCovariates(windows: windows, lanes: lanes, future: $0, statics: nil)
      }
    }
    if data.staticCount > 0 {
      all.statics = input(steps: 1, rows: data.staticCount, lanes: lanes) {
        data.fillCovariates(windows: windows, lanes: lanes, future: nil, statics: $0)
      }
    }
    return WindowBatch(inputs: all, targets: targets, units: units)
  }
}
