import Espalier

/// How compared prediction intervals look.
enum IntervalText {
  /// A table a level, for people; without the last line end.
  static func table(_ report: IntervalReport) -> String {
    let task = report.task, windows = report.windows
    var text = "Prediction intervals of \(report.target) of \(report.dataset): look-back \(task.lookback), "
    text += "horizon \(task.horizon), \(report.runs[0].regularizer.kind.rawValue), seed \(report.runs[0].seed)\n"
    text += "\(windows.test) test windows; trained on \(windows.train), selected by \(windows.validation), "
    text += "calibrated on \(windows.calibration); widths and scores in the unit of \(report.target)\n"
    for level in report.intervals.levels {
      text += "\n\(number(100 * level)) % intervals\n" + table(report.evaluation.rows.filter { $0.level == level })
    }
    text += "\nPoint forecasts\n" + points(report)
    if let infinite = infinite(report) { text += "\n" + infinite + "\n" }
    if let dropout = dropout(report) { text += "\n" + dropout + "\n" }
    text += "\nThe interval score is the width, plus \(penalties(report)) times the distance of a truth outside."
    return text
  }

  private static func table(_ rows: [IntervalEvaluation.Row]) -> String {
    var table = TextTable([
      .text("forecast"), .text("intervals"), .number("coverage", unit: "%", decimals: 2), .number("mean width"),
      .number("interval score", best: .lowest), .number("infinite"),
    ])
    for row in rows {
      let score = row.metrics.meanScore.map { score in
        row.metrics.infiniteCount > 0 ? TextTable.Cell.unranked(score) : .number(score)
      }
      table.add([
        .text(row.forecaster), .text(row.method.rawValue), .number(100 * row.metrics.coverage),
        .init(row.metrics.meanWidth), score ?? .missing, .number(Double(row.metrics.infiniteCount)),
      ])
    }
    return table.render()
  }

  private static func points(_ report: IntervalReport) -> String {
    var table = TextTable([
      .text("forecast"), .number("MAE", best: .lowest), .number("RMSE", best: .lowest), .number("CRPS", best: .lowest),
    ])
    for point in report.points {
      table.add([
        .text(point.forecaster), .number(point.metrics.mae), .number(point.metrics.rmse),
        .init(crps(point.forecaster, report)),
      ])
    }
    return table.render()
  }

  private static func crps(_ forecaster: String, _ report: IntervalReport) -> Double? {
    report.evaluation.quantiles.first { $0.forecaster == forecaster }?.metrics.crps
  }

  private static func infinite(_ report: IntervalReport) -> String? {
    guard report.evaluation.rows.contains(where: { $0.metrics.infiniteCount > 0 }) else { return nil }
    return "Infinite intervals count for the coverage, and not for mean width and interval score, which is then never "
      + "marked as best."
  }

  private static func dropout(_ report: IntervalReport) -> String? {
    guard report.runs[0].regularizer.kind == .monteCarloDropout, report.runs[0].training.loss.quantileLevels.isEmpty
    else { return nil }
    return "Uncalibrated intervals of mc-dropout hold the model's uncertainty only, not the noise, and so cover too "
      + "little."
  }

  private static func penalties(_ report: IntervalReport) -> String {
    report.intervals.levels.map { number(2 / (1 - $0)) }.joined(separator: " and ")
  }

  /// A number without the digits of rounding.
  private static func number(_ value: Double) -> String {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded.description.hasSuffix(".0") ? String(rounded.description.dropLast(2)) : rounded.description
  }

  /// One object for the whole, then one an interval method, for programs.
  static func json(_ report: IntervalReport) -> [JSONLine] {
    let windows = report.windows
    let head: JSONLine = [
      "dataset": .string(report.dataset), "target": .string(report.target),
      "model": .string(report.runs[0].model.kind.rawValue), "lookback": .int(report.task.lookback),
      "horizon": .int(report.task.horizon), "method": .string(report.runs[0].regularizer.kind.rawValue),
      "seed": .int(Int(clamping: report.runs[0].seed)),
      "windows": .object([
        "train": .int(windows.train), "validation": .int(windows.validation), "calibration": .int(windows.calibration),
        "test": .int(windows.test),
      ]),
      "points": .array(
        report.points.map { point in
          var line: JSONLine = ["forecast": .string(point.forecaster)]
          for key in ["mae", "rmse"] { line[key] = ScoreText.json(point.metrics)[key] }
          line["crps"] = crps(point.forecaster, report).map(JSONValue.double)
          return .object(line)
        }),
    ]
    return [head] + report.evaluation.rows.map(json)
  }

  private static func json(_ row: IntervalEvaluation.Row) -> JSONLine {
    var line: JSONLine = [
      "forecast": .string(row.forecaster), "intervals": .string(row.method.rawValue), "level": .double(row.level),
    ]
    for (key, value) in members(row.metrics) { line[key] = value }
    line["steps"] = .array(
      row.steps.map { step in
        var line: JSONLine = [:]
        for (key, value) in members(step) { line[key] = value }
        return .object(line)
      })
    return line
  }

  private static func members(_ metrics: IntervalMetrics) -> KeyValuePairs<String, JSONValue> {
    [
      "coverage": .double(metrics.coverage), "mean_width": .optional(metrics.meanWidth),
      "interval_score": .optional(metrics.meanScore), "infinite": .int(metrics.infiniteCount),
      "scored": .int(metrics.count),
    ]
  }
}
