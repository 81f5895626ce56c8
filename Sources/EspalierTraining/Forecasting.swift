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

  /// A pass over `data` in blocks of `blockSize` windows; with dense weights results do not depend on the size.
  init(model: any ForecastModel, data: PreparedData, blockSize: Int = 64) {
    self.model = model
    self.data = data
    self.blockSize = blockSize
  }

  /// The mean loss over windows in one pass, in normalized units.
  func loss(_ kind: LossKind, windows: [Window], regularizer: any Regularizer, pass: UInt32) -> Double {
    var sum = 0.0
    forEachBlock(of: windows) { block, first in
      let (forecast, target) = forward(block, first: first, regularizer: regularizer, pass: pass)
      sum += tape.loss(kind, forecast: forecast, target: target, samples: block.count, batch: windows.count).value
    }
    return sum
  }

  /// Forecasts in the target's unit, window after window and step after step within a window, with the deviation over
  /// passes where there are several.
  ///
  /// `beforeBlock` may end the work by throwing.
  func forecasts<Failure>(
    windows: [Window], regularizer: any Regularizer, firstPass: UInt32, beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> (values: [Double], spread: [Double]?) {
    let horizon = data.horizon
    let passes = regularizer.passes(data.fitted.task.evaluation)
    // Running means and squared distances from them, as Welford keeps them: large values lose no digits.
    var means = [Double](repeating: 0, count: windows.count * horizon)
    var squares = passes > 1 ? means : []
    for pass in 0..<passes {
      try forEachBlock(of: windows) { block, first throws(Failure) in
        try beforeBlock()
        let (forecast, _) = forward(block, first: first, regularizer: regularizer, pass: firstPass + UInt32(pass))
        tape.withValues(of: forecast) { values in
          for (lane, window) in block.enumerated() {
            for step in 0..<horizon {
              let normalised = values[step * forecast.lanes + lane]
              let value = data.forecastInTargetUnits(normalised: normalised, window: window, step: step)
              let index = (first + lane) * horizon + step
              let distance = value - means[index]
              means[index] += distance / Double(pass + 1)
              if passes > 1 { squares[index] += distance * (value - means[index]) }
            }
          }
        }
      }
    }
    guard passes > 1 else { return (means, nil) }
    return (means, squares.map { ($0 / Double(passes - 1)).squareRoot() })
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
  ) -> (forecast: Variable, target: Variable) {
    tape.reset()
    regularizer.beforeEvaluation(pass: pass, firstLane: first, on: tape)
    let (inputs, target) = tape.batch(block, of: data)
    return (model.forward(inputs, on: tape), target)
  }
}

extension Tape {
  /// Makes the inputs `[lookback, inputs, lanes]` and the targets `[1, horizon, lanes]` of a batch of windows.
  func batch(_ windows: ArraySlice<Window>, of data: PreparedData) -> (inputs: Variable, targets: Variable) {
    let lanes = Tape.paddedLanes(windows.count)
    samples = windows.count
    // Both are filled at once; the targets' memory is made first so that it is there when the inputs' is filled.
    var targetMemory: UnsafeMutablePointer<Float>?
    let targets = input(steps: 1, rows: data.horizon, lanes: lanes) { targetMemory = $0 }
    let inputs = input(steps: data.lookback, rows: data.inputCount, lanes: lanes) { memory in
      data.fill(windows: windows, lanes: lanes, inputs: memory, targets: targetMemory)
    }
    return (inputs, targets)
  }
}
