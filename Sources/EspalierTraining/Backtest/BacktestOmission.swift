import EspalierData

/// Why a series is not forecast from an origin that the others are forecast from.
enum BacktestOmission: CaseIterable {
  /// It began after the training, and every series has scalers of its own.
  case scales
  /// It has a category that no series of the training had.
  case category
  /// What must be known in advance is not known at every step of the horizon.
  case known

  /// The reason behind an error of a series; nil for errors that are not about one.
  init?(_ error: PreparationError) {
    switch error {
    case .unseenSeries: self = .scales
    case .unseenCategory: self = .category
    case .futureMissing: self = .known
    default: return nil
    }
  }

  private var sentence: String {
    switch self {
    case .scales: "began after a training and have no scales in it, so that what it forecasts leaves them out."
    case .category:
      "have a category that no series of a training had, so that what it forecasts leaves them out."
    case .known:
      "lack values of known columns within a horizon; they are left out of the forecasts from the origin before it."
    }
  }

  /// Says how many series were left out, a sentence a reason.
  ///
  /// - Parameters:
  ///   - omitted: The series that each training left out, by reason.
  ///   - seriesCount: The number of all series.
  /// - Returns: The sentences.
  static func notes(_ omitted: [[BacktestOmission: Set<Int>]], seriesCount: Int) -> [String] {
    allCases.compactMap { reason in
      let series = omitted.reduce(into: Set<Int>()) { $0.formUnion($1[reason] ?? []) }
      return series.isEmpty ? nil : "\(series.count) of \(seriesCount) series \(reason.sentence)"
    }
  }
}
