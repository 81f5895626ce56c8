import Espalier
import Foundation

/// The script that draws a report's charts: where it may lie, and its text.
enum ChartScript {
  /// The environment's variable that names the file where `--vega` is not given.
  static let variable = "ESPALIER_VEGA"
  /// The file's name in the places that are looked through.
  static let fileName = "vega-bundle.js"

  /// Looks for the script; a file that is named must be there, since a report without charts is not what was asked for.
  ///
  /// - Parameters:
  ///   - named: What `--vega` says.
  ///   - environment: The process's variables.
  ///   - program: The file of the running program.
  /// - Returns: The script's text and file; nil when it lies in none of the usual places.
  /// - Throws: `CommandFailure` when a named file can't be read or is no such script.
  static func find(
    named: String?, environment: [String: String], program: URL?
  ) throws(CommandFailure) -> (text: String, path: String)? {
    if let path = named { return (try read(path, "--vega"), path) }
    if let path = environment[variable], !path.isEmpty { return (try read(path, variable), path) }
    for place in places(program) where FileManager.default.fileExists(atPath: place) {
      return (try read(place, "the installed script"), place)
    }
    return nil
  }

  /// Where an installed program and one in the package's build folder find the script.
  static func places(_ program: URL?) -> [String] {
    guard let folder = program?.resolvingSymlinksInPath().deletingLastPathComponent() else { return [] }
    var places = [folder.appending(path: fileName), folder.appending(path: "../share/espalier/\(fileName)")]
    var above = folder
    // `script/setup --charts` puts it into `.build/vega`; programs lie some folders below `.build`.
    while above.pathComponents.count > 1, above.lastPathComponent != ".build" {
      above = above.deletingLastPathComponent()
    }
    if above.lastPathComponent == ".build" { places.append(above.appending(path: "vega/\(fileName)")) }
    return places.map { $0.standardizedFileURL.path(percentEncoded: false) }
  }

  private static func read(_ path: String, _ name: String) throws(CommandFailure) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw CommandFailure("'\(path)' (\(name)) can't be read; 'script/setup --charts' makes such a file.")
    }
    let text = String(decoding: data, as: UTF8.self)
    guard text.contains("vegaEmbed") else {
      throw CommandFailure(
        "'\(path)' (\(name)) is not the charts' script, because it has no 'vegaEmbed'; 'script/setup --charts' makes it."
      )
    }
    return text
  }
}
