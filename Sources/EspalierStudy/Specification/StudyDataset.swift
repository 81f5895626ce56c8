import EspalierData
import Foundation

/// A data set of a study: its name in tables, and where its rows come from.
public struct StudyDataset: Codable, Equatable, Sendable {
  /// The name in settings and reports.
  public var name: String
  /// A file or a name of the catalogue or the registry, and what is forecast from what.
  ///
  /// A relative path starts at the specification.
  public var source: DataSource
  /// The unit of the target as a reader should see it on an axis; nil where it is not known.
  public var unit: String?
  /// The most seeds that a setting has on it, for data that take too long; nil leaves the number to the grid.
  public var seeds: Int?

  /// Names data.
  public init(name: String, source: DataSource, unit: String? = nil, seeds: Int? = nil) {
    self.name = name
    self.source = source
    self.unit = unit
    self.seeds = seeds
  }

  /// A data set of the catalogue or the registry under its own name.
  public init(named name: String) {
    self.init(name: name, source: DataSource(kind: .named, place: name))
  }

  /// Whether two grids that name it mean the same data, of which each may take as many seeds as it likes.
  func isSameData(as other: StudyDataset) -> Bool {
    name == other.name && source == other.source && unit == other.unit
  }

  /// Where the rows are read from.
  ///
  /// - Parameters:
  ///   - dataFolder: The folder with the catalogue's files and the registry.
  ///   - folder: The specification's folder, from which relative paths start.
  /// - Returns: The source with both folders put in.
  public func source(dataFolder: String?, folder: String) -> DataSource {
    var result = source
    result.folder = dataFolder
    if source.kind == .file, !source.place.hasPrefix("/") {
      result.place = URL(filePath: folder).appending(path: source.place).path(percentEncoded: false)
    }
    return result
  }
}
