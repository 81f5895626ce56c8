import Foundation

/// What a study is: its grids, and the words for its reader.
public struct StudySpecification: Codable, Equatable, Sendable {
  /// The study's name.
  public var name: String
  /// What it is about.
  public var description: String
  /// Its parts, in order.
  public var grids: [StudyGrid]
  /// The text that it was read from; empty when it was made in code.
  public var text = ""

  /// Puts grids together.
  public init(name: String, description: String = "", grids: [StudyGrid]) {
    self.name = name
    self.description = description
    self.grids = grids
  }

  /// All data sets, each once, in the order of the grids.
  public var datasets: [StudyDataset] {
    var seen: Set<String> = []
    return grids.flatMap(\.datasets).filter { seen.insert($0.name).inserted }
  }

  /// Checks everything that needs no data.
  ///
  /// - Throws: ``StudyError`` or a typed error of the part that is wrong.
  public func validate() throws {
    var names: Set<String> = []
    for grid in grids {
      guard names.insert(grid.name).inserted else { throw StudyError.repeatedGrid(grid.name) }
      try grid.validate()
      for dataset in grid.datasets where !datasets.contains(where: { $0.isSameData(as: dataset) }) {
        throw StudyError.ambiguousDataset(dataset.name)
      }
    }
  }

  /// Reads a specification from a JSON5 file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - dataFolder: The folder with the registry of the user's data sets; nil knows the catalogue's names alone.
  /// - Returns: The specification with its text.
  /// - Throws: ``StudyError/missingSpecification(_:)`` or ``StudyError/unreadableSpecification(_:)``, or a ``JSON5Error``
  ///   that says where the text is wrong.
  public static func read(path: String, dataFolder: String?) throws -> StudySpecification {
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
      throw StudyError.missingSpecification(path)
    } catch {
      throw StudyError.unreadableSpecification(path)
    }
    return try read(data, dataFolder: dataFolder)
  }

  /// Reads a specification from JSON5 text in UTF-8.
  ///
  /// - Parameters:
  ///   - utf8: The text.
  ///   - dataFolder: The folder with the registry of the user's data sets; nil knows the catalogue's names alone.
  /// - Returns: The specification with its text.
  /// - Throws: A ``JSON5Error`` that says where the text is wrong.
  public static func read(_ utf8: Data, dataFolder: String?) throws -> StudySpecification {
    var result = try rule(dataFolder: dataFolder).read(utf8: utf8)
    result.text = String(decoding: utf8, as: UTF8.self)
    return result
  }
}
