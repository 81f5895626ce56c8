/// Fits everything that is learned from data before training.
struct PreparationFitting {
  let table: SeriesTable
  let task: ForecastTask
  let drifting: [String]
  /// The parts of every series in the strict evaluation; only the rows of train are looked at.
  let parts: [SeriesParts]
  private(set) var notes: [String]
  /// Whether the notes tell of the scale of MASE; a backtest's forecasts have scales of their own.
  let reportsScale: Bool

  init(
    table: SeriesTable, task: ForecastTask, drifting: [String], parts: [SeriesParts], notes: [String],
    reportsScale: Bool = true
  ) {
    self.table = table
    self.task = task
    self.drifting = drifting
    self.parts = parts
    self.notes = notes
    self.reportsScale = reportsScale
  }

  /// The fitted preparation.
  mutating func fit() throws(PreparationError) -> FittedPreparation {
    let target = try fitTarget()
    let known = task.known ?? []
    let roles = known + (task.statics ?? []) + [task.target]
    let names = (task.features ?? table.columnNames.filter { !roles.contains($0) }) + known
    for name in drifting {
      _ = try column(name)
      if known.contains(name) { throw .knownDrifts(name) }
    }
    var columns = task.evaluation == .strict ? [target] : []
    for name in names where !columns.contains(where: { $0.name == name }) {
      let values = try column(name).values
      guard let (mean, scaler) = fit(values) else {
        notes.append(
          isConstant(values)
            ? "Feature \"\(name)\" has fewer than two different values in the rows that are fitted and was dropped."
            : "Feature \"\(name)\" has values too large, or too close to each other, to be scaled and was dropped.")
        continue
      }
      columns.append(FittedColumn(name: name, mean: mean, scaler: scaler, drifts: drifting.contains(name)))
    }
    guard !columns.isEmpty else { throw .noInputs }
    var calendar: [CalendarFeature] = []
    if task.calendar {
      guard table.hasDates, let step = table.inferredStep else { throw .calendarWithoutDates }
      calendar = CalendarFeature.varying(step: step)
    }
    var fitted = FittedPreparation(
      task: task, target: target, columns: columns, calendar: calendar, normalization: task.resolvedNormalization,
      step: table.hasDates ? table.inferredStep : nil, seasonalScale: try seasonalScale())
    fitted.grid = table.rowGrid
    try addCovariates(to: &fitted)
    if task.scaling == .perSeries { fitted.series = try fitSeries(columns) }
    return fitted
  }

  private mutating func addCovariates(to fitted: inout FittedPreparation) throws(PreparationError) {
    let known = (task.known ?? []).filter { name in fitted.columns.contains { $0.name == name } }
    if !known.isEmpty { fitted.known = known }
    if task.knownCalendar == true {
      guard table.hasDates, let step = table.inferredStep else { throw .calendarWithoutDates }
      fitted.futureCalendar = CalendarFeature.varying(step: step)
    }
    var statics: [FittedStatic] = []
    let usable = table.series.filter { $0.rows.count >= task.lookback }
    for name in task.statics ?? [] {
      if let column = try FittedStatic.fit(name, table: table, kind: task.scaler, series: usable) {
        statics.append(column)
      } else {
        notes.append("Static column \"\(name)\" is the same in all series and was dropped.")
      }
    }
    if !statics.isEmpty { fitted.statics = statics }
  }

  /// The scales of every series that has a known target among its training rows.
  private mutating func fitSeries(_ columns: [FittedColumn]) throws(PreparationError) -> [FittedSeries] {
    var scales = [[FittedScale]](repeating: [], count: table.series.count)
    for (index, column) in columns.enumerated() {
      let values = try self.column(column.name).values
      for (series, parts) in parts.enumerated() where index == 0 || !scales[series].isEmpty {
        let own = FittedScale(task.scaler, values, rows: parts.train, shared: column.scaler)
        if let scale = own ?? (index == 0 ? nil : FittedScale(column)) { scales[series].append(scale) }
      }
    }
    let empty = scales.count(where: \.isEmpty)
    if empty > 0 {
      notes.append("\(empty) of \(scales.count) series have no known target to fit a scaler to and were skipped.")
    }
    return zip(table.series, scales).filter { !$1.isEmpty }.map { FittedSeries(id: $0.id, scales: $1) }
  }

