import Espalier

/// How forecasts look in files.
enum ForecastText {
  /// Comma-separated text with a header: `time`, `series` of a panel, `step`, `forecast`, and where they are known
  /// `deviation`, the quantiles such as `q0.95`, and `truth`.
  static func csv(_ report: ForecastReport) -> String {
    let hasDeviation = report.points.contains { $0.deviation != nil }
    let hasTruth = report.metrics != nil
    var text = "time" + (report.isPanel ? ",series" : "") + ",step,forecast"
    text += hasDeviation ? ",deviation" : ""
    text += report.levels.map { ",q\($0)" }.joined() + (hasTruth ? ",truth" : "") + "\n"
    for point in report.points {
      text += time(point, report)
      if report.isPanel { text += "," + field(point.series) }
      text += ",\(point.step),\(number(point.forecast))"
      if hasDeviation { text += "," + (point.deviation.map(number) ?? "") }
      for quantile in point.quantiles ?? [] { text += "," + number(quantile) }
      if hasTruth { text += "," + (point.truth.map { "\($0)" } ?? "") }
      text += "\n"
    }
    return text
  }

  /// One JSON object a forecast.
  static func json(_ report: ForecastReport) -> String {
    var text = ""
    for point in report.points {
      var line: JSONLine = ["time": report.hasDates ? .string(time(point, report)) : .int(Int(point.time))]
      if report.isPanel { line["series"] = .string(point.series) }
      line["step"] = .int(point.step)
      line["forecast"] = .double(significant(point.forecast))
      if let deviation = point.deviation { line["deviation"] = .double(significant(deviation)) }
      if let quantiles = point.quantiles {
        var values: JSONLine = [:]
        for (level, value) in zip(report.levels, quantiles) { values["\(level)"] = .double(significant(value)) }
        line["quantiles"] = .object(values)
      }
      if let truth = point.truth { line["truth"] = .double(truth) }
      text += line.text + "\n"
    }
    return text
  }

  private static func time(_ point: ForecastPoint, _ report: ForecastReport) -> String {
    time(point.time, hasDates: report.hasDates, hasTimeOfDay: report.hasTimeOfDay)
  }

  /// A time as all cells of its column are written, those at midnight too; a row number without dates.
  static func time(_ time: Int64, hasDates: Bool, hasTimeOfDay: Bool) -> String {
    guard hasDates else { return String(time) }
    let text = TimeStamp.text(time)
    return hasTimeOfDay && !text.contains(" ") ? text + " 00:00:00" : text
  }

  /// A forecast with the digits that it has.
  static func number(_ value: Double) -> String { "\(significant(value))" }

  /// A forecast has the precision of 32-bit floats; further digits would be noise.
  private static func significant(_ value: Double) -> Double { Double("\(Float(value))") ?? value }

  /// A text as a field of a comma-separated file.
  static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
