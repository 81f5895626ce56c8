import Espalier

/// `espalier datasets remove`: takes a name back.
enum DatasetsRemoveCommand {
  static let command = Command(
    "remove", summary: "Forget a name that was added; its file stays",
    examples: ["espalier datasets remove prices"],
    parameters: [DatasetsCommand.name.parameter, DataFolder.option.parameter]
  ) { context in
    let folder = try DataFolder.required(context)
    let name = context[DatasetsCommand.name]
    let file = try DatasetRegistry.remove(name, in: folder).path(in: folder)
    if context.wantsJSON {
      let line: JSONLine = ["name": .string(name), "file": .string(file)]
      context.print(line.text)
    } else {
      context.print("\(name) is no longer registered; the file \(file) was not touched.")
    }
  }
}
