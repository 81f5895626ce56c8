extension PreparedData {
  /// Lanes that are gathered at once: few enough that their offsets stay on the stack and their rows in the cache.
  private static let laneBlock = 64

  /// Writes a batch of windows with the lanes innermost, without allocating.
  ///
  /// - Parameters:
  ///   - windows: The samples, one a lane; windows of this data only.
  ///   - lanes: The number of lanes of the batch, at least `windows.count`; further lanes become 0.
  ///   - inputs: Room for `[lookback, inputCount, lanes]` floats, in scaled units less the window's normalization.
  ///   - targets: Room for `[horizon, lanes]` floats in the same units, or nil; steps behind the last row become 0.
  public func fill(
    windows: UnsafeBufferPointer<Window>, lanes: Int, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) {
    precondition(lanes >= windows.count, "a batch has a lane for every window")
    if windows.count < lanes {
      inputs.update(repeating: 0, count: lookback * inputCount * lanes)
      targets?.update(repeating: 0, count: horizon * lanes)
    }
    var start = 0
    while start < windows.count {
      let end = min(start + Self.laneBlock, windows.count)
      let block = UnsafeBufferPointer(rebasing: windows[start..<end])
      gather(block, lanes: lanes, into: inputs + start)
      normalize(block.count, lanes: lanes, inputs + start)
      if let targets { fillTargets(block, lanes: lanes, targets + start) }
      start = end
    }
  }

  /// Writes a batch of windows with the lanes innermost; see the other `fill`.
  public func fill(
    windows: ArraySlice<Window>, lanes: Int, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?
  ) {
    windows.withUnsafeBufferPointer { fill(windows: $0, lanes: lanes, inputs: inputs, targets: targets) }
  }

  /// Copies the look-backs: every lane's rows are contiguous, so a cache line that was read serves 16 elements.
  private func gather(_ windows: UnsafeBufferPointer<Window>, lanes: Int, into inputs: UnsafeMutablePointer<Float>) {
    let width = inputCount
    let length = lookback * width
    matrix.withUnsafeBufferPointer { matrix in
      guard let base = matrix.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: Int.self, capacity: Self.laneBlock) { offsets in
        for (lane, window) in windows.enumerated() { offsets[lane] = (Int(window.origin) - lookback) * width }
        let count = windows.count
        for element in 0..<length {
          let row = inputs + element * lanes
          let source = base + element
          for lane in 0..<count { row[lane] = source[offsets[lane]] }
        }
      }
    }
  }

  /// Takes the window normalization out of the columns that drift.
  private func normalize(_ count: Int, lanes: Int, _ inputs: UnsafeMutablePointer<Float>) {
    guard fitted.normalization != .none else { return }
    let stride = inputCount * lanes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * Self.laneBlock) { scratch in
      guard let shift = scratch.baseAddress else { return }
      let factor = shift + Self.laneBlock
      for index in fitted.columns.indices where fitted.columns[index].drifts {
        let column = inputs + index * lanes
        if fitted.normalization == .lastValue {
          shift.update(from: column + (lookback - 1) * stride, count: count)
          for step in 0..<lookback {
            let row = column + step * stride
            for lane in 0..<count { row[lane] -= shift[lane] }
          }
        } else {
          standardize(column, stride: stride, count: count, mean: shift, factor: factor)
        }
      }
    }
  }

  private func standardize(
    _ column: UnsafeMutablePointer<Float>, stride: Int, count: Int, mean: UnsafeMutablePointer<Float>,
    factor: UnsafeMutablePointer<Float>
  ) {
    let weight = 1 / Float(lookback)
    mean.update(repeating: 0, count: count)
    factor.update(repeating: 0, count: count)
    for step in 0..<lookback {
      let row = column + step * stride
      for lane in 0..<count { mean[lane] += row[lane] * weight }
    }
    for step in 0..<lookback {
      let row = column + step * stride
      for lane in 0..<count {
        row[lane] -= mean[lane]
        factor[lane] += row[lane] * row[lane] * weight
      }
    }
    for lane in 0..<count { factor[lane] = 1 / (factor[lane] + Float(WindowNormalization.epsilon)).squareRoot() }
    for step in 0..<lookback {
      let row = column + step * stride
      for lane in 0..<count { row[lane] *= factor[lane] }
    }
  }

  private func fillTargets(
    _ windows: UnsafeBufferPointer<Window>, lanes: Int, _ targets: UnsafeMutablePointer<Float>
  ) {
    for (lane, window) in windows.enumerated() {
      let map = windowMap(window)
      let end = seriesRows[Int(window.series)].rows.upperBound
      for step in 0..<horizon {
        let row = Int(window.origin) + step
        targets[step * lanes + lane] = row < end ? Float((targetValues[row] - map.offset) / map.scale) : 0
      }
    }
  }
}
