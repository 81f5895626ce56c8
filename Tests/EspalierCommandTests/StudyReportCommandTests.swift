import Foundation
import Testing

@testable import EspalierCommand

@Suite struct StudyReportCommandTests {
  private let bench: Workbench
  private let store: String

  init() throws {
    bench = try Workbench()
    _ = try bench.table()
    let file = try bench.write(
      "s.json5",
      """
      {
        name: "small", datasets: [{ name: "made", file: "t.csv", target: "load" }], models: ["rnn"], lookbacks: [3, 5],
        seeds: 2, methods: ["none", "synaptic-pruning"], sizes: { hidden: 4 }, training: { epochs: 6 },
      }
      """)
    store = bench.path("s.sqlite")
    let run = bench.run(["study", "run", file, "--quiet"])
    #expect(run.code == 0, "\(run)")
  }

  @Test func pageAndTablesAppear() throws {
    let script = try bench.write("vega.js", "window.vegaEmbed = null;")
    let folder = bench.path("tables/new")
    let outcome = bench.run(["study", "report", store, "--vega", script, "--tables", folder])
    let files = [bench.path("s.html")] + ["tables.md", "tables.tex", "results.csv"].map { folder + "/" + $0 }
    #expect(outcome == .init(code: 0, output: files.map { $0 + "\n" }.joined(), errors: ""))
    let page = String(decoding: try bench.bytes("s.html"), as: UTF8.self)
    #expect(page.contains("<title>small</title>") && page.contains(" ± ") && page.contains("window.vegaEmbed = null;"))
    let rows = String(decoding: try bench.bytes("tables/new/results.csv"), as: UTF8.self)
    #expect(rows.contains("small,made,strict,rnn,3,1,synaptic-pruning,,2,2,"))
  }

  /// The command below each table prints as many rows as there are runs in it.
  @Test func everyNamedQueryRuns() throws {
    let script = try bench.write("vega.js", "window.vegaEmbed = null;")
    #expect(bench.run(["study", "report", store, "--vega", script]).code == 0)
    let page = String(decoding: try bench.bytes("s.html"), as: UTF8.self)
    let commands = Set(
      page.components(separatedBy: "<code>espalier ").dropFirst().compactMap {
        $0.components(separatedBy: "</code>").first
      }
    )
    .filter { $0.hasPrefix("study sql s.sqlite") }
    #expect(commands.count >= 8)
    for command in commands {
      let words = command.split(separator: " ").map { $0 == "s.sqlite" ? store : String($0) }
      let outcome = bench.run(words + ["--json"])
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(command): \(outcome.errors)")
      if words[3] == "results", !command.contains("model=") {
        #expect(outcome.output.split(separator: "\n").count == 8, "\(command)")
      }
    }
  }

  @Test func badPlacesAreRefused() throws {
    let script = try bench.write("vega.js", "window.vegaEmbed = null;")
    let before = try bench.bytes("s.sqlite")
    let cases: [([String], Int32, String)] = [
      ([store, "--out", store], 64, "would overwrite the store"),
      ([bench.path("none.sqlite")], 1, "none.sqlite"),
      ([store, "--vega", bench.path("missing.js")], 1, "can't be read"),
      ([store, "--vega", bench.path("t.csv")], 1, "has no 'vegaEmbed'"),
      ([store, "--vega", script, "--out", bench.path("no/page.html")], 1, "there is no folder"),
      ([store, "--vega", script, "--tables", bench.path("t.csv")], 1, "--tables"),
      ([store, "--level", "1"], 64, "--level"),
    ]
    for (words, code, part) in cases {
      let outcome = bench.run(["study", "report"] + words)
      #expect(outcome.code == code && outcome.errors.contains(part) && outcome.output.isEmpty, "\(words): \(outcome)")
    }
    #expect(try bench.bytes("s.sqlite") == before)
    #expect(!bench.names.contains("s.html"))
  }

  @Test func theScriptIsFoundWhereItLies() throws {
    let program = URL(filePath: bench.path(".build/x/release/espalier"))
    #expect(try ChartScript.find(named: nil, environment: [:], program: program) == nil)
    for (place, text) in [
      (".build/vega", "below .build vegaEmbed"), (".build/x/share/espalier", "installed vegaEmbed"),
    ] {
      try FileManager.default.createDirectory(atPath: bench.path(place), withIntermediateDirectories: true)
      try bench.write(place + "/vega-bundle.js", text)
      #expect(try ChartScript.find(named: nil, environment: [:], program: program)?.text == text)
    }
    // `script/demo` leaves the command at `.build/release`, which is a link.
    try FileManager.default.createDirectory(atPath: bench.path(".build/y/release"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: bench.path(".build/release"), withDestinationPath: "y/release")
    let linked = URL(filePath: bench.path(".build/release/espalier"))
    #expect(try ChartScript.find(named: nil, environment: [:], program: linked)?.text == "below .build vegaEmbed")
    let named = try bench.write("v.js", "named vegaEmbed")
    #expect(
      try ChartScript.find(named: nil, environment: ["ESPALIER_VEGA": named], program: program)?.text
        == "named vegaEmbed")
    #expect(throws: CommandFailure.self) {
      try ChartScript.find(named: nil, environment: ["ESPALIER_VEGA": bench.path("none")], program: program)
    }
  }
}
