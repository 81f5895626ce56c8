import Espalier

/// `espalier datasets get`: a data set's file from its server.
enum DatasetsGetCommand {
  static let timeout = Option(
    "timeout", .int("seconds", from: 1, to: 86_400), default: 30, help: "How long the server may be silent")

  static let command = Command(
    "get", summary: "Download a data set's file into the data folder",
    discussion: """
      The file is taken when its size and SHA-256 are those of the data set. What an interrupted download has fetched \
      stays beside the file's place, and the next one goes on from there. Of data sets without a direct address, it \
      says how to get them.
      """,
    examples: ["espalier datasets get ett-h1", "espalier datasets get ett-h1 --data-folder data"],
    parameters: [DatasetsCommand.name.parameter, DataFolder.option.parameter, timeout.parameter]
  ) { context in
    let folder = try DataFolder.required(context)
    let one = try DatasetCatalogue.named(context[DatasetsCommand.name], folder: folder)
    guard one.fileName != nil else {
      report(one, path: nil, outcome: nil, context)
      return
    }
    if var download = try one.download(to: folder) {
      download.stallSeconds = context[timeout]
      report(one, path: download.destination, outcome: try run(download, one, context), context)
    } else if let file = try DatasetCatalogue.verifiedFile(of: one, folder: folder) {
      report(one, path: file.path, outcome: .alreadyThere(bytes: file.bytes), context)
    }
  }

  private static func run(
    _ download: DatasetDownload, _ one: DatasetDescription, _ context: Context
  ) throws -> DownloadOutcome {
    let display = DownloadDisplay("downloading \(one.name)", context)
    defer { display.finish() }
    do {
      return try download.run(progress: display.show, isCancelled: { context.cancellation.isCancelled })
    } catch DownloadError.cancelled(let received) {
      display.finish()
      if received > 0 {
        context.note(
          "\(DatasetText.size(received)) have arrived and stay in \(download.partialPath); "
            + "the same command goes on from there."
        )
      }
      try context.cancellation.check()
      throw DownloadError.cancelled(received: received)
    }
  }

  private static func report(
    _ one: DatasetDescription, path: String?, outcome: DownloadOutcome?, _ context: Context
  ) {
    var line: JSONLine = [
      "name": .string(one.name), "file": path.map(JSONValue.string) ?? .null,
      "sha256": one.sha256.map(JSONValue.string) ?? .null,
    ]
    let sentence: String
    switch outcome {
    case nil:
      line["state"] = .string(DatasetState.builtIn.rawValue)
      sentence = "\(one.name) is built in; there is nothing to get."
    case .alreadyThere(let bytes):
      line["state"] = .string(DatasetState.verified.rawValue)
      line["bytes"] = .int(bytes)
      line["fetched"] = .int(0)
      sentence = "\(one.name) is in \(path ?? "") already and verified; there is nothing to do."
    case .fetched(let bytes, let resumed):
      line["state"] = .string(DatasetState.verified.rawValue)
      line["bytes"] = .int(bytes)
      line["fetched"] = .int(bytes - resumed)
      sentence = "\(one.name) is in \(path ?? ""): \(DatasetText.size(bytes)), verified. Its licence: \(one.licence)."
    }
    context.print(context.wantsJSON ? line.text : sentence)
  }
}

/// Shows a download's progress; which total it has is known when bytes arrive.
private final class DownloadDisplay {
  private let label: String
  private let context: Context
  private var reporter: ProgressReporter?
  private var start = 0.0
  private var received = 0

  init(_ label: String, _ context: Context) {
    self.label = label
    self.context = context
  }

  func show(_ progress: DownloadProgress) {
    // Fewer bytes than before: the file is fetched from its beginning after all.
    if reporter == nil || progress.received < received {
      reporter?.finish()
      reporter = context.progress(label, total: progress.total, before: progress.resumed)
      start = context.console.now()
      received = progress.resumed
    }
    let seconds = context.console.now() - start
    let whole = progress.total.map { " of \(DatasetText.size($0))" } ?? ""
    var detail = DatasetText.size(progress.received) + whole
    if seconds > 0 {
      let rate = min(Double(progress.received - progress.resumed) / seconds, 1e15)
      detail += ", \(DatasetText.size(Int(rate)))/s"
    }
    reporter?.advance(by: progress.received - received, detail: detail)
    received = progress.received
  }

  func finish() {
    reporter?.finish()
  }
}
