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
  ///   - units: Room for `[lanes]` floats, or nil: by window what 1 of its targets is worth in scaled units.
  public func fill(
    windows: UnsafeBufferPointer<Window>, lanes: Int, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?, units: UnsafeMutablePointer<Float>? = nil
  ) {
    precondition(lanes >= windows.count, "a batch has a lane for every window")
    if windows.count < lanes {
      inputs.update(repeating: 0, count: lookback * inputCount * lanes)
      targets?.update(repeating: 0, count: horizon * lanes)
      units?.update(repeating: 0, count: lanes)
    }
    var start = 0
    while start < windows.count {
      let end = min(start + Self.laneBlock, windows.count)
      let block = UnsafeBufferPointer(rebasing: windows[start..<end])
      gather(block, lanes: lanes, into: inputs + start)
      normalize(block.count, lanes: lanes, inputs + start)
      if let targets { fillTargets(block, lanes: lanes, targets + start, units.map { $0 + start }) }
      start = end
    }
  }

  /// Writes a batch of windows with the lanes innermost; see the other `fill`.
  public func fill(
    windows: ArraySlice<Window>, lanes: Int, inputs: UnsafeMutablePointer<Float>,
    targets: UnsafeMutablePointer<Float>?, units: UnsafeMutablePointer<Float>? = nil
  ) {
    windows.withUnsafeBufferPointer { fill(windows: $0, lanes: lanes, inputs: inputs, targets: targets, units: units) }
  }

  /// Copies the look-backs, turning `[lane][element]` into `[element][lane]`.
  ///
  /// Sixteen elements at a time: then the lines that are read and written all stay in the first-level cache.
  private func gather(_ windows: UnsafeBufferPointer<Window>, lanes: Int, into inputs: UnsafeMutablePointer<Float>) {
    let width = inputCount
    let length = lookback * width
    let count = windows.count
    matrix.withUnsafeBufferPointer { matrix in
      guard let base = matrix.baseAddress else { return }
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: Self.laneBlock) { sources in
        for lane in 0..<count { sources[lane] = base + (Int(windows[lane].origin) - lookback) * width }
        var element = 0
        while element < length {
          let end = min(element + 16, length)
          var lane = 0
          while lane + 4 <= count, end == element + 16 {
            for step in 0..<4 {
              Self.transpose(
                sources[lane] + element + 4 * step, sources[lane + 1] + element + 4 * step,
                sources[lane + 2] + element + 4 * step, sources[lane + 3] + element + 4 * step,
                into: inputs + (element + 4 * step) * lanes + lane, stride: lanes)
            }
            lane += 4
          }
          while lane < count {
            for index in element..<end { inputs[index * lanes + lane] = sources[lane][index] }
            lane += 1
          }
          element = end
        }
      }
    }
  }

  /// Writes four runs of four floats as four rows, a column a run.
  @inline(__always)
  private static func transpose(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, _ d: UnsafePointer<Float>,
    into rows: UnsafeMutablePointer<Float>, stride: Int
  ) {
    let first = load(a)
    let second = load(b)
    let third = load(c)
    let fourth = load(d)
    let low = SIMD4(first[0], second[0], first[1], second[1])
    let high = SIMD4(first[2], second[2], first[3], second[3])
    let low2 = SIMD4(third[0], fourth[0], third[1], fourth[1])
    let high2 = SIMD4(third[2], fourth[2], third[3], fourth[3])
    store(SIMD4(lowHalf: low.lowHalf, highHalf: low2.lowHalf), rows)
    store(SIMD4(lowHalf: low.highHalf, highHalf: low2.highHalf), rows + stride)
    store(SIMD4(lowHalf: high.lowHalf, highHalf: high2.lowHalf), rows + 2 * stride)
    store(SIMD4(lowHalf: high.highHalf, highHalf: high2.highHalf), rows + 3 * stride)
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func store(_ value: SIMD4<Float>, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: SIMD4<Float>.self)
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
    _ windows: UnsafeBufferPointer<Window>, lanes: Int, _ targets: UnsafeMutablePointer<Float>,
    _ units: UnsafeMutablePointer<Float>?
  ) {
    for (lane, window) in windows.enumerated() {
      let map = windowMap(window)
      units?[lane] = Float(map.scale / targetScaler(of: window).scale)
      let end = seriesRows[Int(window.series)].rows.upperBound
      for step in 0..<horizon {
        let row = Int(window.origin) + step
        targets[step * lanes + lane] = row < end ? Float((targetValues[row] - map.offset) / map.scale) : 0
      }
    }
  }
}
