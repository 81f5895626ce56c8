import Foundation

/// Which data to load, and what is known about them: a file of the user's or a data set of the catalogue.
@dynamicMemberLookup
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
  /// What is forecast from what; each of its members is one of the source, too.
  public var columns = ColumnRoles()
  /// A file with rows behind the last one, which hold the known columns.
  public var future: String?

  /// Names data.
  public init(kind: Kind, place: String, folder: String? = nil) {
    self.kind = kind
    self.place = place
    self.folder = folder
  }

  /// A member of ``columns``.
  public subscript<Value>(dynamicMember member: WritableKeyPath<ColumnRoles, Value>) -> Value {
    get { columns[keyPath: member] }
    set { columns[keyPath: member] = newValue }
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
    // Files don't say what was excluded in training: a column that did not number the rows then does not do so now.
    if preparation.rowTimes == .order { source.reading.detectsNumbers = false }
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
    let options = try fileOptions()
    let file = try FileBytes(path: place)
    if let sha256, file.sha256() != sha256 { throw ReadError.changed(place) }
    let past = try DelimitedReader.read(file, path: place, options: options)
    var table = try future.map { try appending($0, to: past) } ?? past
    do throws(GridError) {
      table = try table.onGrid(reading.fill)
    } catch {
      throw ReadError.grid(file: error.isBehind(past) ? future ?? place : place, error)
    }
    let name = URL(filePath: place).deletingPathExtension().lastPathComponent
    var form = reading
    form.columns = nil
    form.required = []
    form.excluded = []
    form.texts = nil
    return try LoadedData(name: name, table: table, columns: columns, reading: form)
  }

  /// How a file is read so that it has the columns.
  private func fileOptions() throws(PreparationError) -> ReadOptions {
    var options = reading
    options.kept = columns.statics
    // The grid is looked at when rows of the future have joined the others.
    options.fill = nil
    let inputs = (columns.features ?? []) + (columns.known ?? [])
    if let channels = columns.channels {
      if channels.isEmpty { options.required = inputs } else { options.columns = channels + inputs }
      return options
    }
    guard let target = columns.target else { throw .targetNeeded }
    if columns.features != nil {
      options.columns = [target] + inputs.filter { $0 != target }
    } else {
      options.required = [target] + (columns.known ?? [])
    }
    return options
  }

  /// A table with the known columns of a file of the future behind it.
  private func appending(_ future: String, to table: SeriesTable) throws -> SeriesTable {
    var options = reading
    options.columns = columns.known ?? []
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
    var columns = columns
    let target = columns.channels == nil ? columns.target ?? description.target : SeriesTable.channelColumn
    columns.target = target
    let roles = [target] + (columns.known ?? []) + (columns.statics ?? [])
    let usualFeatures = columns.channels == nil ? table.columnNames.filter { !roles.contains($0) } : []
    let features = columns.features ?? usualFeatures
    columns.features = features
    // Where the catalogue's features drift, its target does too, and may have become a feature.
    let drifting = description.drifting.isEmpty ? [] : description.drifting + [description.target]
    columns.drifting = columns.drifting ?? drifting.filter { $0 != target && features.contains($0) }
    columns.season = columns.season ?? description.season
    columns.split = columns.split ?? description.split
    var reading = ReadOptions()
    if case .file(_, _, let options) = description.origin { reading = options }
    return try LoadedData(name: description.name, table: table, columns: columns, reading: reading)
  }
}

// One object in files, as if the columns' members were the source's own.
extension DataSource {
  private enum CodingKeys: String, CodingKey { case kind, place, folder, reading, future }

  /// Reads what ``encode(to:)`` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(Kind.self, forKey: .kind)
    place = try container.decode(String.self, forKey: .place)
    folder = try container.decodeIfPresent(String.self, forKey: .folder)
    reading = try container.decode(ReadOptions.self, forKey: .reading)
    future = try container.decodeIfPresent(String.self, forKey: .future)
    columns = try ColumnRoles(from: decoder)
  }

  /// Writes the columns' members beside the source's.
  public func encode(to encoder: any Encoder) throws {
    try columns.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(place, forKey: .place)
    try container.encodeIfPresent(folder, forKey: .folder)
    try container.encode(reading, forKey: .reading)
    try container.encodeIfPresent(future, forKey: .future)
  }
}
