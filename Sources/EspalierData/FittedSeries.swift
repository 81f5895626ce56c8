/// Whether all series of a panel share a column's scaler.
public enum ScalerScope: String, Codable, Sendable, CaseIterable {
  /// One scaler a column, fitted to the training rows of all series.
  case shared
  /// One scaler a column and series, fitted to the training rows of that series; only in the strict evaluation.
  case perSeries = "per-series"
}

/// What becomes of a series that was not trained on, where every series has scalers of its own.
public enum UnseenSeries: String, Codable, Sendable, CaseIterable {
  /// It is an error.
  case refuse
  /// Its scalers are fitted to its own rows; none of its windows is scored, because those rows lie in them.
  case ownHistory = "own-history"
}

/// The mean and the scaler of a column in one series.
public struct FittedScale: Codable, Equatable, Sendable {
  /// What stands in for a value that is missing and has none before it, in the column's unit.
  public let mean: Double
  /// The map to the common scale.
  public let scaler: ColumnScaler

  /// Fits known values; nil when there is none.
  ///
  /// - Parameters:
  ///   - kind: The kind of scaler.
  ///   - values: A column.
  ///   - rows: The rows to look at.
  ///   - shared: What all series share: values that are all equal keep its scale.
  init?(_ kind: ScalerKind, _ values: [Double], rows: Range<Int>, shared: ColumnScaler) {
    let known = rows.lazy.map { values[$0] }.filter { !$0.isNaN }
    guard let first = known.first else { return nil }
    let count = known.reduce(0) { count, _ in count + 1 }
    let mean = known.reduce(0, +) / Double(count)
    self.init(
      mean: mean, scaler: ColumnScaler(kind, fitting: known) ?? ColumnScaler(offset: first, scale: shared.scale))
  }

  /// Puts numbers together.
  init(mean: Double, scaler: ColumnScaler) {
    self.mean = mean
    self.scaler = scaler
  }

  /// Whether nothing comes near the limits of a number.
  var isUsable: Bool {
    (1e-200...1e200).contains(scaler.scale) && abs(scaler.offset) <= 1e200 && abs(mean) <= 1e200
  }

  /// What all series share.
  init(_ column: FittedColumn) { self.init(mean: column.mean, scaler: column.scaler) }
}

/// What was fitted to one series of a panel whose series have scalers of their own.
public struct FittedSeries: Codable, Equatable, Sendable {
  /// The series' id.
  public let id: String
  /// A scale for every one of ``FittedPreparation/columns``; the first is the target's.
  public let scales: [FittedScale]
}

/// The scale of every column in every series of a table.
struct SeriesScales {
  private let shared: [FittedScale]
  private let sharedTarget: FittedScale
  /// By the table's series; nil for one that has no scale and is left out.
  private let own: [[FittedScale]?]?
  /// By the table's series whether its scales come from all of its rows.
  private let isNew: [Bool]

  /// Finds the scales of the table's series.
  ///
  /// - Parameters:
  ///   - fitted: What was learned in training.
  ///   - table: The data.
  ///   - unseen: What becomes of a series that was not trained on; nil leaves it out.
  /// - Throws: ``PreparationError/unseenSeries(_:)``, or what a missing column throws.
  init(_ fitted: FittedPreparation, table: SeriesTable, unseen: UnseenSeries?) throws(PreparationError) {
    shared = fitted.columns.map(FittedScale.init)
    sharedTarget = FittedScale(fitted.target)
    guard let known = fitted.series else {
      own = nil
      isNew = []
      return
    }
    let byID = Dictionary(known.map { ($0.id, $0.scales) }, uniquingKeysWith: { first, _ in first })
    var own: [[FittedScale]?] = []
    var news: [Bool] = []
    for one in table.series {
      var scales = byID[one.id]
      var isUnknown = false
      if scales == nil, let unseen, one.rows.count >= fitted.task.lookback {
        guard unseen == .ownHistory else { throw .unseenSeries(one.id) }
        scales = try Self.fit(one.rows, fitted, table)
        isUnknown = scales != nil
      }
      own.append(scales)
      news.append(isUnknown)
    }
    self.own = own
    isNew = news
  }

  /// The number of series that were not trained on.
  var newCount: Int { isNew.count { $0 } }

  /// Whether the scales of a series come from all of its rows, so that none of its windows may be scored.
  func sawWindows(of series: Int) -> Bool { !isNew.isEmpty && isNew[series] }

  /// Whether a series has scales.
  func covers(_ series: Int) -> Bool { own.map { $0[series] != nil } ?? true }

  /// The scale of a column; that of all series for one that is left out.
  func scale(series: Int, column: Int) -> FittedScale { own?[series]?[column] ?? shared[column] }

  /// The target's scale.
  func target(series: Int) -> FittedScale { own?[series]?.first ?? sharedTarget }

  /// The target's scaler in every series; empty where all share one.
  var targetScalers: [ColumnScaler] { own.map { $0.map { $0?.first?.scaler ?? sharedTarget.scaler } } ?? [] }

  /// The scales of a series that was not trained on; nil when it has no known target.
  private static func fit(
    _ rows: Range<Int>, _ fitted: FittedPreparation, _ table: SeriesTable
  ) throws(PreparationError) -> [FittedScale]? {
    var scales: [FittedScale] = []
    for (index, column) in fitted.columns.enumerated() {
      let values = try PreparedContent.values(column.name, of: table)
      let scale = FittedScale(fitted.task.scaler, values, rows: rows, shared: column.scaler)
      if index == 0, scale == nil { return nil }
      scales.append(scale ?? FittedScale(column))
    }
    return scales
  }
}
