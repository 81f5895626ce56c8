import Espalier

/// Data sets as people and as programs read them.
enum DatasetText {
  /// One fact a line.
  static func facts(_ one: DatasetDescription, state: DatasetState, folder: String?) -> String {
    let takesAll = one.features.isEmpty && one.registration != nil
    var facts = [
      ("name", one.name), ("what", one.title), ("target", one.target),
      ("features", takesAll ? "all other columns of numbers" : one.features.joined(separator: ", ")),
      ("drifting", one.drifting.isEmpty ? "none" : one.drifting.joined(separator: ", ")),
      ("season", isSeasonOpen(one) ? "as the distance between rows suggests" : "\(one.season) steps"),
      ("source", one.source), ("licence", one.licence), ("get it", one.instructions),
    ]
    if let rows = one.rows { facts.append(("rows", "\(rows)")) }
    if !one.missingMarkers.isEmpty { facts.append(("missing", one.missingMarkers.joined(separator: ", "))) }
    if !one.steps.isEmpty { facts.append(("prepared", one.steps.map(\.description).joined(separator: " "))) }
    if let split = one.split {
      facts.append(("split", "\(split.train) train, \(split.validation) validation, \(split.test) test rows"))
    }
    if let address = one.address { facts.append(("address", address)) }
    if let size = one.size { facts.append(("size", "\(size) bytes")) }
    if let sha256 = one.sha256 { facts.append(("sha256", sha256)) }
    if let path = one.path(in: folder) { facts.append(("file", "\(path) (\(state.rawValue))")) }
    let width = facts.map(\.0.count).max() ?? 0
    return facts.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + "  " + $0.1 }.joined(separator: "\n")
  }

  /// The same for programs.
  static func json(_ one: DatasetDescription, state: DatasetState) -> JSONLine {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    func number(_ value: Int?) -> JSONValue { value.map(JSONValue.int) ?? .null }
    return [
      "name": .string(one.name), "title": .string(one.title), "target": .string(one.target),
      "features": .array(one.features.map(JSONValue.string)), "drifting": .array(one.drifting.map(JSONValue.string)),
      "season": isSeasonOpen(one) ? .null : .int(one.season), "rows": number(one.rows), "source": .string(one.source),
      "licence": .string(one.licence), "get": .string(one.instructions), "address": text(one.address),
      "file": text(one.fileName), "size": number(one.size), "sha256": text(one.sha256),
      "registered": .bool(one.registration != nil), "state": .string(state.rawValue),
    ]
  }

  /// Whether only the rows of a registered file will tell the season.
  private static func isSeasonOpen(_ one: DatasetDescription) -> Bool {
    one.registration.map { $0.season == nil } ?? false
  }

  /// Bytes in three digits with a unit: `2.59 MB`.
  static func size(_ bytes: Int) -> String {
    var value = Double(bytes)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5, unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    guard unit > 0 else { return "\(bytes) B" }
    let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    return "\(JSONValue.rounded(value, decimals).text) \(units[unit])"
  }
}
