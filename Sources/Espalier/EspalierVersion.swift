/// The version of the package and of the command.
public enum EspalierVersion {
  /// Major, minor and patch as in semantic versioning; nothing else in the package states it.
  public static let current = "0.1.0"
}
