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
  /// The columns that become one series each; nil where rows are left as they are.
  public var channels: [String]?
  /// The columns whose values at the forecast steps are known in advance.
  public var known: [String]?
  /// The columns that don't change within a series.
  public var statics: [String]?

  /// Identifies the data of a file, which is read for it.
  ///
  /// - Throws: `ReadError`, or `PreparationError.targetNeeded` without a target.
  init(file source: DataSource) throws {
    guard let target = source.channels == nil ? source.target : SeriesTable.channelColumn else {
      throw PreparationError.targetNeeded
    }
    // Leaving gaps as they are is what is done without a rule, but for the error that asks for one.
    var reading = source.reading
    if reading.fill == FillRule.none { reading.fill = nil }
    self.init(
      fingerprint: try SHA256.hex(file: source.place), reading: reading, steps: [], target: target,
      features: source.features, drifting: source.drifting ?? [], season: source.season, split: source.split)
    (channels, known, statics) = (source.channels, source.known, source.statics)
  }

  /// Identifies the data of a name; its file is not read, since another one than is meant is refused when it is loaded.
  init(_ source: DataSource, of description: DatasetDescription) {
    let target = source.channels == nil ? source.target ?? description.target : SeriesTable.channelColumn
    let features = source.features ?? Self.columns(of: description)?.filter { $0 != target }
    let usual = description.drifting.isEmpty ? [] : description.drifting + [description.target]
    var reading: ReadOptions?
    let fingerprint: String
    switch description.origin {
    case .file(_, let sha256, let options): (fingerprint, reading) = (sha256, options)
    case .generated(let series, let rows, let seed):
      fingerprint = SHA256.hex(Array("\(series.rawValue), \(rows) rows, seed \(seed)".utf8))
    }
    let season = description.registration.map(\.season) ?? description.season
    self.init(
      fingerprint: fingerprint, reading: reading, steps: description.steps.map(\.description), target: target,
      features: features,
      drifting: source.drifting ?? usual.filter { $0 != target && features?.contains($0) != false },
      season: source.season ?? season, split: source.split ?? description.split)
    (channels, known, statics) = (source.channels, source.known, source.statics)
  }

  /// The columns of a named data set; nil where the user registered it with all columns of numbers.
  private static func columns(of description: DatasetDescription) -> [String]? {
    if let registration = description.registration, registration.features.isEmpty { return nil }
    return [description.target] + description.features
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
}
