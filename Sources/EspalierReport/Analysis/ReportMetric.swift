import EspalierStatistics

/// The scores that tables show.
enum ReportMetric: CaseIterable, Sendable {
  case mae, rmse, mase, smape, r2

  /// The name as readers know it.
  var title: String {
    switch self {
    case .mae: "MAE"
    case .rmse: "RMSE"
    case .mase: "MASE"
    case .smape: "sMAPE"
    case .r2: "R²"
    }
  }

  /// The name of the column in stored rows and in CSV.
  var column: String {
    switch self {
    case .mae: "mae"
    case .rmse: "rmse"
    case .mase: "mase"
    case .smape: "smape"
    case .r2: "r2"
    }
  }

  /// The name with the unit, for headings and axes.
  ///
  /// - Parameter unit: The target's unit; nil where it is not known.
  /// - Returns: `MAE [kW]`, `MASE`.
  func label(unit: String?) -> String {
    switch self {
    case .mae, .rmse: "\(title) [\(unit ?? "unit of the target")]"
    case .smape: "\(title) [%]"
    case .mase, .r2: title
    }
  }

  /// The score of one run; nil where it is not defined.
  func value(of metrics: ForecastMetrics) -> Double? {
    switch self {
    case .mae: metrics.mae
    case .rmse: metrics.rmse
    case .mase: metrics.mase
    case .smape: metrics.smape
    case .r2: metrics.r2
    }
  }

  /// Whether a score beats another: a smaller error, or a larger share that is explained.
  func isBetter(_ first: Double, than second: Double) -> Bool {
    self == .r2 ? first > second : first < second
  }
}
