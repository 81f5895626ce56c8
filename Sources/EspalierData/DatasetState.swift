/// Whether a data set can be loaded.
public enum DatasetState: String, Codable, Sendable, CaseIterable {
  /// It is generated.
  case builtIn = "built in"
  /// The file is there.
  case present
  /// The file is there and is the one that is meant.
  case verified
  /// The file is not there.
  case absent
  /// Another file is there under its name.
  case different
}

extension DatasetDescription {
  /// Looks for the data set's file.
  ///
  /// - Parameters:
  ///   - folder: The folder that holds the files; nil knows only files that were registered where they lie.
  ///   - verifying: Whether to read the file and compare its SHA-256.
  /// - Returns: What was found; a file that can't be read is absent, one of another size is different.
  public func state(in folder: String?, verifying: Bool) -> DatasetState {
    if fileName == nil { return .builtIn }
    guard let path = path(in: folder), let actual = FileBytes.size(path) else { return .absent }
    if let size, size != actual { return .different }
    guard verifying else { return .present }
    guard let hash = FileHash.sha256(path: path) else { return .absent }
    return hash == sha256 ? .verified : .different
  }

  /// Where the data set's file lies.
  ///
  /// - Parameter folder: The folder that holds the files.
  /// - Returns: The path; nil when the data are generated, or lie in the folder and there is none.
  public func path(in folder: String?) -> String? {
    guard let fileName else { return nil }
    if fileName.hasPrefix("/") { return fileName }
    return folder.map { $0.hasSuffix("/") ? $0 + fileName : "\($0)/\(fileName)" }
  }

  /// How the file is downloaded into a folder.
  ///
  /// - Returns: The download; nil when no direct address is known, or the data are generated.
  /// - Throws: ``DownloadError``.
  public func download(to folder: String) throws(DownloadError) -> DatasetDownload? {
    guard let address, let sha256, let path = path(in: folder) else { return nil }
    return try DatasetDownload(address: address, size: size, sha256: sha256, destination: path)
  }
}
