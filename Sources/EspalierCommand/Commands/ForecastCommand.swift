import Espalier
import Foundation

/// `espalier forecast`: what comes after the data's end, with intervals and a chart.
enum ForecastCommand {
  static let horizon = Option(
    "horizon", .int("steps", from: 1, to: 65_536), otherwise: "the model's",
    help: "Steps to forecast, at most the model's")
  static let intervals = Option(
    "intervals", list: .double("percent", above: 0, to: 99.9999), default: [], otherwise: "none",
    help: "The coverages of the intervals beside the forecasts, in percent, such as 80,95")
  static let method = Option(
    "interval-method", .choice(IntervalMethod.self), default: .adaptive,
    help:
      "How intervals come about: adaptive and split conformal ones are calibrated on windows that the model was neither "
      + "trained on nor selected by, uncalibrated are the quantiles of the model's own loss, or the mean and "
      + "the deviation of mc-dropout's passes")
  static let chart = Option(
    "chart", .text("file"), otherwise: "none", help: "Where a chart goes, ending in .svg or .html")
  static let chartSeries = Option(
    "chart-series", list: .text("ids"), default: [], otherwise: "the first \(ForecastPicture.mostSeries)",
    help: "The series of a panel that are drawn, at most \(ForecastPicture.mostSeries)")

  static let command = Command(
    "forecast", summary: "Forecast what comes after the data's end, with intervals and a chart",
    discussion: """
      Forecasts the steps behind the last row of each series. Intervals are calibrated on windows behind the last row that \
      the model was trained or selected by, those of newer rows included; a note says which they were. An interval with an \
      end that nothing bounds has an empty cell there. Each is widened until it holds the forecast and the interval of \
      the next lower coverage. The chart has the last rows, the forecast, its intervals and the last value repeated.
      """,
    examples: [
      "espalier forecast model.safetensors prices.csv --intervals 80,95 --out forecast.csv --chart forecast.svg",
      "espalier forecast model.safetensors bitcoin --horizon 7",
    ],
    parameters: [
      ForecastingOptions.model.parameter, DataOptions.data.parameter, DataOptions.folder.parameter,
    ],
    sections: [
      Command.Section(
        "Forecast",
        [
          horizon.parameter, intervals.parameter, method.parameter, ForecastingOptions.future.parameter,
          ForecastingOptions.unseen.parameter, ForecastingOptions.threads.parameter,
        ]),
      Command.Section(
        "Output",
        [
          ForecastingOptions.out.parameter, chart.parameter, chartSeries.parameter, StudyReportCommand.vega.parameter,
        ]),
      DataOptions.readingSection,
    ]
  ) { context in
    let chart = try ForecastChartFile(context)
    let files = try ForecastingOptions(context, chart: chart?.output)
    var request = ForecastRequest(
      horizon: context[horizon], levels: try levels(context), method: context[method],
      unseen: context[ForecastingOptions.unseen])
    if chart != nil { request.history = Self.history(files.saved.preparation.task) }
    let report = try context.interruptible {
      try files.saved.forecast(
        files.source, request, threads: ForecastingOptions.threads(context),
        isCancelled: { context.cancellation.isCancelled })
    }
    // The chart first: what can't be drawn leaves no file behind.
    let drawing = try chart?.drawing(of: report)
    report.notes.forEach(context.note)
    let lines = context.wantsJSON ? ForecastText.json(report) : ForecastText.csv(report, seriesFirst: true)
    var written: [(file: OutputFile, text: String)] = []
    if let output = files.output { written.append((output, lines)) }
    if let chart, let drawing { written.append((chart.output, drawing)) }
    try OutputFile.write(written)
    if files.output == nil { context.console.write(lines) }
    guard !context.wantsJSON, !context.isQuiet else { return }
    if let output = files.output {
      context.print("\(report.points.count) forecast\(report.points.count == 1 ? " is" : "s are") in \(output.path).")
    }
    if let chart { context.note("the chart is in \(chart.output.path).") }
  }

  /// The coverages as fractions.
  private static func levels(_ context: Context) throws(UsageError) -> [Double] {
    let levels = try IntervalsCommand.coverages(intervals, context).sorted()
    if levels.isEmpty, context.arguments.isGiven(method) {
      throw .conflict("--interval-method has no effect without --intervals; leave it out or add --intervals 80,95.")
    }
    return levels
  }

  /// Rows of the past in a chart: two look-backs, at least three horizons, and never more than can be told apart.
  private static func history(_ task: ForecastTask) -> Int {
    min(max(2 * task.lookback, 3 * task.horizon), 1000)
  }
}
