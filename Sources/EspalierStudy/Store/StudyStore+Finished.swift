import Foundation

extension StudyStore {
  /// The keys of the finished runs of a store; none when there is no such file.
  ///
  /// - Throws: ``StoreError``.
  public static func finishedKeys(_ path: String) throws -> Set<String> {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    return try read(path).settledKeys().finished
  }
}
