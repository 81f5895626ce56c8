/// The data sets that have a name.
public enum DatasetCatalogue {
  /// All data sets, in the order in which they are shown.
  public static let all: [DatasetDescription] = files + generated

  /// The data set of a name, of the catalogue or of a folder's registry.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - folder: The folder that holds the registry; nil knows the catalogue alone.
  /// - Returns: What is known about the data set without reading its file.
  /// - Throws: ``CatalogueError`` when the name is unknown, both have it, or the registry can't be read. A registry that
  ///   can't be read keeps nobody from the catalogue.
  public static func named(_ name: String, folder: String?) throws(CatalogueError) -> DatasetDescription {
    if let found = all.first(where: { $0.name == name }) {
      if let folder, let registry = try? DatasetRegistry(folder: folder), registry.entry(name) != nil {
        throw .ambiguous(name: name, registry: DatasetRegistry.path(in: folder))
      }
      return found
    }
    let entries = try registered(folder)
    if let entry = entries.first(where: { $0.name == name }) { return entry.description() }
    throw .unknownName(name, nearest: NearestName.of(name, among: (all + entries.map { $0.description() }).map(\.name)))
  }

  /// All data sets of the catalogue and of a folder's registry, in the order in which they are shown.
  ///
  /// - Throws: ``CatalogueError/registry(_:)``.
  public static func all(in folder: String?) throws(CatalogueError) -> [DatasetDescription] {
    all + (try registered(folder)).map { $0.description() }
  }

  private static func registered(_ folder: String?) throws(CatalogueError) -> [RegisteredDataset] {
    guard let folder else { return [] }
    do throws(RegistryError) {
      return try DatasetRegistry(folder: folder).entries
    } catch {
      throw .registry(error)
    }
  }

  /// Loads a data set.
  ///
  /// - Parameters:
  ///   - name: A name of the catalogue or of the folder's registry.
  ///   - folder: The folder that holds the registry, and the file under the catalogue's file name; generated data need
  ///     none.
  /// - Returns: The description and the prepared rows: the target, then the features.
  /// - Throws: ``CatalogueError`` when the name is unknown, or the file is missing or another one than is meant.
  public static func load(_ name: String, folder: String?) throws(CatalogueError) -> Dataset {
    let description = try named(name, folder: folder)
    switch description.origin {
    case .generated(let series, let rows, let seed):
      let table = series.table(rows: rows, seed: seed)
      return Dataset(
        description: description,
        table: (try? table.selecting([description.target] + description.features)) ?? table)
    case .file(let fileName, let sha256, let options):
      guard let path = description.path(in: folder) else {
        throw .folderNeeded(name: name, file: fileName, instructions: description.instructions)
      }
      var table = try read(path, description: description, sha256: sha256, options: options)
      for step in description.steps { table = step.apply(to: table) }
      return Dataset(description: description.registration?.description(table) ?? description, table: table)
    }
  }

  private static func read(
    _ path: String, description: DatasetDescription, sha256: String, options: ReadOptions
  ) throws(CatalogueError) -> SeriesTable {
    do {
      let file = try FileBytes(path: path)
      let actual = file.sha256()
      guard actual == sha256 else { throw otherFile(path, description: description, actual: actual) }
      var options = options
      if description.features.isEmpty {
        options.required = [description.target]
      } else {
        options.columns = [description.target] + description.features
      }
      return try DelimitedReader.read(file, path: path, options: options)
    } catch let error as CatalogueError {
      throw error
    } catch ReadError.missingFile {
      throw missing(path, description: description)
    } catch let error as ReadError {
      throw .read(error)
    } catch {
      throw .read(.unreadable(path))
    }
  }
}

/// Why a named data set could not be loaded.
public enum CatalogueError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No data set has that name.
  case unknownName(String, nearest: String?)
  /// Neither a file nor a data set has that name.
  case unknownPlace(String, nearest: String?)
  /// The data set is a file and no folder was given.
  case folderNeeded(name: String, file: String, instructions: String)
  /// The file is not in the folder.
  case missingFile(name: String, path: String, instructions: String)
  /// The file is not the one that the catalogue means.
  case otherFile(name: String, path: String, expected: String, actual: String)
  /// The file can be downloaded and was not yet.
  case notFetched(name: String, path: String)
  /// A file that the user registered where it lies is no longer there.
  case movedFile(name: String, path: String)
  /// A file that the user registered where it lies is no longer what it was.
  case changedFile(name: String, path: String)
  /// The catalogue and the registry of the folder both have the name.
  case ambiguous(name: String, registry: String)
  /// The registry of the folder can't be used.
  case registry(RegistryError)
  /// The file could not be read.
  case read(ReadError)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unknownName(let name, let nearest):
      "There is no data set \"\(name)\""
        + (nearest.map { ": the nearest name is \"\($0)\"." } ?? ": list them with `datasets`.")
    case .unknownPlace(let word, let nearest):
      "There is no file \(word) and no data set of that name"
        + (nearest.map { ": did you mean the data set \"\($0)\"?" } ?? ": check the path, or list the data sets.")
    case .folderNeeded(let name, let file, let instructions):
      "Data set \"\(name)\" is the file \(file): name the folder that holds it (\(instructions))."
    case .missingFile(let name, let path, let instructions):
      "Data set \"\(name)\" needs \(path), which is not there: put it there (\(instructions))."
    case .otherFile(let name, let path, let expected, let actual):
      "\(path) is not the file that data set \"\(name)\" means (SHA-256 \(actual.prefix(12))… instead of "
        + "\(expected.prefix(12))…): get that file, or use this one as a plain file by its path."
    case .notFetched(let name, let path):
      "Data set \"\(name)\" needs \(path), which is not there: get it with `espalier datasets get \(name)`."
    case .movedFile(let name, let path):
      "The file \(path) of data set \"\(name)\" is gone: put it back, or register its new place with "
        + "`espalier datasets add FILE --name \(name) --replace`."
    case .changedFile(let name, let path):
      "The file \(path) has changed since it was registered as \"\(name)\": restore it, or register it as it is now "
        + "with `espalier datasets add FILE --name \(name) --replace`."
    case .ambiguous(let name, let registry):
      "\"\(name)\" is in the catalogue and in your \(registry): take yours away with "
        + "`espalier datasets remove \(name)`, then add it under another name."
    case .registry(let error): error.description
    case .read(let error): error.description
    }
  }
}
