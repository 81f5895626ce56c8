import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierTraining
import Foundation
import Testing

@testable import EspalierReport

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ForecastPictureTests {
  private static let day: Int64 = 86_400_000

  private static func report(
    series: [String] = [""], steps: Int = 3, hasDates: Bool = true, levels: [Double] = [0.8, 0.95],
    target: String = "load", shift: Int = 0, end: (Int) -> Double = { Double($0) }
  ) throws -> ForecastReport {
    // 2024-01-01 and the ten days behind it.
    let start: Int64 = hasDates ? 1_704_067_200_000 : 0
    let unit = hasDates ? day : 1
    var points: [String] = [], history: [String] = []
    for id in series {
      let times = (0..<10).map { "\(start + Int64($0) * unit)" }.joined(separator: ",")
      let values = (0..<10).map { $0 == 4 ? "null" : "\(50 + $0 + shift)" }.joined(separator: ",")
      history.append("{\"series\":\(JSONText.string(id).text),\"times\":[\(times)],\"values\":[\(values)]}")
      for step in 1...steps {
        let intervals = levels.indices.map { level -> String in
          let upper = Double(60 + step + shift) + end(step) * Double(level + 1)
          let top = upper.isFinite ? ",\"upper\":\(upper)" : ""
          return "{\"lower\":\(Double(60 + shift - (level + 1) * step))\(top)}"
        }
        points.append(
          "{\"series\":\(JSONText.string(id).text),\"time\":\(start + Int64(9 + step) * unit),\"step\":\(step),"
            + "\"forecast\":\(60 + step + shift),\"intervals\":[\(intervals.joined(separator: ","))]}")
      }
    }
    let text = """
      {"dataset":"t","target":\(JSONText.string(target).text),"isPanel":\(series != [""]),"hasDates":\(hasDates),
      "hasTimeOfDay":false,"notes":[],"levels":[],"points":[\(points.joined(separator: ","))],
      "history":[\(history.joined(separator: ","))],"intervals":{"levels":\(levels),"method":"split","windows":9}}
      """
    return try JSONDecoder().decode(ForecastReport.self, from: Data(text.utf8))
  }

  private static func count(_ part: String, in text: String) -> Int { text.components(separatedBy: part).count - 1 }

  @Test(arguments: [true, false])
  func aDrawingIsWellFormedAndHasEverything(hasDates: Bool) throws {
    let hostile = "<b>\"&'\u{1}\u{FFFE}\u{FFFF}"
    let report = try Self.report(series: [hostile, "b"], hasDates: hasDates, target: hostile)
    let svg = try ForecastPicture(report).svg()
    let parser = XMLParser(data: Data(svg.utf8))
    #expect(parser.parse(), "\(parser.parserError as Any)")
    #expect(Self.count("<g>", in: svg) == 2 && Self.count("<polygon", in: svg) == 4)
    #expect(!svg.contains("<b>") && !svg.contains("http://www.w3.org/1999/xlink") && !svg.contains("<script"))
    #expect(svg.contains(hasDates ? "time: 2024-01-01 to 2024-01-13" : "row: 0 to 12"))
    #expect(svg.contains("prefers-color-scheme:dark"))
    #expect(svg.contains("Intervals of 80 and 95 %, split conformal."))
    // The past is broken where a value is missing.
    let past = try #require(svg.firstMatch(of: /class="history" d="([^"]*)"/)).1
    #expect(past.count(where: { $0 == "M" }) == 2 && past.count(where: { $0 == "L" }) == 7)
    #expect(!svg.contains("nan") && !svg.contains("inf"))
  }

  @Test func bandsStopWhereNothingBoundsThem() throws {
    let svg = try ForecastPicture(try Self.report(levels: [0.8], end: { $0 == 2 ? .infinity : 1 })).svg()
    #expect(Self.count("<polygon", in: svg) == 2 && !svg.contains("inf"))
    let one = try ForecastPicture(try Self.report(steps: 1)).svg()
    #expect(Self.count("<circle", in: one) == 1 && Self.count("<polygon", in: one) == 2)
  }

  /// Values that differ in their seventh digit are no line of one height.
  @Test func aPageKeepsAllDigits() throws {
    let picture = try ForecastPicture(try Self.report(shift: 1_000_000))
    let rows = picture.chart.data.rows
    #expect(rows.filter { $0[1] == "forecast" }.map { $0[3].text } == ["1000061.0", "1000062.0", "1000063.0"])
    #expect(rows.first { $0[1] == "past" }?[3].text == "1000050.0")
    #expect(rows.first { $0[1] == "last value" }?[3].text == "1000059.0")
    #expect(rows.first { $0[4] == "95" }.map { [$0[5].text, $0[6].text] } == ["1000058.0", "1000063.0"])
    #expect(!picture.chart.specification.text.contains(".4~g"))
  }

  /// A step without an end stays among the rows as a hole, so that the band does not bridge it.
  @Test func bandsOfAPageStopWhereNothingBoundsThem() throws {
    let picture = try ForecastPicture(try Self.report(levels: [0.8], end: { $0 == 2 ? .infinity : 1 }))
    let band = picture.chart.data.rows.filter { $0[4] == "80" }
    #expect(
      band.map { $0[5].text } == ["59.0", "null", "57.0"] && band.map { $0[6].text } == ["62.0", "null", "64.0"])
    let specification = picture.chart.specification.text
    #expect(!specification.contains("isValid(datum.lower)") && specification.contains("break-paths-filter-domains"))
  }

  @Test func noLineLeavesTheDrawing() throws {
    let long = String(repeating: "x", count: 200)
    let svg = try ForecastPicture(try Self.report(series: [long, "b"], target: long)).svg()
    let texts = svg.matches(of: /<text[^>]*>([^<]*)<\/text>/).map(\.1)
    #expect(texts.count > 20 && texts.allSatisfy { $0.count <= 70 })
  }

  @Test func seriesAreChosenUpToALimit() throws {
    let many = (0..<15).map { "s\($0)" }
    let report = try Self.report(series: many)
    #expect(try ForecastPicture(report).panels.map(\.series) == Array(many[..<12]))
    #expect(try ForecastPicture(report).omitted == 3)
    #expect(try ForecastPicture(report, series: ["s14", "s2", "s14"]).panels.map(\.series) == ["s14", "s2"])
    #expect(throws: ForecastPictureError.tooManySeries(13, most: 12)) {
      try ForecastPicture(report, series: Array(many[..<13]))
    }
    let error = #expect(throws: ForecastPictureError.self) { try ForecastPicture(report, series: ["s1", "S3"]) }
    #expect(error?.description == "There is no forecast of a series \"S3\"; did you mean \"s3\"?")
  }

  @Test(arguments: [true, false])
  func aPageLoadsNothing(hasScript: Bool) throws {
    let picture = try ForecastPicture(try Self.report(series: ["a", "</script>"]))
    let page = picture.html(script: hasScript ? "window.vegaEmbed = async () => {}" : nil)
    #expect(page.contains("Made by <code>espalier forecast</code>") && page.contains("default-src 'none'"))
    #expect(Self.count("</script>", in: page) == (hasScript ? 3 : 2))
    #expect(!page.contains("src=\"") && page.contains("The charts' script was not there") == !hasScript)
    // Every number that is drawn: 2 series with 10 rows, 3 forecasts, 3 times the last value and 2 times 3 bands.
    #expect(picture.chart.data.rows.count == 2 * (10 + 3 + 3 + 6))
  }

  @Test(arguments: [
    (0.0...10.0, ["0", "5", "10"]), (0.1...0.34, ["0.1", "0.2", "0.3"]), (-12...31, ["0", "20"]),
    (1e6...1.2e6, ["1000000", "1100000", "1200000"]), (5...5, ["5.00"]),
  ])
  func valuesHaveRoundTicks(range: ClosedRange<Double>, labels: [String]) {
    #expect(ValueTicks(range, about: 3).labels == labels)
  }

  @Test(arguments: [
    ("2024-01-01 00:00", "2024-01-01 20:00", ["01-01", "06:00", "12:00", "18:00"]),
    ("2024-02-27 00:00", "2024-03-02 12:00", ["02-27", "02-28", "02-29", "03-01", "03-02"]),
    ("2024-01-03 00:00", "2024-02-05 00:00", ["01-08", "01-15", "01-22", "01-29", "02-05"]),
    ("2023-11-15 00:00", "2024-03-20 00:00", ["2023-12", "2024-01", "2024-02", "2024-03"]),
    ("1969-05-01 00:00", "1973-05-01 00:00", ["1970", "1971", "1972", "1973"]),
    ("2024-01-01 10:00:00", "2024-01-01 10:00:40", ["10:00:00", "10:00:10", "10:00:20", "10:00:30", "10:00:40"]),
  ])
  func momentsAreDates(first: String, last: String, labels: [String]) throws {
    let range = try #require(TimeStamp.parse(first))...(try #require(TimeStamp.parse(last)))
    #expect(TimeTicks(range, areDates: true, atMost: 6).labels == labels)
  }

  @Test func extremeAxesEnd() {
    #expect(TimeTicks(.max - 5 ... .max, areDates: true, atMost: 6).times.count <= 6)
    #expect(TimeTicks(0...9, areDates: false, atMost: 6).labels == ["0", "2", "4", "6", "8"])
    #expect(ValueTicks(-1e200...1e200, about: 4).values.count < 12)
  }
}
