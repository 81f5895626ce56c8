import Foundation

/// Tells whether two paths lead to one file.
enum SameFile {
  /// Whether both exist and are the same, links followed.
  static func are(_ first: String, _ second: String) -> Bool {
    guard let one = resolved(first), let other = resolved(second) else { return false }
    return one == other
  }

  /// Whether both are the same once they are written, links followed.
  static func wouldBe(_ first: String, _ second: String) -> Bool { place(first) == place(second) }

  /// Where a file is, or would be within the folder that is there.
  private static func place(_ path: String) -> String {
    if let real = resolved(path) { return real }
    let file = URL(filePath: path)
    let folder = file.deletingLastPathComponent().path(percentEncoded: false)
    return URL(filePath: resolved(folder) ?? folder).appending(path: file.lastPathComponent).standardizedFileURL
      .path(percentEncoded: false)
  }

  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
