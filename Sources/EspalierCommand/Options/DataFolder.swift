/// The folder that holds the files of named data sets, and the registry of the user's own.
enum DataFolder {
  static let option = Option(
    "data-folder", .text("folder"), otherwise: "$ESPALIER_DATA, else the folder espalier among the user's caches",
    help: "Where the files of named data sets lie, and what was registered")

  /// The folder that the user named or that is usual; nil when neither is known.
  static func path(_ context: Context) -> String? {
    context[option] ?? usual(context.environment)
  }

  /// The same for work that can't do without.
  ///
  /// - Throws: A `UsageError` when there is none.
  static func required(_ context: Context) throws(UsageError) -> String {
    guard let path = path(context) else {
      throw .conflict("There is no folder for data, as HOME is not set; name one with --data-folder.")
    }
    return path
  }

  /// `ESPALIER_DATA`, else a folder where the system keeps what can be fetched again.
  ///
  /// - Source: XDG Base Directory Specification 0.8, which wants relative paths ignored.
  static func usual(_ environment: [String: String]) -> String? {
    if let named = environment["ESPALIER_DATA"], !named.isEmpty { return named }
    if let caches = environment["XDG_CACHE_HOME"], caches.hasPrefix("/") { return "\(caches)/espalier" }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    #if os(macOS)
      return "\(home)/Library/Caches/espalier"
    #else
      return "\(home)/.cache/espalier"
    #endif
  }
}
