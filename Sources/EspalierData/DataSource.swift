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
  /// The columns that become one series each, see ``ForecastTask/channels``; nil leaves rows as they are.
  public var channels: [String]?
  /// The columns whose values at the forecast steps are known in advance.
  public var known: [String]?
  /// The columns that don't change within a series.
  public var statics: [String]?
  /// A file with rows behind the last one, which hold the known columns.
  public var future: String?
  /// The parts in rows, where a benchmark fixes them; nil takes the catalogue's.
  public var split: FixedSplit?

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
    source.channels = preparation.task.channels
    source.target = preparation.target.name
    source.known = preparation.known
    source.statics = preparation.statics?.map(\.name)
    source.reading.texts = preparation.statics?.filter { $0.categories != nil }.map(\.name)
    source.features = preparation.columns.map(\.name).filter {
      $0 != preparation.target.name && preparation.known?.contains($0) != true
    }
    if future != nil, preparation.known == nil { throw PreparationError.futureRows(.nothingKnown) }
    do {
      return try source.load()
    } catch ReadError.unknownColumn(_, preparation.target.name, _) where !preparation.needsTargetHistory {
      // Without a target there are no truths, but all that forecasts need.
      source.target = source.features?.first
      return try source.load()
    }
  }

  private func loadFile(expecting sha256: String?) throws -> LoadedData {
    guard let target = channels == nil ? target : SeriesTable.channelColumn else {
      throw PreparationError.targetNeeded
    }
    var options = reading
    options.kept = statics
    let inputs = (features ?? []) + (known ?? [])
    if let channels {
      if channels.isEmpty { options.required = inputs } else { options.columns = channels + inputs }
    } else if features != nil {
      options.columns = [target] + inputs.filter { $0 != target }
    } else {
      options.required = [target] + (known ?? [])
    }
    let file = try FileBytes(path: place)
    if let sha256, file.sha256() != sha256 { throw ReadError.changed(place) }
    // The grid is looked at when rows of the future have joined the others.
    options.fill = nil
    var table = try DelimitedReader.read(file, path: place, options: options)
    if let future { table = try appending(future, to: table) }
    table = try table.onGrid(reading.fill, file: place)
    let name = URL(filePath: place).deletingPathExtension().lastPathComponent
    var form = reading
    form.columns = nil
    form.required = []
    form.excluded = []
    form.texts = nil
    return LoadedData(
      name: name, table: table, target: target, features: channels == nil ? features : features ?? [],
      drifting: drifting ?? [], season: season ?? table.inferredSeason, split: split, channels: channels, known: known,
      statics: statics, reading: form)
  }

  /// A table with the known columns of a file of the future behind it.
  private func appending(_ future: String, to table: SeriesTable) throws -> SeriesTable {
    var options = reading
    options.columns = known ?? []
    (options.texts, options.fill) = (nil, nil)
    do {
      return try table.appending(try Self.futureRows(future, options))
    } catch let fault as FutureRowsFault {
      throw PreparationError.futureRows(fault)
    }
  }

  /// The rows of a file of the future; without ids they are those of every series.
  private static func futureRows(_ path: String, _ options: ReadOptions) throws -> SeriesTable {
    var without = options
    without.seriesColumn = nil
    do {
      return try DelimitedReader.read(path, options: options)
    } catch {
      guard case .unknownColumn(_, let name, _) = error, name == options.seriesColumn else { throw error }
      return try DelimitedReader.read(path, options: without)
    }
  }

  private func loadNamed() throws -> LoadedData {
    let dataset = try DatasetCatalogue.load(place, folder: folder)
    let table = try future.map { try appending($0, to: dataset.table) } ?? dataset.table
    let description = dataset.description
    let target = channels == nil ? target ?? description.target : SeriesTable.channelColumn
    let roles = [target] + (known ?? []) + (statics ?? [])
    let features = features ?? (channels == nil ? table.columnNames.filter { !roles.contains($0) } : [])
    // Where the catalogue's features drift, its target does too, and may have become a feature.
    let usual = description.drifting.isEmpty ? [] : description.drifting + [description.target]
    var reading = ReadOptions()
    if case .file(_, _, let options) = description.origin { reading = options }
    return LoadedData(
      name: description.name, table: table, target: target, features: features,
      drifting: drifting ?? usual.filter { $0 != target && features.contains($0) },
      season: season ?? description.season, split: split ?? description.split, channels: channels, known: known,
      statics: statics, reading: reading)
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
  /// The columns that become one series each; nil leaves rows as they are.
  public let channels: [String]?
  /// The columns whose values at the forecast steps are known in advance.
  public let known: [String]?
  /// The columns that don't change within a series.
  public let statics: [String]?
  /// How the file was read, for reading others like it.
  public let reading: ReadOptions

  /// The task of these data.
  public func task(_ settings: TaskSettings) -> ForecastTask {
    var task = ForecastTask(
      target: target, features: features, lookback: settings.lookback, horizon: settings.horizon,
      evaluation: settings.evaluation, scaler: settings.scaler, normalization: settings.normalization,
      calendar: settings.calendar, split: settings.evaluation == .strict ? split : nil, season: season,
      calibration: settings.calibration)
    task.channels = channels
    task.known = known
    task.statics = statics
    task.knownCalendar = settings.knownCalendar
    // Channels differ in unit, so each is scaled by itself, as the long-horizon benchmarks do.
    let usual: ScalerScope? = channels != nil && settings.evaluation == .strict ? .perSeries : nil
    task.scaling = settings.scaling ?? usual
    return task
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
