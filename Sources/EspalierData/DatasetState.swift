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
  ///   - folder: The folder that holds the files.
  ///   - verifying: Whether to read the file and compare its SHA-256.
  /// - Returns: What was found; a file that can't be read is absent.
  public func state(in folder: String, verifying: Bool) -> DatasetState {
    guard let path = path(in: folder) else { return .builtIn }
    guard verifying else { return FileBytes.isFile(path) ? .present : .absent }
    guard let file = try? FileBytes(path: path) else { return .absent }
    return file.sha256 == sha256 ? .verified : .different
  }

  /// Where the data set's file lies; nil when the data are generated.
  public func path(in folder: String) -> String? {
    fileName.map { folder.hasSuffix("/") ? folder + $0 : "\(folder)/\($0)" }
  }
}
