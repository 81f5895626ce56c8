extension DatasetCatalogue {
  /// The path of a data set's file, when that is the one that is meant.
  ///
  /// - Parameters:
  ///   - description: A data set that is a file.
  ///   - folder: The folder that holds files and registry.
  /// - Returns: The path and the file's bytes; nil when the data are generated.
  /// - Throws: ``CatalogueError`` when the file is missing or another one; the sentence says where to get it.
  public static func verifiedFile(
    of description: DatasetDescription, folder: String?
  ) throws(CatalogueError) -> (path: String, bytes: Int)? {
    guard let fileName = description.fileName else { return nil }
    guard let path = description.path(in: folder) else {
      throw .folderNeeded(name: description.name, file: fileName, instructions: description.instructions)
    }
    guard let size = FileBytes.size(path) else { throw missing(path, description: description) }
    guard let actual = FileHash.sha256(path: path) else { throw .read(.unreadable(path)) }
    guard actual == description.sha256 else { throw otherFile(path, description: description, actual: actual) }
    return (path, size)
  }

  /// Why a file that is there can't be taken.
  static func otherFile(_ path: String, description: DatasetDescription, actual: String) -> CatalogueError {
    if description.registration?.path != nil { return .changedFile(name: description.name, path: path) }
    return .otherFile(name: description.name, path: path, expected: description.sha256 ?? "", actual: actual)
  }

  /// Why a file that is not there can't be taken.
  static func missing(_ path: String, description: DatasetDescription) -> CatalogueError {
    if description.address != nil { return .notFetched(name: description.name, path: path) }
    if description.registration != nil { return .movedFile(name: description.name, path: path) }
    return .missingFile(name: description.name, path: path, instructions: description.instructions)
  }
}
