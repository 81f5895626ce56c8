import Espalier
import Foundation

/// The chart that a command line asks for.
struct ForecastChartFile {
  let output: OutputFile
  private let isPage: Bool
  private let series: [String]?
  private let script: String?
  private let note: (String) -> Void

  /// Reads the options; nil without a chart.
  ///
  /// - Throws: `UsageError` when the file's name says no kind, too many series are named or an option has no effect,
  ///   `CommandFailure` when a script that is named can't be read.
  init?(_ context: Context) throws {
    let vega = StudyReportCommand.vega, ids = ForecastCommand.chartSeries
    guard let path = context[ForecastCommand.chart] else {
      for label in [vega.parameter.label, ids.parameter.label] where context.arguments.isGiven(label: label) {
        throw UsageError.conflict("\(label) has no effect without --chart; leave it out or add --chart.")
      }
      return nil
    }
    switch URL(filePath: path).pathExtension.lowercased() {
    case "svg": isPage = false
    case "html", "htm": isPage = true
    default: throw UsageError.conflict("--chart can't tell what '\(path)' shall be; let it end in .svg or .html.")
    }
    if !isPage, context.arguments.isGiven(vega) {
      throw UsageError.conflict(
        "--vega has no effect on a chart that is no page; leave it out or let --chart end in .html.")
    }
    let count = Set(context[ids]).count
    if count > ForecastPicture.mostSeries {
      throw UsageError.conflict(
        "\(ids.parameter.label) names \(count) series and a chart has room for \(ForecastPicture.mostSeries); name fewer."
      )
    }
    output = OutputFile(path)
    series = context[ids].isEmpty ? nil : context[ids]
    script =
      isPage
      ? try ChartScript.find(
        named: context[vega], environment: context.environment, program: Bundle.main.executableURL)?.text : nil
    note = context.note
  }

  /// The file's text.
  ///
  /// - Throws: `ForecastPictureError`.
  func drawing(of report: ForecastReport) throws -> String {
    let picture = try ForecastPicture(report, series: series)
    if picture.omitted > 0, series == nil {
      note("the chart has the first \(ForecastPicture.mostSeries) series; --chart-series chooses others.")
    }
    guard isPage else { return picture.svg() }
    if script == nil {
      note(
        "the charts' script is not there, so the page has its data as a table; for a chart, run 'script/setup --charts' in "
          + "the package's folder, or let --chart end in .svg.")
    }
    return picture.html(script: script)
  }
}
