import Espalier

/// `espalier datasets add`: a name for a file of the user's.
enum DatasetsAddCommand {
  static let file = Option.positional(
    optional: "file", .text("file"), help: "A delimited text file, which stays where it is")
  static let name = Option(required: "name", .text("name"), help: "The name: letters, digits, - and _")
  static let target = Option(required: "target", .text("column"), help: "The column to forecast")
  static let features = Option(
    "features", list: .text("columns"), default: [], otherwise: "all other columns of numbers",
    help: "The columns to forecast from, beside the target's own history")
  static let drifting = Option(
    "drifting", list: .text("columns"), default: [], otherwise: "none",
    help: "Features that leave the range they were trained on, as prices do; window normalization applies to them")
  static let season = Option(
    "season", .int("steps", from: 1, to: 1_000_000),
    otherwise: "a day for rows less than a day apart, a year for months, else 1",
    help: "Steps of a season, for the seasonal naive forecast and MASE")
  static let licence = Option("licence", .text("text"), otherwise: "not said", help: "The terms of the data")
  static let source = Option("source", .text("text"), otherwise: "not said", help: "Who made the data")
  static let address = Option(
    "address", .text("URL"), help: "Instead of a file: where 'espalier datasets get' downloads it from")
  static let sha256 = Option("sha256", .sha256, help: "The SHA-256 of the file at the address, which needs it")
  static let size = Option(
    "size", .int("bytes", from: 0), otherwise: "not checked", help: "The size of the file at the address")
  static let replace = Option.flag("replace", help: "Replace what was registered under the name")

  static let command = Command(
    "add", summary: "Give a name to a file of your own, or to one on a server",
    discussion: """
      The file is read once, so that it is sure that it can be, and its size and SHA-256 are kept: a file that changes \
      later is refused until it is registered anew. What is registered stands in datasets.json in the data folder.
      """,
    examples: [
      "espalier datasets add prices.csv --name prices --target close --drifting open,high,low",
      "espalier datasets add --address https://example.org/load.csv --sha256 HEX --name load --target load",
    ],
    sections: [
      Command.Section(
        "Data",
        [
          file.parameter, name.parameter, target.parameter, features.parameter, DataOptions.exclude.parameter,
          drifting.parameter, season.parameter, licence.parameter, source.parameter, replace.parameter,
          DataFolder.option.parameter,
        ]),
      Command.Section("A file on a server", [address.parameter, sha256.parameter, size.parameter]),
      DataOptions.readingSection,
    ]
  ) { context in
    let folder = try DataFolder.required(context)
    do {
      let entry = try entry(context)
      try DatasetRegistry.add(entry, replacing: context[replace], in: folder)
      report(entry, context)
    } catch let error as DownloadError {
      // Nothing was asked of a server yet: the address is at fault.
      throw UsageError.conflict(error.description)
    } catch let error as RegistryError {
      switch error {
      case .badName, .noFeature: throw UsageError.conflict(error.description)
      default: throw error
      }
    }
  }

  /// What the command line describes; a file is read.
  private static func entry(_ context: Context) throws -> RegisteredDataset {
    var reading = DataOptions.reading(context, base: ReadOptions())
    reading.excluded = context[DataOptions.exclude]
    let chosen = context[features].isEmpty ? nil : context[features]
    if chosen != nil, !reading.excluded.isEmpty {
      throw UsageError.conflict("--exclude has no effect beside --features; give one of them.")
    }
    if reading.excluded.contains(context[target]) {
      throw UsageError.conflict("--exclude leaves out the target '\(context[target])'; take it off that list.")
    }
    var entry: RegisteredDataset
    switch (context[file], context[address]) {
    case (let file?, nil):
      if let option = [sha256.parameter, size.parameter].first(where: { context.arguments.isGiven(label: $0.label) }) {
        throw UsageError.conflict("\(option.label) is for --address; the file's own is found out.")
      }
      entry = try RegisteredDataset(
        file: file, name: context[name], target: context[target], features: chosen, reading: reading)
    case (nil, let address?):
      guard let hash = context[sha256] else {
        throw UsageError.conflict("--address needs --sha256, without which nobody knows whether the right file came.")
      }
      entry = try RegisteredDataset(
        address: address, sha256: hash, size: context[size], name: context[name], target: context[target],
        features: chosen, reading: reading)
    case (nil, nil): throw UsageError.conflict("<file> is missing; give a file, or --address with --sha256.")
    case (_?, _?): throw UsageError.conflict("A file and --address exclude each other; give one of them.")
    }
    entry.drifting = context[drifting]
    entry.season = context[season] ?? entry.season
    entry.licence = context[licence]
    entry.source = context[source]
    return entry
  }

  private static func report(_ entry: RegisteredDataset, _ context: Context) {
    if context.wantsJSON {
      let line: JSONLine = [
        "name": .string(entry.name), "file": entry.path.map(JSONValue.string) ?? .null,
        "address": entry.address.map(JSONValue.string) ?? .null, "rows": entry.rows.map(JSONValue.int) ?? .null,
        "size": entry.size.map(JSONValue.int) ?? .null, "sha256": .string(entry.sha256),
        "features": .array(entry.features.map(JSONValue.string)),
      ]
      context.print(line.text)
    } else if let path = entry.path {
      let features = entry.features.isEmpty ? "none" : entry.features.joined(separator: ", ")
      context.print("\(entry.name) is registered: \(entry.rows ?? 0) rows of \(path), features: \(features).")
    } else {
      context.print("\(entry.name) is registered; 'espalier datasets get \(entry.name)' downloads it.")
    }
  }
}

extension ValueKind where Value == String {
  /// A SHA-256 in hexadecimal digits.
  fileprivate static var sha256: Self {
    ValueKind(
      placeholder: "hex", expected: "64 hexadecimal digits",
      read: { word in word.count == 64 && word.allSatisfy { $0.isASCII && $0.isHexDigit } ? word.lowercased() : nil },
      show: { $0 })
  }
}