  private func fitTarget() throws(PreparationError) -> FittedColumn {
    let values = try column(task.target).values
    if let (mean, scaler) = fit(values) {
      return FittedColumn(name: task.target, mean: mean, scaler: scaler, drifts: true)
    }
    let known = fittedRows.contains { rows in rows.contains { !values[$0].isNaN } }
    guard known else { throw .missingTarget(task.target) }
    throw isConstant(values) ? .constantTarget(task.target) : .extremeTarget(task.target)
  }

  /// Whether the rows that fitting may see have fewer than two different values.
  private func isConstant(_ values: [Double]) -> Bool {
    var first = Double.nan
    for row in fittedRows.joined() where !values[row].isNaN {
      if first.isNaN { first = values[row] } else if values[row] != first { return false }
    }
    return true
  }

  private func column(_ name: String) throws(PreparationError) -> NumericColumn {
    do {
      return try table.column(name)
    } catch {
      switch error {
      case .textColumn: throw .textColumn(name)
      default: throw .unknownColumn(name: name, nearest: NearestName.of(name, among: table.columnNames))
      }
    }
  }

  /// The rows that fitting may see: those of train, or in the paper's evaluation all.
  private var fittedRows: [Range<Int>] {
    task.evaluation == .strict ? parts.map(\.train) : table.series.map(\.rows)
  }

  /// Mean and scale of the known values, in the paper's evaluation of the filled ones; nil below two different values
  /// and for values that can't be scaled.
  private func fit(_ values: [Double]) -> (mean: Double, scaler: ColumnScaler)? {
    var seen: [Double] = []
    for rows in fittedRows {
      if task.evaluation == .strict {
        for row in rows where !values[row].isNaN { seen.append(values[row]) }
      } else {
        let start = Imputation.start(values, rows: rows, evaluation: .paper, mean: .nan)
        var last = start
        for row in rows {
          if !values[row].isNaN { last = values[row] }
          seen.append(last)
        }
      }
    }
    guard let scaler = ColumnScaler(task.scaler, fitting: seen) else { return nil }
    let known = seen.filter { !$0.isNaN }
    let scale = FittedScale(mean: known.reduce(0, +) / Double(known.count), scaler: scaler)
    return scale.isUsable ? (scale.mean, scaler) : nil
  }

  /// Mean absolute difference between known targets a season apart within the training rows; over one step where a
  /// season gives none or nothing but zero.
  private mutating func seasonalScale() throws(PreparationError) -> Double? {
    let values = try column(task.target).values
    for season in task.season == 1 ? [1] : [task.season, 1] {
      var sum = 0.0
      var count = 0
      for rows in trainingRows where rows.count > season {
        for row in rows.dropFirst(season) where !values[row].isNaN && !values[row - season].isNaN {
          sum += abs(values[row] - values[row - season])
          count += 1
        }
      }
      if sum > 0 { return sum / Double(count) }
      if season != 1, reportsScale {
        notes.append("No two training rows are a season of \(season) steps apart; the scale of MASE uses one step.")
      }
    }
    return nil
  }

  /// The rows that training windows touch.
  private var trainingRows: [Range<Int>] {
    guard task.evaluation == .paper else { return parts.map(\.train) }
    return table.series.map { one in
      let windows = max(0, one.rows.count - task.lookback - task.horizon + 1)
      let cut = WindowLists.paperCut(windows)
      return one.rows.lowerBound..<one.rows.lowerBound + (cut == 0 ? 0 : cut + task.lookback + task.horizon - 1)
    }
  }
}
