import Espalier

/// How forecasts look in files.
enum ForecastText {
  /// A column of the table: its name and what stands in it.
  private typealias Column = (name: String, cell: (ForecastPoint) -> String)

  /// Comma-separated text with a header: `time`, `series` of a panel, `step`, `forecast`, and where they are known
  /// `deviation`, the quantiles such as `q0.95` or the ends of intervals such as `lower-95,upper-95`, and `truth`.
  ///
  /// - Parameters:
  ///   - report: The forecasts.
  ///   - seriesFirst: Whether the series stands before the time.
  /// - Returns: The table; a cell is empty where nothing bounds an interval.
  static func csv(_ report: ForecastReport, seriesFirst: Bool = false) -> String {
    var columns: [Column] = [("time", { time($0, report) })]
    if report.isPanel { columns.insert(("series", { field($0.series) }), at: seriesFirst ? 0 : 1) }
    columns += [("step", { "\($0.step)" }), ("forecast", { number($0.forecast) })]
    if report.points.contains(where: { $0.deviation != nil }) {
      columns.append(("deviation", { $0.deviation.map(number) ?? "" }))
    }
    for (place, level) in ownLevels(report).enumerated() {
      columns.append(("q\(level)", { $0.quantiles.map { number($0[place]) } ?? "" }))
    }
    for (place, level) in (report.intervals?.levels ?? []).enumerated() {
      let percent = ForecastIntervals.percent(level)
      columns.append(("lower-\(percent)", { end($0.intervals?[place].lower) }))
      columns.append(("upper-\(percent)", { end($0.intervals?[place].upper) }))
    }
    if report.metrics != nil { columns.append(("truth", { $0.truth.map { "\($0)" } ?? "" })) }
    var text = columns.map(\.name).joined(separator: ",") + "\n"
    for point in report.points { text += columns.map { $0.cell(point) }.joined(separator: ",") + "\n" }
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
      line["quantiles"] = quantiles(point, ownLevels(report))
      line["intervals"] = intervals(point, report)
      if let truth = point.truth { line["truth"] = .double(truth) }
      text += line.text + "\n"
    }
    return text
  }

  /// The levels of quantiles that stand beside the forecasts: where intervals do, quantiles don't.
  private static func ownLevels(_ report: ForecastReport) -> [Double] { report.intervals == nil ? report.levels : [] }

  private static func quantiles(_ point: ForecastPoint, _ levels: [Double]) -> JSONValue? {
    guard let quantiles = point.quantiles, !levels.isEmpty else { return nil }
    var values: JSONLine = [:]
    for (level, value) in zip(levels, quantiles) { values["\(level)"] = .double(significant(value)) }
    return .object(values)
  }

  /// By coverage in percent the ends, null where nothing bounds one, and how they came about.
  private static func intervals(_ point: ForecastPoint, _ report: ForecastReport) -> JSONValue? {
    guard let intervals = point.intervals, let origin = report.intervals else { return nil }
    var values: JSONLine = ["method": .string(origin.method.rawValue)]
    for (level, interval) in zip(origin.levels, intervals) {
      values[ForecastIntervals.percent(level)] = .object([
        "lower": .optional(interval.lower.isFinite ? significant(interval.lower) : nil),
        "upper": .optional(interval.upper.isFinite ? significant(interval.upper) : nil),
      ])
    }
    return .object(values)
  }

  /// The end of an interval; nothing where it is not bounded.
  private static func end(_ value: Double?) -> String {
    value.flatMap { $0.isFinite ? number($0) : nil } ?? ""
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
  private static func significant(_ value: Double) -> Double {
    let rounded = Float(value)
    // What 32 bits can't hold, such as 1e-50, stays as it is.
    return rounded.isNormal ? Double("\(rounded)") ?? value : value
  }

  /// A text as a field of a comma-separated file.
  static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
