import EspalierNN
import EspalierTensor

/// Weights, masks and buffers as they were at one moment, to go back to.
struct WeightSnapshot {
  let values: [Tensor]
  let masks: [[UInt8]?]
  let buffers: [Tensor]

  init(values: [Tensor], masks: [[UInt8]?], buffers: [Tensor]) {
    self.values = values
    self.masks = masks
    self.buffers = buffers
  }

  init(_ model: any ForecastModel) {
    let parameters = model.parameters
    buffers = model.buffers.map(\.tensor)
    values = parameters.map(\.tensor)
    masks = parameters.map(\.mask)
  }

  /// Gives a model its weights, masks and buffers back.
  ///
  /// - Throws: `ShapeError` when this is another model than that of the snapshot.
  func restore(_ model: any ForecastModel) throws(ShapeError) {
    for (index, buffer) in model.buffers.enumerated() { try buffer.load(buffers[index]) }
    for (index, parameter) in model.parameters.enumerated() {
      if parameter.isMasked {
        try parameter.loadMask(masks[index] ?? Array(repeating: 1, count: parameter.count))
      }
      try parameter.load(values[index])
    }
  }
}
