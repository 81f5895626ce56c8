/// A change that the catalogue makes to a file's rows, so that everyone means the same numbers.
public enum DatasetStep: Equatable, Sendable, CustomStringConvertible {
  /// The last row, which was not finished when the file was made, is left out.
  case dropLastRow
  /// Rows before a date are left out, written as `2000-01-01`.
  case start(String)
  /// Zeros of some columns stand for missing values.
  case zerosMissing([String])

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .dropLastRow: "The last row, an unfinished day, was left out."
    case .start(let date): "Rows before \(date) were left out."
    case .zerosMissing(let columns): "Zeros in \(columns.joined(separator: ", ")) count as missing."
    }
  }

  /// The table after the change.
  func apply(to table: SeriesTable) -> SeriesTable {
    var result: SeriesTable
    switch self {
    case .dropLastRow: result = table.keeping(rows: Array(0..<max(0, table.rowCount - 1)), notes: table.notes)
    case .start(let date): result = table.starting(at: TimeStamp.parse(date) ?? .min)
    case .zerosMissing(let columns):
      result = columns.reduce(table) { table, name in table.replacing(name) { $0 == 0 ? .nan : $0 } }
    }
    result.notes.append(description)
    return result
  }
}

/// Where a data set's rows come from.
public enum DatasetOrigin: Equatable, Sendable {
  /// A file that the user has: its name in the data folder or its absolute path, its SHA-256 in hexadecimal digits, and
  /// how it is read.
  case file(name: String, sha256: String, options: ReadOptions)
  /// Made by a generator.
  case generated(SyntheticSeries, rows: Int, seed: UInt64)
}

/// A named data set: what is in it, what is forecast from what, and where to get it.
public struct DatasetDescription: Equatable, Sendable {
  /// The name in commands and reports.
  public let name: String
  /// What it is, in a line.
  public let title: String
  /// Where its rows come from.
  public let origin: DatasetOrigin
  /// The column to forecast.
  public let target: String
  /// The columns to forecast from.
  public let features: [String]
  /// The features that leave the range they were trained on; see ``WindowNormalization``.
  public let drifting: [String]
  /// Steps of a season, for the seasonal naive forecast and the scale of MASE.
  ///
  /// Prices have 1: markets have no season
  /// worth the name, and MASE then compares with the last value, which is hard to beat.
  public let season: Int
  /// The parts that published figures use; nil splits 70 / 10 / 20.
  public let split: FixedSplit?
  /// What is changed after reading, in order.
  public let steps: [DatasetStep]
  /// Who made the data.
  public let source: String
  /// How the file came about, and how to get it.
  public let instructions: String
  /// A direct address of the very file, where one is known.
  public let address: String?
  /// The terms of the data.
  public let licence: String
  /// The user's entry, for a data set that is not of the catalogue.
  public internal(set) var registration: RegisteredDataset?

  /// Rows after the preparation, of all series together.
  public var rows: Int? {
    if let registration { return registration.rows }
    return switch origin {
    case .generated(_, let rows, _): rows
    case .file: DatasetCatalogue.knownRows[name]
    }
  }

  /// The file's name; nil when the data are generated.
  public var fileName: String? {
    if case .file(let name, _, _) = origin { return name }
    return nil
  }

  /// The file's SHA-256; nil when the data are generated.
  public var sha256: String? {
    if case .file(_, let sha256, _) = origin { return sha256 }
    return nil
  }

  /// The file's bytes, where they are known.
  public var size: Int? { registration.map(\.size) ?? DatasetCatalogue.knownSizes[name] }

  /// What stands for missing values in the file, beside the usual markers.
  public var missingMarkers: [String] {
    if case .file(_, _, let options) = origin { return options.missingMarkers }
    return []
  }

  /// The task that this data set is for.
  ///
  /// - Parameters:
  ///   - lookback: Steps of history in a window.
  ///   - horizon: Steps to forecast.
  ///   - evaluation: The strict one uses the data set's split.
  /// - Returns: A task with the defaults of the evaluation.
  public func task(lookback: Int, horizon: Int = 1, evaluation: Evaluation = .strict) -> ForecastTask {
    ForecastTask(
      target: target, features: features, lookback: lookback, horizon: horizon, evaluation: evaluation,
      split: evaluation == .strict ? split : nil, season: season)
  }
}

/// A data set in memory.
public struct Dataset: Sendable {
  /// What it is.
  public let description: DatasetDescription
  /// Its rows, prepared as the catalogue says: the target, then the features.
  public let table: SeriesTable

  /// Prepares windows; see ``PreparedData``.
  ///
  /// - Throws: ``PreparationError``.
  public func prepare(_ task: ForecastTask) throws(PreparationError) -> PreparedData {
    try PreparedData(table: table, task: task, drifting: description.drifting)
  }
}
