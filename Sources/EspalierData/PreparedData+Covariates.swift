extension PreparedData {
  /// Writes what is known of a batch's forecast steps and of its series, with the lanes innermost.
  ///
  /// - Parameters:
  ///   - windows: The samples, one a lane; windows of this data only.
  ///   - lanes: The number of lanes of the batch, at least `windows.count`; further lanes become 0.
  ///   - future: Room for `[horizon, futureCount, lanes]` floats, scaled; steps behind the last row have their calendar
  ///     and 0. Nil when there are none.
  ///   - statics: Room for `[1, staticCount, lanes]` floats, scaled. Nil when there are none.
  public func fillCovariates(
    windows: ArraySlice<Window>, lanes: Int, future: UnsafeMutablePointer<Float>?,
    statics: UnsafeMutablePointer<Float>?
  ) {
    precondition(lanes >= windows.count, "a batch has a lane for every window")
    let (width, count) = (futureCount, staticCount)
    if let future, width > 0 {
      if windows.count < lanes { future.update(repeating: 0, count: horizon * width * lanes) }
      for (lane, window) in windows.enumerated() { fillFuture(window, width: width, lanes: lanes, future + lane) }
    }
    if let statics, count > 0 {
      if windows.count < lanes { statics.update(repeating: 0, count: count * lanes) }
      for (lane, window) in windows.enumerated() {
        for index in 0..<count {
          statics[index * lanes + lane] = covariates.statics[Int(window.series) * count + index]
        }
      }
    }
  }

  private func fillFuture(_ window: Window, width: Int, lanes: Int, _ future: UnsafeMutablePointer<Float>) {
    let end = seriesRows[Int(window.series)].rows.upperBound
    for step in 0..<horizon {
      let row = Int(window.origin) + step
      let to = future + step * width * lanes
      if row < end {
        for index in 0..<width { to[index * lanes] = covariates.future[row * width + index] }
      } else {
        let columns = fitted.known?.count ?? 0
        for index in 0..<columns { to[index * lanes] = 0 }
        for (index, part) in (fitted.futureCalendar ?? []).enumerated() {
          let (sine, cosine) = part.values(time(window, step: step))
          to[(columns + 2 * index) * lanes] = sine
          to[(columns + 2 * index + 1) * lanes] = cosine
        }
      }
    }
  }

  /// Checks that everything that must be known of forecast steps is known.
  ///
  /// - Parameter windows: Windows of this data, such as ``future``.
  /// - Throws: ``PreparationError/noFuture(target:lookback:)`` without windows, and
  ///   ``PreparationError/futureMissing(column:series:time:isDate:)`` for the first value that is missing.
  public func checkFuture(of windows: [Window]) throws(PreparationError) {
    if windows.isEmpty { throw .noFuture(target: fitted.target.name, lookback: lookback) }
    guard let first = fitted.known?.first else { return }
    for window in windows {
      let end = seriesRows[Int(window.series)].rows.upperBound
      for step in 0..<horizon {
        let row = Int(window.origin) + step
        if let column = row < end ? covariates.gaps[row] : first {
          throw .futureMissing(
            column: column, series: seriesNames[Int(window.series)], time: time(window, step: step), isDate: hasDates)
        }
      }
    }
  }
}
