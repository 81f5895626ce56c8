import Foundation

/// Which data to load, and what is known about them: a file of the user's or a data set of the catalogue.
public struct DataSource: Codable, Equatable, Sendable {
  /// What ``DataSource/place`` is.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The path of a delimited file.
    case file
    /// A name in the catalogue, or in the registry of the folder.
    case named
  }

  /// What `place` is.
  public var kind: Kind
  /// A path or a name.
  public var place: String
  /// The folder that holds the catalogue's files and the registry.
  public var folder: String?
  /// How a file is read; the catalogue knows that of its own.
  public var reading = ReadOptions()
  /// The column to forecast; nil takes the catalogue's.
  public var target: String?
  /// The columns to forecast from, beside the target's own history; nil takes the catalogue's, or all columns of numbers.
  public var features: [String]?
  /// The features that the window normalization applies to; nil takes the catalogue's, or none.
  public var drifting: [String]?
  /// Steps of a season; nil takes the catalogue's, or a guess: see ``SeriesTable/inferredSeason``.
  public var season: Int?

  /// Names data.
  public init(kind: Kind, place: String, folder: String? = nil) {
    self.kind = kind
    self.place = place
    self.folder = folder
  }

  /// Finds out whether a word is a path or a name of the catalogue or the registry; a file that is called so wins.
  ///
  /// - Parameters:
  ///   - word: What the user wrote.
  ///   - folder: The folder that holds the catalogue's files and the registry.
  /// - Throws: ``CatalogueError/unknownPlace(_:nearest:)`` when there is no such file, and the word looks like a name;
  ///   ``CatalogueError/registry(_:)`` when the word may be a name and the registry can't be read.
  public init(resolving word: String, folder: String?) throws(CatalogueError) {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: word, isDirectory: &isFolder)
    if exists, !isFolder.boolValue {
      self.init(kind: .file, place: word, folder: folder)
      return
    }
    if DatasetCatalogue.all.contains(where: { $0.name == word }) {
      self.init(kind: .named, place: word, folder: folder)
      return
    }
    let looksLikeName = !word.contains("/") && !word.contains(".")
    let names = looksLikeName ? try DatasetCatalogue.all(in: folder).map(\.name) : []
    if !names.contains(word), !exists, looksLikeName {
      throw .unknownPlace(word, nearest: NearestName.of(word, among: names))
    }
    self.init(kind: names.contains(word) ? .named : .file, place: word, folder: folder)
  }

  /// Reads the data.
  ///
  /// - Throws: ``ReadError``, ``CatalogueError``, or ``PreparationError/targetNeeded`` for a file without a target.
  public func load() throws -> LoadedData {
    kind == .named ? try loadNamed() : try loadFile(expecting: nil)
  }

  /// Reads data that were looked at before; files of the catalogue and the registry are compared with it anyway.
  ///
  /// - Parameter sha256: The hash that a file of the user's had then; the bytes that are read must still have it.
  /// - Returns: The data.
  /// - Throws: As ``load()``, or ``ReadError/changed(_:)``.
  package func load(expecting sha256: String) throws -> LoadedData {
    kind == .named ? try loadNamed() : try loadFile(expecting: sha256)
  }

  /// Reads the columns that a trained model needs.
  ///
  /// - Throws: ``ReadError`` or ``CatalogueError``.
  public func load(for preparation: FittedPreparation) throws -> LoadedData {
    var source = self
    source.target = preparation.target.name
    source.features = preparation.columns.map(\.name).filter { $0 != preparation.target.name }
    do {
      return try source.load()
    } catch ReadError.unknownColumn(_, preparation.target.name, _) where !preparation.needsTargetHistory {
      // Without a target there are no truths, but all that forecasts need.
      source.target = source.features?.first
      return try source.load()
    }
  }

  private func loadFile(expecting sha256: String?) throws -> LoadedData {
    guard let target else { throw PreparationError.targetNeeded }
    var options = reading
    if let features {
      options.columns = [target] + features.filter { $0 != target }
    } else {
      options.required = [target]
    }
    let file = try FileBytes(path: place)
    if let sha256, file.sha256() != sha256 { throw ReadError.changed(place) }
    let table = try DelimitedReader.read(file, path: place, options: options)
    let name = URL(filePath: place).deletingPathExtension().lastPathComponent
    var form = reading
    form.columns = nil
    form.required = []
    form.excluded = []
    return LoadedData(
      name: name, table: table, target: target, features: features, drifting: drifting ?? [],
      season: season ?? table.inferredSeason, split: nil, reading: form)
  }

  private func loadNamed() throws -> LoadedData {
    let dataset = try DatasetCatalogue.load(place, folder: folder)
    let description = dataset.description
    let target = target ?? description.target
    let features = features ?? dataset.table.columnNames.filter { $0 != target }
    // Where the catalogue's features drift, its target does too, and may have become a feature.
    let usual = description.drifting.isEmpty ? [] : description.drifting + [description.target]
    var reading = ReadOptions()
    if case .file(_, _, let options) = description.origin { reading = options }
    return LoadedData(
      name: description.name, table: dataset.table, target: target, features: features,
      drifting: drifting ?? usual.filter { $0 != target && features.contains($0) },
      season: season ?? description.season, split: description.split, reading: reading)
  }
}

/// Data in memory with what is forecast from what.
public struct LoadedData: Sendable {
  /// A name for reports: the catalogue's, or the file's without folder and extension.
  public let name: String
  /// The rows; what was done to them stands in its notes.
  public let table: SeriesTable
  /// The column to forecast.
  public let target: String
  /// The columns to forecast from; nil takes all other columns of numbers.
  public let features: [String]?
  /// The features that the window normalization applies to.
  public let drifting: [String]
  /// Steps of a season.
  public let season: Int
  /// The parts that published figures use.
  public let split: FixedSplit?
  /// How the file was read, for reading others like it.
  public let reading: ReadOptions

  /// The task of these data.
  public func task(_ settings: TaskSettings) -> ForecastTask {
    ForecastTask(
      target: target, features: features, lookback: settings.lookback, horizon: settings.horizon,
      evaluation: settings.evaluation, scaler: settings.scaler, normalization: settings.normalization,
      calendar: settings.calendar, split: settings.evaluation == .strict ? split : nil, season: season,
      calibration: settings.calibration)
  }

  /// Prepares windows.
  ///
  /// - Throws: ``PreparationError``.
  public func prepare(_ settings: TaskSettings) throws(PreparationError) -> PreparedData {
    try PreparedData(table: table, task: task(settings), drifting: drifting)
  }
}

extension SeriesTable {
  /// A season that the distance between rows suggests: a day for rows less than a day apart, a year for months, else 1.
  public var inferredSeason: Int {
    guard hasDates, let step = inferredStep, step > 0 else { return 1 }
    if step < CivilTime.day { return CivilTime.day % step == 0 ? Int(CivilTime.day / step) : 1 }
    return (28 * CivilTime.day...31 * CivilTime.day).contains(step) ? 12 : 1
  }
}
