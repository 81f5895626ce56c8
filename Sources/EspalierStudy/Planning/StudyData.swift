import EspalierData
import Foundation

/// What of a data set decides about a run's result: never its name or path.
public struct StudyData: Codable, Equatable, Sendable {
  /// The SHA-256 of the rows' file, or of the generator's settings, in hexadecimal digits.
  public var fingerprint: String
  /// How the file is read; nil for generated rows.
  public var reading: ReadOptions?
  /// What is changed after reading, one sentence each.
  public var steps: [String]
  /// The column that is forecast.
  public var target: String
  /// The columns that it is forecast from; nil for all other columns of numbers.
  public var features: [String]?
  /// The features that the window normalization applies to.
  public var drifting: [String]
  /// Steps of a season; nil for what the distance between rows suggests.
  public var season: Int?
  /// The parts, where a benchmark fixes them.
  public var split: FixedSplit?

  /// Identifies the data of a source; a file of the user's is read for it, one of the catalogue is not.
  ///
  /// - Throws: `CatalogueError`, `ReadError`, or `PreparationError.targetNeeded` for a file without a target.
  public init(_ source: DataSource) throws {
    switch source.kind {
    case .named: self = try Self.named(source, try DatasetCatalogue.named(source.place))
    case .file:
      guard let target = source.target else { throw PreparationError.targetNeeded }
      self.init(
        fingerprint: try SHA256.hex(file: source.place), reading: source.reading, steps: [], target: target,
        features: source.features, drifting: source.drifting ?? [], season: source.season, split: nil)
    }
  }

  private init(
    fingerprint: String, reading: ReadOptions?, steps: [String], target: String, features: [String]?,
    drifting: [String], season: Int?, split: FixedSplit?
  ) {
    self.fingerprint = fingerprint
    self.reading = reading
    self.steps = steps
    self.target = target
    self.features = features
    self.drifting = drifting
    self.season = season
    self.split = split
  }

  private static func named(_ source: DataSource, _ description: DatasetDescription) throws -> StudyData {
    let target = source.target ?? description.target
    let columns = [description.target] + description.features
    let features = source.features ?? columns.filter { $0 != target }
    let usual = description.drifting.isEmpty ? [] : description.drifting + [description.target]
    var reading: ReadOptions?
    let fingerprint: String
    switch description.origin {
    case .file(_, let sha256, let options): (fingerprint, reading) = (sha256, options)
    case .generated(let series, let rows, let seed):
      fingerprint = SHA256.hex(Array("\(series.rawValue), \(rows) rows, seed \(seed)".utf8))
    }
    return StudyData(
      fingerprint: fingerprint, reading: reading, steps: description.steps.map(\.description), target: target,
      features: features, drifting: source.drifting ?? usual.filter { $0 != target && features.contains($0) },
      season: source.season ?? description.season, split: description.split)
  }
}
