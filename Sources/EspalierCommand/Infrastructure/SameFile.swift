import Foundation

/// Tells whether two paths lead to one file.
enum SameFile {
  /// Whether both exist and are the same, links followed.
  static func are(_ first: String, _ second: String) -> Bool {
    guard let one = realpath(first, nil) else { return false }
    defer { free(one) }
    guard let other = realpath(second, nil) else { return false }
    defer { free(other) }
    return strcmp(one, other) == 0
  }
}
