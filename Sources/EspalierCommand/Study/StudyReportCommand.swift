import Espalier
import Foundation

/// `espalier study report`: a study's results as one page, and its tables as Markdown, LaTeX and CSV.
enum StudyReportCommand {
  static let out = Option(
    "out", .text("file"), otherwise: "beside the store, ending in .html", help: "Where the page goes")
  static let tables = Option(
    "tables", .text("folder"), otherwise: "no tables beside the page",
    help: "Write tables.md, tables.tex and results.csv into this folder, too")
  static let vega = Option(
    "vega", .text("file"), otherwise: "\(ChartScript.variable), then where script/setup --charts puts it",
    help: "The script that draws the charts")
  static let level = Option(
    "level", .double("fraction", from: 0.5, to: 0.999), default: 0.95, help: "The level of intervals over seeds")
  static let alpha = Option(
    "alpha", .double("fraction", from: 0.001, to: 0.5), default: 0.05,
    help: "The significance level of critical differences")

  static let command = Command(
    "report", summary: "Make a page with tables, tests and charts from a store",
    discussion: """
      The page is one file that loads nothing from elsewhere. It is made from the store alone, also of a study that is \
      not finished, and says what is missing. Every table and chart names the 'espalier study sql' command whose rows it \
      is computed from.
      """,
    examples: [
      "espalier study report paper.sqlite", "espalier study report paper.sqlite --out page.html --tables tables",
    ],
    parameters: [
      StudyOptions.store.parameter, out.parameter, tables.parameter, vega.parameter, level.parameter, alpha.parameter,
    ]
  ) { context in
    let store = context[StudyOptions.store]
    let page = OutputFile(try pagePath(context))
    let script = try ChartScript.find(
      named: context[vega], environment: ProcessInfo.processInfo.environment, program: Bundle.main.executableURL)
    // A store that can't be read is the better message than a place that can't be written.
    let opened = try StudyStore.read(store)
    try page.check()
    let folder = try context[tables].map(makeFolder)
    let report = try StudyReport(opened.records(), configuration(context))
    let html = report.html(script: script?.text)
    try page.write(html)
    let files = try folder.map { try write(report, to: $0) } ?? []
    show([page.path] + files, script: script?.path, bytes: html.utf8.count, context)
  }

  private static func configuration(_ context: Context) -> ReportConfiguration {
    var configuration = ReportConfiguration(store: URL(filePath: context[StudyOptions.store]).lastPathComponent)
    configuration.level = context[level]
    configuration.alpha = context[alpha]
    return configuration
  }

  /// The page's file, which must not be the store.
  private static func pagePath(_ context: Context) throws(UsageError) -> String {
    let store = context[StudyOptions.store]
    let path =
      context[out]
      ?? URL(filePath: store).deletingPathExtension().appendingPathExtension("html").path(percentEncoded: false)
    if path == store || SameFile.are(path, store) {
      throw .conflict("The page would overwrite the store '\(store)'; give another file with --out.")
    }
    return path
  }

  private static func makeFolder(_ path: String) throws -> URL {
    let folder = URL(filePath: path, directoryHint: .isDirectory)
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("The folder '\(path)' can't be made; choose another place with --tables.")
    }
    return folder
  }

  /// Writes the tables and returns their paths.
  private static func write(_ report: StudyReport, to folder: URL) throws -> [String] {
    let texts = [
      ("tables.md", report.markdown()), ("tables.tex", report.latex()), ("results.csv", report.csv()),
    ]
    return try texts.map { name, text in
      let file = OutputFile(folder.appending(path: name).path(percentEncoded: false))
      try file.write(text)
      return file.path
    }
  }

  private static func show(_ files: [String], script: String?, bytes: Int, _ context: Context) {
    if context.wantsJSON {
      let line: JSONLine = [
        "files": .array(files.map(JSONValue.string)), "bytes": .int(bytes), "charts": .bool(script != nil),
      ]
      context.print(line.text)
    } else {
      for file in files { context.print(file) }
    }
    if script == nil {
      context.note(
        "the charts' script is not there, so the page has their data as tables; for charts, run 'script/setup "
          + "--charts' in the package's folder, then this again.")
    }
  }
}
