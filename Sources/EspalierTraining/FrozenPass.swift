import EspalierData
import EspalierNN
import EspalierTensor

/// Forecasts windows with a model's weights as they are now, packed for forecasts alone.
///
/// Belongs to one thread at a time, and uses several by itself when asked to.
final class FrozenPass {
  private let forecaster: FrozenForecaster
  private let data: PreparedData

  /// Windows between two questions whether to go on, at most.
  private static let blockSize = 4096

  /// Packs a model for windows of `data`, whose look-back, inputs and horizon must be the model's.
  init(model: any ForecastModel, data: PreparedData, costs: SparseCostModel) {
    let sizes = model.configuration
    precondition(
      sizes.fits(data.fitted),
      "windows of the model's shape")
    forecaster = FrozenForecaster(model, costs: costs)
    self.data = data
  }

  /// Forecasts in the target's unit, window after window and step after step within a window.
  ///
  /// `beforeBlock` may end the work by throwing. The values do not depend on the number of threads.
  func forecasts<Failure>(
    of windows: [Window], threads: Int, beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> [Double] {
    let horizon = data.horizon
    var values: [Double] = []
    values.reserveCapacity(windows.count * horizon)
    var outputs = [Float](repeating: 0, count: min(windows.count, Self.blockSize) * horizon)
    for first in stride(from: 0, to: windows.count, by: Self.blockSize) {
      try beforeBlock()
      let block = windows[first..<min(first + Self.blockSize, windows.count)]
      forecast(block, threads: threads, into: &outputs)
      for (index, window) in block.enumerated() {
        for step in 0..<horizon {
          values.append(
            data.forecastInTargetUnits(normalised: outputs[index * horizon + step], window: window, step: step))
        }
      }
    }
    return values
  }

  private func forecast(_ block: ArraySlice<Window>, threads: Int, into outputs: inout [Float]) {
    let count = block.count * data.horizon
    outputs.withUnsafeMutableBufferPointer { [data] outputs in
      do {
        try forecaster.forecast(
          samples: block.count, into: UnsafeMutableBufferPointer(rebasing: outputs[..<count]), threads: threads
        ) { first, size, lanes, memory in
          let begin = block.startIndex + first
          let windows = block[begin..<begin + size]
          data.fill(windows: windows, lanes: lanes, inputs: memory, targets: nil)
          let future = memory + data.lookback * data.inputCount * lanes
          data.fillCovariates(
            windows: windows, lanes: lanes, future: future, statics: future + data.horizon * data.futureCount * lanes)
        }
      } catch {
        preconditionFailure("\(error)")
      }
    }
  }
}
