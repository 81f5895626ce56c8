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
    of windows: [Window], reading reader: OutputReader, threads: Int, beforeBlock: () throws(Failure) -> Void
  ) throws(Failure) -> WindowForecasts {
    let horizon = data.horizon, rows = horizon * reader.outputsPerStep
    var values: [Double] = [], quantiles: [Double] = []
    values.reserveCapacity(windows.count * horizon)
    quantiles.reserveCapacity(windows.count * horizon * reader.levels.count)
    var outputs = [Float](repeating: 0, count: min(windows.count, Self.blockSize) * rows)
    for first in stride(from: 0, to: windows.count, by: Self.blockSize) {
      try beforeBlock()
      let block = windows[first..<min(first + Self.blockSize, windows.count)]
      forecast(block, threads: threads, into: &outputs)
      for (index, window) in block.enumerated() {
        let map = TargetMap(window, of: data)
        for step in 0..<horizon {
          let forecast = reader.read { outputs[index * rows + $0 * horizon + step] }
          values.append(map.inTargetUnits(forecast.point))
          for quantile in forecast.quantiles { quantiles.append(map.inTargetUnits(quantile)) }
        }
      }
    }
    return WindowForecasts(
      values: values, spread: nil,
      quantiles: reader.levels.isEmpty ? nil : QuantileForecasts(levels: reader.levels, values: quantiles))
  }

  private func forecast(_ block: ArraySlice<Window>, threads: Int, into outputs: inout [Float]) {
    let count = block.count * forecaster.configuration.outputCount
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

/// The map from a window's normalized units to the target's, found once a window: it may need the whole look-back.
struct TargetMap {
  private let scale: Double
  private let offset: Double

  init(_ window: Window, of data: PreparedData) {
    scale = data.targetScale(of: window)
    offset = data.forecastInTargetUnits(normalised: 0, window: window, step: 0)
  }

  func inTargetUnits(_ normalized: Float) -> Double { Double(normalized) * scale + offset }
}
