/// A table's rows after filling and scaling.
struct PreparedContent {
  private(set) var matrix: [Float] = []
  private(set) var targetValues: [Double] = []
  private(set) var targetKnown: [Bool]?
  /// By series its last row with a known target, nil where it has none; nil when forecasts don't begin from it.
  private(set) var lastKnown: [Int?]?
  /// The first rows of series without any known target, of those that forecasts begin from.
  private var withoutTarget: Set<Int> = []
  private let scales: SeriesScales

  /// Applies a fitted preparation.
  ///
  /// - Throws: ``PreparationError`` when a column is missing or a value does not fit 32-bit floats.
  init(fitted: FittedPreparation, table: SeriesTable, scales: SeriesScales) throws(PreparationError) {
    self.scales = scales
    let width = fitted.inputCount
    matrix = [Float](repeating: 0, count: table.rowCount * width)
    for (index, column) in fitted.columns.enumerated() {
      let values = try Self.values(column.name, of: table)
      let scale = { series in scales.scale(series: series, column: index) }
      try Self.filled(values, scale, fitted.task.evaluation, table) { row, value, scaler throws(PreparationError) in
        let scaled = Float(scaler.scaled(value))
        guard scaled.isFinite else { throw .notFinite(column: column.name, row: row) }
        matrix[row * width + index] = scaled
      }
    }
    try appendCalendar(fitted, table)
    try readTarget(fitted, table)
  }

  private mutating func appendCalendar(_ fitted: FittedPreparation, _ table: SeriesTable) throws(PreparationError) {
    guard !fitted.calendar.isEmpty else { return }
    guard table.hasDates else { throw .calendarWithoutDates }
    let width = fitted.inputCount
    for (index, part) in fitted.calendar.enumerated() {
      let place = fitted.columns.count + 2 * index
      for row in 0..<table.rowCount {
        let (sine, cosine) = part.values(table.times[row])
        matrix[row * width + place] = sine
        matrix[row * width + place + 1] = cosine
      }
    }
  }

  private mutating func readTarget(_ fitted: FittedPreparation, _ table: SeriesTable) throws(PreparationError) {
    targetValues = [Double](repeating: .nan, count: table.rowCount)
    let values: [Double]
    do {
      values = try Self.values(fitted.target.name, of: table)
    } catch {
      if fitted.needsTargetHistory { throw error }
      targetKnown = [Bool](repeating: false, count: table.rowCount)
      return
    }
    if fitted.needsTargetHistory {
      let last = table.series.map { one in one.rows.last { !values[$0].isNaN } }
      for (one, last) in zip(table.series, last) where last == nil && !one.rows.isEmpty {
        withoutTarget.insert(one.rows.lowerBound)
      }
      lastKnown = last
    }
    let evaluation = fitted.task.evaluation
    try Self.filled(values, scales.target, evaluation, table) { row, value, scaler throws(PreparationError) in
      guard Float(scaler.scaled(value)).isFinite else {
        throw .notFinite(column: fitted.target.name, row: row)
      }
      targetValues[row] = value
    }
    if evaluation == .strict, values.contains(where: \.isNaN) {
      targetKnown = values.map { !$0.isNaN }
    } else if let inserted = table.inserted {
      targetKnown = inserted.isInserted.map { !$0 }
    }
  }

  /// The row at which a series' forecast begins: behind the last known target where rows may follow it, else behind the
  /// last row; its first one, behind which nothing lies, when it begins from a target and none is known.
  func firstFutureRow(of one: SeriesRows, _ fitted: FittedPreparation) -> Int {
    if !one.rows.isEmpty, withoutTarget.contains(one.rows.lowerBound) { return one.rows.lowerBound }
    guard fitted.known != nil, let targetKnown else { return one.rows.upperBound }
    return (one.rows.last { targetKnown[$0] } ?? one.rows.lowerBound - 1) + 1
  }

  static func values(_ name: String, of table: SeriesTable) throws(PreparationError) -> [Double] {
    do {
      return try table.column(name).values
    } catch {
      if case .textColumn = error { throw .textColumn(name) }
      throw .unknownColumn(name: name, nearest: NearestName.of(name, among: table.columnNames))
    }
  }

  private static func filled(
    _ values: [Double], _ scale: (Int) -> FittedScale, _ evaluation: Evaluation, _ table: SeriesTable,
    _ body: (Int, Double, ColumnScaler) throws(PreparationError) -> Void
  ) throws(PreparationError) {
    let values = table.inserted?.filling(values, series: table.series) ?? values
    for (index, one) in table.series.enumerated() {
      let scale = scale(index)
      let start = Imputation.start(values, rows: one.rows, evaluation: evaluation, mean: scale.mean)
      try Imputation.forward(values, rows: one.rows, start: start) { row, value throws(PreparationError) in
        try body(row, value, scale.scaler)
      }
    }
  }
}
