import EspalierTensor

/// Weights and masks as they were at one moment, to go back to.
struct WeightSnapshot {
  let values: [Tensor]
  let masks: [[UInt8]?]

  init(values: [Tensor], masks: [[UInt8]?]) {
    self.values = values
    self.masks = masks
  }

  init(_ parameters: [Parameter]) {
    values = parameters.map(\.tensor)
    masks = parameters.map(\.mask)
  }

  /// Gives the parameters their weights and masks back.
  ///
  /// - Throws: `ShapeError` when these are other parameters than those of the snapshot.
  func restore(_ parameters: [Parameter]) throws(ShapeError) {
    for (index, parameter) in parameters.enumerated() {
      if parameter.isMasked {
        try parameter.loadMask(masks[index] ?? Array(repeating: 1, count: parameter.count))
      }
      try parameter.load(values[index])
    }
  }
}
