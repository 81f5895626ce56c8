/// The rows that a fold of a backtest has of one series, by the rows of the whole table.
package struct FoldRows: Equatable, Sendable {
  /// The first row that may be trained on.
  package let start: Int
  /// The first row to stop and select by.
  package let validation: Int
  /// The first row to forecast; nothing from here on is seen but what is known in advance.
  package let origin: Int
  /// The end of the rows to forecast.
  package let end: Int

  /// Cuts a series: `start <= validation <= origin <= end`.
  package init(start: Int, validation: Int, origin: Int, end: Int) {
    self.start = start
    self.validation = validation
    self.origin = origin
    self.end = end
  }

  /// Whether there is a look-back before the origin and something to forecast behind it.
  package func canBeForecast(lookback: Int) -> Bool { origin - start >= lookback && end > origin }
}

/// A part of a table as it was known at the origin of a forecast.
///
/// Rows behind the horizon are not there, and from the origin on all values are missing but those that are known in
/// advance: what is fitted to a fold, trained on it and forecast from it can't depend on what came later.
struct Fold {
  /// The rows of the series that take part, in the order of the whole table.
  let table: SeriesTable
  /// The parts of the table's series; a series' test part is what is forecast.
  let parts: [SeriesParts]

  /// Cuts a table.
  ///
  /// - Parameters:
  ///   - rows: By the table's series what the fold has of it; nil for one that takes no part.
  ///   - table: The whole table, a wide one as its panel.
  ///   - known: The columns of numbers whose values are known in advance or never change.
  init(_ rows: [FoldRows?], of table: SeriesTable, known: Set<String>) {
    var all: [Int] = []
    var parts: [SeriesParts] = []
    for own in rows.lazy.compactMap({ $0 }) {
      let shift = all.count - own.start
      all += own.start..<own.end
      parts.append(
        SeriesParts(
          train: own.start + shift..<own.validation + shift, validation: own.validation + shift..<own.origin + shift,
          test: own.origin + shift..<own.end + shift))
    }
    self.table = table.keeping(rows: all, notes: []).hiding(parts.map(\.test), except: known)
    self.parts = parts
  }
}

extension SeriesTable {
  /// The table without the values of some rows.
  fileprivate func hiding(_ hidden: [Range<Int>], except kept: Set<String>) -> SeriesTable {
    SeriesTable(
      checkedTimes: times,
      columns: columns.map { column in
        if kept.contains(column.name) { return column }
        var values = column.values
        for row in hidden.joined() { values[row] = .nan }
        return NumericColumn(name: column.name, values: values)
      },
      texts: texts, series: series, hasDates: hasDates, isNumbered: isNumbered, notes: notes, inserted: inserted)
  }

  /// The past of a series as its inputs see it: without gaps, from its first known value on.
  ///
  /// - Parameters:
  ///   - values: A column of the table.
  ///   - one: A series of the table.
  ///   - origin: The row before which the past ends.
  /// - Returns: Finite values; empty when none is known.
  package func filledPast(_ values: [Double], of one: SeriesRows, before origin: Int) -> [Double] {
    let rows = one.rows.lowerBound..<origin
    var past = Array(values[rows])
    if let own = inserted?.keeping(Array(rows)) {
      past = own.filling(past, series: [SeriesRows(id: one.id, rows: past.indices)])
    }
    past = Array(past.drop(while: \.isNaN))
    for row in past.indices.dropFirst() where past[row].isNaN { past[row] = past[row - 1] }
    return past
  }
}

extension PreparedData {
  /// Fits a task's preparation to the training rows of a fold.
  ///
  /// - Parameters:
  ///   - rows: By the table's series what the fold has of it; nil for one that takes no part.
  ///   - table: The whole table, a wide one as its panel.
  ///   - task: What is forecast from what, in the strict evaluation; its split and calibration part don't apply.
  ///   - drifting: The features that the window normalization applies to, beside the target.
  /// - Throws: ``PreparationError``, one sentence on what to do.
  package init(
    fold rows: [FoldRows?], of table: SeriesTable, task: ForecastTask, drifting: [String]
  ) throws(PreparationError) {
    try task.validate()
    let fold = Fold(rows, of: table, known: Set((task.known ?? []) + (task.statics ?? [])))
    var fitting = PreparationFitting(
      table: fold.table, task: task, drifting: drifting, parts: fold.parts, notes: [], reportsScale: false)
    let fitted = try fitting.fit()
    try self.init(fold, fitted: fitted, notes: fitting.notes)
    if train.isEmpty {
      throw .emptyPart(name: "train", rows: fold.parts.reduce(0) { $0 + $1.train.count }, horizon: task.horizon)
    }
    if validation.isEmpty {
      throw .emptyPart(
        name: "validation", rows: fold.parts.reduce(0) { $0 + $1.validation.count }, horizon: task.horizon)
    }
  }

  /// Applies what was fitted to an earlier fold.
  ///
  /// - Parameters:
  ///   - rows: As in the other initializer.
  ///   - table: The same whole table.
  ///   - fitted: What was fitted; a series without scalers is left out.
  /// - Throws: ``PreparationError``, one sentence on what to do.
  package init(
    fold rows: [FoldRows?], of table: SeriesTable, applying fitted: FittedPreparation
  ) throws(PreparationError) {
    let kept = (fitted.task.known ?? []) + (fitted.task.statics ?? [])
    try self.init(Fold(rows, of: table, known: Set(kept)), fitted: fitted, notes: [])
  }

  private init(_ fold: Fold, fitted: FittedPreparation, notes: [String]) throws(PreparationError) {
    let scales = try SeriesScales(fitted, table: fold.table, unseen: nil)
    let content = try PreparedContent(fitted: fitted, table: fold.table, scales: scales)
    let lists = WindowLists(fold, task: fitted.task, known: content.targetKnown, scales: scales)
    try self.init(
      fitted: fitted, table: fold.table, content: content, lists: lists, scales: scales, notes: notes)
  }
}
