import Espalier

/// `espalier datasets`: what has a name, and how to get it.
enum DatasetsCommand {
  static let check = Option.flag("check", help: "Read the files and compare their SHA-256")
  static let name = Option.positional("name", .text("name"), help: "The data set")

  static let command = Command(
    "datasets", summary: "List the data sets that have a name, get them, and name others",
    discussion: """
      Generated data sets are built in. Of the others, the program knows what is forecast from what, how the file is \
      read and which file it is: 'espalier datasets show NAME' says where it comes from, 'espalier datasets get NAME' \
      downloads it where a direct address is known, and 'espalier datasets add FILE' names a file of your own. All of \
      them can then be trained on and compared by their names.
      """,
    examples: [
      "espalier datasets --check", "espalier datasets show air-quality", "espalier datasets get ett-h1",
      "espalier datasets add prices.csv --name prices --target close",
    ],
    parameters: [DataFolder.option.parameter, check.parameter],
    subcommands: [show, DatasetsGetCommand.command, DatasetsAddCommand.command, DatasetsRemoveCommand.command]
  ) { context in
    let folder = DataFolder.path(context)
    let all = try DatasetCatalogue.all(in: folder)
    if context.wantsJSON {
      for one in all {
        try context.cancellation.check()
        context.print(DatasetText.json(one, state: one.state(in: folder, verifying: context[check])).text)
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
    parameters: [name.parameter, DataFolder.option.parameter]
  ) { context in
    let folder = DataFolder.path(context)
    let one = try DatasetCatalogue.named(context[name], folder: folder)
    let state = one.state(in: folder, verifying: true)
    context.print(
      context.wantsJSON
        ? DatasetText.json(one, state: state).text : DatasetText.facts(one, state: state, folder: folder))
  }
}
