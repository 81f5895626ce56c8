import EspalierData
import EspalierStudy
import Foundation
import Testing

@testable import EspalierReport

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct ReportPageTests {
  /// Stands for the charts' script, with what must not end the element that it stands in.
  private static let script = #"window.vegaEmbed = async () => {}; const end = "</script><!--";"#

  private static func study() -> SyntheticStudy {
    var study = SyntheticStudy()
    study.evaluations = [.strict, .paper]
    study.datasets = ["air_quality", "bitcoin"]
    study.lookbacks = [7, 30]
    study.seeds = 2
    return study
  }

  private static func page(_ records: StudyRecords, script: String? = script) throws -> String {
    try StudyReport(records, ReportConfiguration(store: "s.sqlite")).html(script: script)
  }

  /// The texts of elements, the shortest from each start to its end.
  private static func inside(_ start: String, _ end: String, of page: String) -> [String] {
    page.components(separatedBy: start).dropFirst().compactMap { $0.components(separatedBy: end).first }
  }

  /// The page without what XML takes for markup inside scripts and style.
  private static func markup(_ page: String) throws -> String {
    page.replacing(try Regex("<(script|style)([^>]*)>[\\s\\S]*?</\\1>"), with: "").replacing(
      "<!doctype html>", with: "")
  }

  private static let hostile = #"</script><script>alert("1")</script><b>&'"# + "\u{1}"

  private static func hostileRecords() -> StudyRecords {
    var records = SmallStudy.records(
      [(7, hostile, [1, 2]), (7, "b", [2, 3]), (30, hostile, [1, 2]), (30, "b", [2, 3])], grid: hostile,
      dataset: hostile)
    records.name = hostile
    records.description = hostile
    records.specification = hostile
    records.failures = [StudyFailure(setting: records.cells[0].setting, seed: 1, message: hostile)]
    return records
  }

  @Test(arguments: [true, false])
  func theMarkupIsWellFormed(hasScript: Bool) throws {
    for records in [Self.study().records(), Self.hostileRecords()] {
      let page = try Self.page(records, script: hasScript ? Self.script : nil)
      let parser = XMLParser(data: Data(try Self.markup(page).utf8))
      #expect(parser.parse(), "\(parser.parserError as Any), line \(parser.lineNumber)")
    }
  }

  @Test func namesAreNoMarkup() throws {
    let page = try Self.page(Self.hostileRecords())
    #expect(!page.contains("<b>") && !page.contains("alert(\"1\")</script>") && !page.contains("\u{1}"))
    // The page's own two scripts, and one specification a chart.
    let charts = Self.inside("<figure class=\"chart\"", ">", of: page).count
    #expect(charts > 0)
    #expect(page.components(separatedBy: "<script").count - 1 == charts + 2)
    #expect(page.components(separatedBy: "</script>").count - 1 == charts + 2)
  }

  @Test func whatNoPageMayHaveIsReplaced() {
    #expect(
      HTMLText.escaped("a\u{FFFE}\u{FFFF}\u{0}\u{9F}\u{FFFD}é\n") == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}é\n")
  }

  @Test func anchorsAreUniqueAndAllLinksLead() throws {
    // Names that leave nothing of an anchor, and such as differ in signs alone.
    var records = SmallStudy.records([(7, "a", [1]), (7, "b", [1])], grid: "α")
    for name in ["β", "a b", "a-b"] {
      let more = SmallStudy.records([(7, "a", [1]), (7, "b", [1])], grid: name, dataset: name)
      records.grids += more.grids
      records.datasets += more.datasets
      records.cells += more.cells
    }
    let page = try Self.page(records)
    let ids = Self.inside(" id=\"", "\"", of: page)
    #expect(Set(ids).count == ids.count)
    let links = Self.inside("href=\"#", "\"", of: page)
    #expect(links.count > 8 && Set(links).isSubset(of: ids))
  }

  @Test func nothingIsLoadedAndOnlyOwnScriptsRun() throws {
    let page = try Self.page(Self.study().records())
    #expect(try Self.markup(page).firstMatch(of: Regex("(src|href|action|url)\\s*[=(]\\s*[\"']?(https?:)?//")) == nil)
    let policy = try #require(Self.inside("Content-Security-Policy\" content=\"", "\"", of: page).first)
    #expect(policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
    let scripts = Self.inside("<script>", "</script>", of: page)
    #expect(scripts.count == 2)
    for script in scripts {
      let digits = SHA256.hex(Array(script.utf8))
      let allowed = Self.inside("'sha256-", "'", of: policy).compactMap { Data(base64Encoded: $0) }
      #expect(allowed.contains { $0.map { String(format: "%02x", $0) }.joined() == digits })
    }
    // The pattern `/</g` of the real script must stay as it is.
    #expect(HTMLText.script("a.replace(/</g, b)") == "a.replace(/</g, b)")
  }

  @Test func everyChartIsASpecificationWithData() throws {
    let page = try Self.page(Self.study().records())
    let texts = Self.inside("<script type=\"application/json\">", "</script>", of: page)
    // Ranks, 2 look-backs, 2 losses, sparsity, 3 models' layers, 2 forecasts, time and memory, twice.
    #expect(texts.count == 2 * (1 + 2 + 2 + 1 + 3 + 2 + 2))
    for text in texts {
      let chart = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let rows = try #require((chart["data"] as? [String: Any])?["values"] as? [[String: Any]])
      #expect(!rows.isEmpty)
      #expect(chart["layer"] != nil || chart["facet"] != nil)
      for field in Self.inside("\"field\":\"", "\"", of: text) { #expect(rows[0].keys.contains(field), "\(field)") }
    }
  }

  @Test func withoutTheScriptItSaysSo() throws {
    let page = try Self.page(Self.study().records(), script: nil)
    #expect(page.contains("<p class=\"warning\" role=\"note\">The charts' script was not there"))
    #expect(page.contains("<details class=\"data\" open=\"open\">") && !page.contains("<div class=\"view\""))
    #expect(!(try Self.page(Self.study().records()).contains("script was not there")))
  }

  @Test func whatIsMissingIsCounted() throws {
    var records = SmallStudy.records([(7, "a", [1, 2]), (7, "b", [1])], planned: 2)
    records.failures = [StudyFailure(setting: records.cells[1].setting, seed: 7, message: "It diverged.")]
    let report = try StudyReport(records, ReportConfiguration(store: "s.sqlite"))
    let text = report.markdown()
    #expect(text.contains("1 of 4 planned runs are missing"))
    #expect(text.contains("| main | strict | load | 2 | 4 | 3 | 1 | 1 |"))
    #expect(text.contains("| 7 | It diverged. |"))
  }

  @Test func aStudyWithoutRunsIsAReport() throws {
    let records = SmallStudy.records([(7, "a", []), (7, "b", [])])
    #expect(try Self.page(records).contains("No run is finished yet."))
  }

  @Test(arguments: [0.0, 1, .nan, -0.5])
  func levelsAreChecked(level: Double) throws {
    var configuration = ReportConfiguration(store: "s.sqlite")
    configuration.alpha = level
    #expect(throws: ReportError.self) { try StudyReport(SmallStudy.records([(7, "a", [1])]), configuration) }
  }

  @Test func theSameRecordsGiveTheSamePage() throws {
    let records = Self.study().records()
    #expect(try Self.page(records) == Self.page(records))
  }
}
