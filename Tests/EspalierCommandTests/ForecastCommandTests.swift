import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ForecastCommandTests {
  /// A folder with a table of 200 days and a model of two steps; the last 40 rows are new to it.
  private static func bench(
    _ more: [String] = ["--horizon", "2"], without: [String] = []
  ) throws -> (Workbench, data: String, model: String) {
    let bench = try Workbench()
    let data = try bench.table(rows: 200)
    let model = bench.path("m.safetensors")
    let outcome = bench.train(data, more + ["--out", model], without: without)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return (bench, data, model)
  }

  private static func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  @Test func intervalsStandBesideTheForecastsOfPredict() throws {
    let (bench, data, model) = try Self.bench()
    let outcome = bench.run(["forecast", model, data, "--intervals", "95,80"])
    #expect(outcome.code == 0)
    let rows = Self.rows(outcome.output)
    #expect(rows[0] == ["time", "step", "forecast", "lower-80", "upper-80", "lower-95", "upper-95"])
    let predicted = Self.rows(bench.run(["predict", model, data]).output)
    #expect(rows.map { Array($0.prefix(3)) } == predicted && rows.count == 3)
    for row in rows.dropFirst() {
      let numbers = row.dropFirst(2).compactMap(Double.init)
      try #require(numbers.count == 5)
      #expect(
        numbers[3] <= numbers[1] && numbers[1] < numbers[0] && numbers[0] < numbers[2] && numbers[2] <= numbers[4])
    }
    // Day 160 of the year is the last one that validation reaches.
    #expect(
      outcome.errors.contains(
        "espalier: Intervals are adaptive conformal around the point forecasts, calibrated on 39 windows after 2020-06-08, "
          + "up to which the model was trained and selected.\n"))
    #expect(bench.run(["forecast", model, data, "--quiet"]).output == bench.run(["predict", model, data]).output)
    let short = bench.run(["forecast", model, data, "--horizon", "1", "--intervals", "80", "--quiet"])
    #expect(Self.rows(short.output).map { $0.prefix(3) } == predicted.prefix(2).map { $0.prefix(3) })
    #expect(short.errors == "")
  }

  @Test func jsonHasTheSameNumbers() throws {
    let (bench, data, model) = try Self.bench()
    let words = ["forecast", model, data, "--intervals", "80", "--interval-method", "split"]
    let rows = Self.rows(bench.run(words).output).dropFirst()
    let lines = bench.run(words + ["--json"]).output.split(separator: "\n")
    #expect(lines.count == rows.count)
    for (line, row) in zip(lines, rows) {
      #expect(
        line
          == "{\"time\": \"\(row[0])\", \"step\": \(row[1]), \"forecast\": \(row[2]), \"intervals\": {\"method\": \"split\", "
          + "\"80\": {\"lower\": \(row[3]), \"upper\": \(row[4])}}}")
    }
  }

  @Test func aQuantileLossHasIntervalsOfItsOwn() throws {
    let (bench, data, model) = try Self.bench(["--horizon", "2", "--loss", "quantile"])
    let own = Self.rows(
      bench.run(["forecast", model, data, "--intervals", "90", "--interval-method", "uncalibrated"]).output)
    let quantiles = Self.rows(bench.run(["predict", model, data]).output)
    #expect(own[0] == ["time", "step", "forecast", "lower-90", "upper-90"])
    for (own, quantiles) in zip(own, quantiles).dropFirst() {
      #expect(own[3] == quantiles[3] && own[4] == quantiles[5])
    }
    let calibrated = bench.run(["forecast", model, data, "--intervals", "90"])
    #expect(calibrated.errors.contains("adaptive conformal around the quantiles of the loss 'quantile'"))
    #expect(Self.rows(calibrated.output) != own)
  }

  @Test func monteCarloDropoutHasIntervalsOfItsOwn() throws {
    let (bench, data, model) = try Self.bench(
      ["--horizon", "2", "--regularizer", "mc-dropout"], without: ["--warmup"])
    let outcome = bench.run(
      ["forecast", model, data, "--intervals", "80", "--interval-method", "uncalibrated"])
    #expect(outcome.code == 0 && outcome.errors.contains("mc-dropout's passes"), "\(outcome.errors)")
    let rows = Self.rows(outcome.output)
    #expect(rows[0] == ["time", "step", "forecast", "deviation", "lower-80", "upper-80"] && rows.count == 3)
    for row in rows.dropFirst() {
      let numbers = row.dropFirst(2).compactMap(Double.init)
      try #require(numbers.count == 4)
      let reach = 1.2815515655446004 * numbers[1]
      #expect(reach > 0 && abs(numbers[0] - reach - numbers[2]) < 1e-4 && abs(numbers[0] + reach - numbers[3]) < 1e-4)
    }
  }

  #if os(Linux)
    /// A full disk under the chart leaves no table either.
    @Test func aChartThatCannotBeWrittenLeavesNoTable() throws {
      let (bench, data, model) = try Self.bench()
      let chart = bench.path("full.svg")
      try FileManager.default.createSymbolicLink(atPath: chart, withDestinationPath: "/dev/full")
      for words in [["--out", bench.path("f.csv")], []] {
        let outcome = bench.run(["forecast", model, data, "--intervals", "80", "--chart", chart, "--quiet"] + words)
        #expect(outcome.code == 1 && outcome.output == "")
        #expect(outcome.errors.contains("'\(chart)' can't be written (No space left on device)"), "\(outcome.errors)")
        #expect(bench.names == ["full.svg", "m.safetensors", "t.csv"])
      }
    }
  #endif

  @Test func filesAreWrittenWholeAndChartsAreWellFormed() throws {
    let (bench, data, model) = try Self.bench()
    let (out, svg, page) = (bench.path("f.csv"), bench.path("f.svg"), bench.path("f.html"))
    let words = ["forecast", model, data, "--intervals", "80"]
    let table = bench.run(words).output
    let outcome = bench.run(words + ["--out", out, "--chart", svg])
    #expect(outcome.code == 0 && outcome.output == "2 forecasts are in \(out).\n")
    #expect(outcome.errors.contains("the chart is in \(svg).\n"))
    #expect(String(decoding: try bench.bytes("f.csv"), as: UTF8.self) == table)
    let parser = XMLParser(data: try bench.bytes("f.svg"))
    #expect(parser.parse())
    let drawing = String(decoding: try bench.bytes("f.svg"), as: UTF8.self)
    #expect(drawing.contains("load of t, 2 steps ahead") && drawing.contains("load [unit of the data]"))
    #expect(drawing.contains("time: 2020-07-13 to 2020-07-20") && !drawing.contains("<script"))
    // Two rows of forecasts are one band.
    #expect(drawing.components(separatedBy: "<polygon class=\"band\"").count == 2)
    let again = bench.run(words + ["--chart", page], environment: ["ESPALIER_VEGA": ""])
    #expect(again.code == 0 && again.output == table)
    #expect(
      String(decoding: try bench.bytes("f.html"), as: UTF8.self).contains("Made by <code>espalier forecast</code>"))
    #expect(bench.names == ["f.csv", "f.html", "f.svg", "m.safetensors", "t.csv"])
  }

  @Test func panelsHaveTheSeriesFirstAndChartsChooseThem() throws {
    let bench = try Workbench()
    let lines = Workbench.lines(200).dropFirst()
    let text =
      ["id,date,load,heat"] + lines.map { "north,\($0)" } + lines.dropLast(30).map { "\"so,uth\",\($0)" }
    let data = try bench.write("p.csv", text.joined(separator: "\n") + "\n")
    let model = bench.path("m.safetensors")
    #expect(bench.train(data, ["--series", "id", "--out", model]).code == 0)
    let words = ["forecast", model, data, "--intervals", "80,95"]
    let outcome = bench.run(words)
    let rows = outcome.output.split(separator: "\n").map(String.init)
    #expect(rows[0] == "series,time,step,forecast,lower-80,upper-80,lower-95,upper-95")
    #expect(rows[1].hasPrefix("north,2020-07-19,1,") && rows[2].hasPrefix("\"so,uth\",2020-06-19,1,"))
    // South has 10 new windows, which are enough for 80 %.
    #expect(rows[2].hasSuffix(",,") && !rows[2].hasSuffix(",,,"))
    #expect(
      outcome.errors.contains(
        "Of 2 intervals of 95 %, 1 lacks an end: 1 because their series has fewer than the 19 new windows that it takes."
      ))
    let json = bench.run(words + ["--json", "--quiet"]).output.split(separator: "\n")
    #expect(json[1].contains("\"95\": {\"lower\": null, \"upper\": null}"))
    let svg = bench.path("f.svg")
    #expect(bench.run(words + ["--chart", svg, "--chart-series", "so,uth"]).code == 1)
    #expect(!bench.names.contains("f.svg"))
    #expect(bench.run(words + ["--chart", svg, "--chart-series", "north"]).code == 0)
    let drawing = String(decoding: try bench.bytes("f.svg"), as: UTF8.self)
    #expect(drawing.contains("north: load") && !drawing.contains("so,uth"))
    #expect(drawing.contains("1 further series is not drawn."))
  }

  /// Words behind the model and the data, the exit code and what the sentence has.
  static let faults: [(words: [String], code: Int32, sentence: String)] = [
    (
      ["--horizon", "3"], 1,
      "The model forecasts 2 steps and not 3; ask for at most 2, or train one with a horizon of 3."
    ),
    (["--horizon", "0"], 64, "--horizon must be a whole number from 1 to 65536, not '0'."),
    (["--intervals", "0"], 64, "--intervals must be a number above 0, at most 99.9999, not '0'."),
    (["--intervals", "100"], 64, "--intervals must be a number above 0, at most 99.9999, not '100'."),
    (["--intervals", "80,95,80.0"], 64, "--intervals names 80 twice; name each coverage once."),
    (["--intervals", "80,80.0000001"], 64, "--intervals names 80 twice; name each coverage once."),
    (
      ["--intervals", "99.9"], 1,
      "Adaptive intervals of 99.9 % need 999 residuals of a series and look back on the latest 500; ask for a lower"
    ),
    (
      ["--chart", "f.svg", "--chart-series", "a,b,c,d,e,f,g,h,i,j,k,l,m,a"], 64,
      "--chart-series names 13 series and a chart has room for 12; name fewer."
    ),
    (["--interval-method", "split"], 64, "--interval-method has no effect without --intervals"),
    (
      ["--intervals", "80", "--interval-method", "uncalibrated"], 1,
      "A model with the loss 'mse' has no intervals of its own"
    ),
    (
      ["--intervals", "99"], 1,
      "Intervals of 99 % need 99 windows of a series to be calibrated on, and after 2020-06-08"
    ),
    (["--chart", "f.png"], 64, "--chart can't tell what 'f.png' shall be; let it end in .svg or .html."),
    (["--chart-series", "a"], 64, "--chart-series has no effect without --chart"),
    (["--vega", "a"], 64, "--vega has no effect without --chart"),
    (["--chart", "nowhere/f.svg"], 1, "'nowhere/f.svg' can't be written because there is no folder"),
    (["--future", "x.csv"], 1, "The model was trained without known columns: leave out the file of the future."),
    (
      ["--unseen-series", "own-history"], 64,
      "--unseen-series own-history has no effect on this model, whose series share"
    ),
  ]

  @Test(arguments: faults.indices)
  func whatCantBeDoneIsOneSentenceAndWritesNothing(index: Int) throws {
    let (bench, data, model) = try Self.bench()
    let (words, code, sentence) = Self.faults[index]
    let outcome = bench.run(["forecast", model, data, "--out", bench.path("f.csv")] + words)
    #expect(outcome.code == code && outcome.output == "")
    #expect(outcome.errors.hasPrefix("espalier: ") && outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(bench.names == ["m.safetensors", "t.csv"])
  }

  @Test func filesAreNotLost() throws {
    let (bench, data, model) = try Self.bench()
    let before = try bench.bytes("m.safetensors")
    #expect(bench.run(["forecast", model, data, "--out", model]).errors.contains("--out would overwrite"))
    let table = try bench.write("d.svg", String(decoding: bench.bytes("t.csv"), as: UTF8.self))
    #expect(bench.run(["forecast", model, table, "--chart", table]).errors.contains("--chart would overwrite"))
    let both = bench.path("f.svg")
    let link = bench.path("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bench.path(""))
    for other in [both, both.replacing("/f.svg", with: "/./f.svg"), link + "/f.svg"] {
      let outcome = bench.run(["forecast", model, data, "--out", both, "--chart", other])
      #expect(outcome.code == 64 && outcome.errors.contains("--out and --chart both name"), "\(outcome.errors)")
    }
    try FileManager.default.removeItem(atPath: link)
    #expect(try bench.bytes("m.safetensors") == before)
    #expect(bench.names == ["d.svg", "m.safetensors", "t.csv"])
  }

  /// A file from before models said what they have seen: everything but calibrated intervals works.
  @Test func olderFilesForecastWithoutIntervals() throws {
    let (bench, data, model) = try Self.bench()
    var bytes = try bench.bytes("m.safetensors")
    let key = try #require(bytes.range(of: Data("espalier.extent".utf8)))
    bytes.replaceSubrange(key, with: Data("espalier.others".utf8))
    let old = bench.path("old.safetensors")
    try bytes.write(to: URL(filePath: old))
    #expect(bench.run(["forecast", old, data]).output == bench.run(["forecast", model, data]).output)
    let outcome = bench.run(["forecast", old, data, "--intervals", "80"])
    #expect(outcome.code == 1 && outcome.output == "")
    #expect(outcome.errors.contains("This model does not say up to where its training reached"))
    #expect(!bench.run(["inspect", old]).output.contains("seen "))
    #expect(bench.run(["inspect", model]).output.contains("\nseen         data up to 2020-06-08\n"))
    #expect(bench.run(["inspect", model, "--json"]).output.contains("\"seen_to\": \"2020-06-08\""))
  }
}
