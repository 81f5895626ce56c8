import Foundation

/// Where the real data lie: the folder that `ESPALIER_DATA` names, else `../shared/data` beside the package.
public enum RealDataFolder {
  /// The folder, whether it is there or not.
  public static let path: String = {
    if let named = ProcessInfo.processInfo.environment["ESPALIER_DATA"] { return named }
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return package.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }()

  /// Whether a file is in it.
  public static func has(_ file: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(file)") }
}
