import Espalier

/// `espalier datasets`: what has a name, and how to get it.
enum DatasetsCommand {
  static let check = Option.flag("check", help: "Read the files and compare their SHA-256")
  static let name = Option.positional("name", .text("name"), help: "The data set")

  static let command = Command(
    "datasets", summary: "List the data sets that have a name",
    discussion: """
      Generated data sets are built in. Of the others, the program knows what is forecast from what, how the file is \
      read and which file it is; 'espalier datasets show NAME' says where to get it. Put files into the folder 'data', \
      or name their folder with --data-folder.
      """,
    examples: ["espalier datasets --check", "espalier datasets show air-quality"],
    parameters: [DataOptions.folder.parameter, check.parameter], subcommands: [show]
  ) { context in
    let all = DatasetCatalogue.all
    let folder = context[DataOptions.folder]
    if context.wantsJSON {
      for one in all {
        try context.cancellation.check()
        context.print(json(one, state: one.state(in: folder, verifying: context[check])).text)
      }
      return
    }
    var table = TextTable([
      .text("name"), .text("target"), .number("rows"), .text("licence"), .text("file"), .text("state"),
    ])
    for one in all {
      try context.cancellation.check()
      table.add([
        .text(one.name), .text(one.target), .init(one.rows.map(Double.init)), .text(one.licence),
        .text(one.fileName ?? "-"), .text(one.state(in: folder, verifying: context[check]).rawValue),
      ])
    }
    context.console.write(table.render())
  }

  static let show = Command(
    "show", summary: "Show where a data set comes from and how it is used",
    parameters: [name.parameter, DataOptions.folder.parameter]
  ) { context in
    let one = try DatasetCatalogue.named(context[name])
    let state = one.state(in: context[DataOptions.folder], verifying: true)
    context.print(context.wantsJSON ? json(one, state: state).text : text(one, state: state, context))
  }

  private static func text(_ one: DatasetDescription, state: DatasetState, _ context: Context) -> String {
    var facts = [
      ("name", one.name), ("what", one.title), ("target", one.target),
      ("features", one.features.joined(separator: ", ")),
      ("drifting", one.drifting.isEmpty ? "none" : one.drifting.joined(separator: ", ")),
      ("season", "\(one.season) steps"), ("source", one.source), ("licence", one.licence), ("get it", one.instructions),
    ]
    if let rows = one.rows { facts.append(("rows", "\(rows)")) }
    if !one.missingMarkers.isEmpty { facts.append(("missing", one.missingMarkers.joined(separator: ", "))) }
    if !one.steps.isEmpty { facts.append(("prepared", one.steps.map(\.description).joined(separator: " "))) }
    if let split = one.split {
      facts.append(("split", "\(split.train) train, \(split.validation) validation, \(split.test) test rows"))
    }
    if let address = one.address { facts.append(("address", address)) }
    if let sha256 = one.sha256 { facts.append(("sha256", sha256)) }
    if let path = one.path(in: context[DataOptions.folder]) { facts.append(("file", "\(path) (\(state.rawValue))")) }
    let width = facts.map(\.0.count).max() ?? 0
    return facts.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + "  " + $0.1 }.joined(separator: "\n")
  }

  private static func json(_ one: DatasetDescription, state: DatasetState) -> JSONLine {
    func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
    return [
      "name": .string(one.name), "title": .string(one.title), "target": .string(one.target),
      "features": .array(one.features.map(JSONValue.string)), "drifting": .array(one.drifting.map(JSONValue.string)),
      "season": .int(one.season), "rows": one.rows.map(JSONValue.int) ?? .null, "source": .string(one.source),
      "licence": .string(one.licence), "get": .string(one.instructions), "address": text(one.address),
      "file": text(one.fileName), "sha256": text(one.sha256), "state": .string(state.rawValue),
    ]
  }
}
