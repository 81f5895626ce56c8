extension PreparedData {
  /// A forecast in the target's unit.
  ///
  /// - Parameters:
  ///   - normalised: What the model gave, in the units of the targets that `fill` writes.
  ///   - window: The window that was forecast.
  ///   - step: The step of the horizon, from 0.
  /// - Returns: The forecast, in the target's unit.
  public func forecastInTargetUnits(normalised: Float, window: Window, step: Int) -> Double {
    let map = windowMap(window)
    return Double(normalised) * map.scale + map.offset
  }

  /// The factor from normalised units to the target's, for errors and widths of intervals.
  public func targetScale(of window: Window) -> Double { windowMap(window).scale }

  /// What came to pass, in the target's unit; NaN where it is missing or not known yet.
  ///
  /// In the paper's evaluation filled
  /// values count as known.
  public func truth(_ window: Window, step: Int) -> Double {
    let row = Int(window.origin) + step
    guard row < seriesRows[Int(window.series)].rows.upperBound, targetKnown?[row] ?? true else { return .nan }
    return targetValues[row]
  }

  /// The naive forecast: the last value before the window's origin, in the target's unit.
  public func naiveLastValue(_ window: Window, step: Int) -> Double { targetValues[Int(window.origin) - 1] }

  /// The seasonal naive forecast: the value a whole number of seasons earlier, the nearest before the origin, in the
  /// target's unit; the last value where the series does not reach back that far.
  public func naiveSeasonal(_ window: Window, step: Int) -> Double {
    let season = fitted.task.season
    let row = Int(window.origin) + step - season * (step / season + 1)
    guard row >= seriesRows[Int(window.series)].rows.lowerBound else { return naiveLastValue(window, step: step) }
    return targetValues[row]
  }

  /// The time stamp of a forecast step, in milliseconds since 1970 (row numbers without dates); behind the last row it
  /// goes on along the data's grid.
  public func time(_ window: Window, step: Int) -> Int64 {
    let rows = seriesRows[Int(window.series)].rows
    let row = Int(window.origin) + step
    if row < rows.upperBound { return times[row] }
    let (last, steps) = (times[rows.upperBound - 1], row - rows.upperBound + 1)
    guard let grid = fitted.grid else { return last + Int64(steps) * (fitted.step ?? 1) }
    return grid.time(steps, after: last, monthDay: monthDays.isEmpty ? nil : monthDays[Int(window.series)])
  }

  /// What is known of a series before a window: the latest rows, in time order.
  ///
  /// - Parameters:
  ///   - window: A window of these data.
  ///   - rows: How many rows at most.
  /// - Returns: Time stamps as ``time(_:step:)`` gives them, and the target in its unit, NaN where it is missing.
  public func history(before window: Window, rows: Int) -> [(time: Int64, value: Double)] {
    let origin = Int(window.origin)
    let first = max(seriesRows[Int(window.series)].rows.lowerBound, origin - max(0, rows))
    return (first..<origin).map { row in (times[row], targetKnown?[row] ?? true ? targetValues[row] : .nan) }
  }

  /// Whether ``time(_:step:)`` gives dates.
  public var timesAreDates: Bool { hasDates }

  /// The scaler of the target in a window's series.
  public func targetScaler(of window: Window) -> ColumnScaler {
    targetScalers.isEmpty ? fitted.target.scaler : targetScalers[Int(window.series)]
  }

  /// The affine map from a window's normalised units to the target's.
  func windowMap(_ window: Window) -> (scale: Double, offset: Double) {
    let scaler = targetScaler(of: window)
    switch fitted.normalization {
    case .none: return (scaler.scale, scaler.offset)
    case .lastValue: return (scaler.scale, targetValues[Int(window.origin) - 1])
    case .meanAndDeviation:
      let rows = Int(window.origin) - lookback..<Int(window.origin)
      var mean = 0.0
      for row in rows { mean += targetValues[row] }
      mean /= Double(lookback)
      var variance = 0.0
      for row in rows { variance += (targetValues[row] - mean) * (targetValues[row] - mean) }
      let scaled = variance / Double(lookback) / (scaler.scale * scaler.scale)
      return ((scaled + WindowNormalization.epsilon).squareRoot() * scaler.scale, mean)
    }
  }
}
