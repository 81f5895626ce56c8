extension PreparedData {
  /// What was fitted and which series were trained on, for the file of a model of these data.
  package var trainedPreparation: FittedPreparation {
    var fitted = fitted
    fitted.trainedSeries = trainedSeries
    return fitted
  }
}

extension WindowLists {
  /// The ids of the series that have windows to train on, in the table's order.
  func trainedSeries(of table: SeriesTable) -> [String] {
    Set(train.map(\.series)).sorted().map { table.series[Int($0)].id }
  }
}

extension FittedPreparation {
  /// A note on the series of a panel that were not trained on, where that is known; scalers are shared.
  func notesOnUntrained(_ table: SeriesTable) -> [String] {
    guard let trainedSeries, table.isPanel else { return [] }
    let known = Set(trainedSeries)
    let new = table.series.filter { $0.rows.count >= task.lookback && !known.contains($0.id) }.map { "\"\($0.id)\"" }
    guard !new.isEmpty else { return [] }
    let names = new.prefix(3).joined(separator: ", ") + (new.count > 3 ? ", ..." : "")
    return [
      "\(new.count) of \(table.series.count) series \(new.count == 1 ? "was" : "were") not trained on (\(names)): the model "
        + "knows only what others are like."
    ]
  }
}

extension PreparedContent {
  /// Refuses data without any known target where forecasts begin from it.
  ///
  /// - Throws: ``PreparationError/noKnownTarget(_:)``.
  func checkTargets(of table: SeriesTable, _ fitted: FittedPreparation) throws(PreparationError) {
    guard let lastKnown else { return }
    let long = table.series.indices.filter { table.series[$0].rows.count >= fitted.task.lookback }
    if long.allSatisfy({ lastKnown[$0] == nil }) { throw .noKnownTarget(fitted.target.name) }
  }

  /// A note on series without any known target, of those that have a number of rows.
  func notesOnTargets(of table: SeriesTable, _ fitted: FittedPreparation, rows: Int) -> [String] {
    guard let lastKnown else { return [] }
    let count = zip(table.series, lastKnown).count { $0.rows.count >= rows && $1 == nil }
    if count == 0 { return [] }
    return ["\(count) of \(table.series.count) series have no known \"\(fitted.target.name)\" and were skipped."]
  }

  /// Notes on series whose forecast is missing, or begins from something else than a known target.
  func notesOnFuture(of table: SeriesTable, _ fitted: FittedPreparation) -> [String] {
    guard let lastKnown else { return [] }
    let (name, lookback) = (fitted.target.name, fitted.task.lookback)
    var short = 0
    var tails: [(series: String, rows: Int)] = []
    for (one, last) in zip(table.series, lastKnown) where one.rows.count >= lookback {
      guard let last else { continue }
      let origin = firstFutureRow(of: one, fitted)
      if origin - one.rows.lowerBound < lookback { short += 1 }
      if origin - last > 1 { tails.append((one.id, origin - last - 1)) }
    }
    var notes: [String] = []
    if short > 0 {
      notes.append(
        "\(short) of \(table.series.count) series have fewer than \(lookback) rows up to their last known \"\(name)\", where a "
          + "forecast begins, and were skipped.")
    }
    guard let longest = tails.max(by: { $0.rows < $1.rows }) else { return notes }
    let rows = counted(longest.rows, "row", were: false)
    notes.append(
      table.isPanel
        ? "\(tails.count) of \(table.series.count) series end in rows without a known \"\(name)\" (at most \(rows), in series "
          + "\"\(longest.series)\"): its last value stands in for them, and forecasts begin behind them."
        : "The last \(rows) \(longest.rows == 1 ? "has" : "have") no known \"\(name)\": its last value stands in, and the "
          + "forecast begins behind.")
    return notes
  }
}
