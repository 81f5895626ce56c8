import EspalierData
import EspalierTraining

/// A picture of forecasts: for every series its last rows, the forecast, its intervals, and the last value repeated.
public struct ForecastPicture: Sendable {
  /// The most series that a picture has.
  public static let mostSeries = 12

  let report: ForecastReport
  let panels: [ForecastPanel]

  /// Chooses what is drawn.
  ///
  /// - Parameters:
  ///   - report: Forecasts of what comes after the data, with the history that shall be drawn.
  ///   - series: The ids of the series to draw, in this order; nil takes the first ``mostSeries``.
  /// - Throws: ``ForecastPictureError`` when a series is not there or too many are named.
  public init(_ report: ForecastReport, series: [String]? = nil) throws(ForecastPictureError) {
    self.report = report
    let all = distinct(report.points.map(\.series))
    if let unknown = series?.first(where: { !all.contains($0) }) {
      throw .unknownSeries(unknown, nearest: NearestName.of(unknown, among: all))
    }
    let chosen = distinct(series ?? Array(all.prefix(Self.mostSeries)))
    if chosen.count > Self.mostSeries { throw .tooManySeries(chosen.count, most: Self.mostSeries) }
    panels = chosen.map { id in
      ForecastPanel(
        series: id, points: report.points.filter { $0.series == id }, history: report.history.first { $0.series == id })
    }
    omitted = all.count - chosen.count
  }

  /// How many series of the report are not drawn.
  public let omitted: Int

  /// What the picture is about, without final stop.
  var title: String {
    let steps = panels.map(\.points.count).max() ?? 0
    let data = report.dataset.isEmpty ? "" : " of \(report.dataset)"
    return "\(report.target)\(data), \(steps) step\(steps == 1 ? "" : "s") ahead"
  }

  /// How to read it, in sentences.
  var caption: [String] {
    var sentences: [String] = []
    if let intervals = report.intervals {
      let levels = intervals.levels.map(ForecastIntervals.percent).joined(separator: " and ")
      let kind = intervals.method == .uncalibrated ? "the model's own" : "\(intervals.method.rawValue) conformal"
      sentences.append("Intervals of \(levels) %, \(kind).")
    }
    if omitted > 0 { sentences.append("\(omitted) further series \(omitted == 1 ? "is" : "are") not drawn.") }
    return sentences
  }

  /// The name of the values' axis: the file says no more about the unit than the column's name.
  var valueTitle: String { "\(report.target) [unit of the data]" }

  /// The coverages, the widest band first.
  var levels: [(place: Int, percent: String)] {
    (report.intervals?.levels ?? []).enumerated().reversed().map { ($0, ForecastIntervals.percent($1)) }
  }
}

/// One series of a picture.
struct ForecastPanel: Sendable {
  let series: String
  let points: [ForecastPoint]
  let history: ForecastHistory?

  /// The last value that is known before the forecast; nil without one.
  var lastValue: Double? { history?.values.lazy.compactMap { $0 }.last }

  /// The known values of the past.
  var past: [(time: Int64, value: Double?)] {
    guard let history else { return [] }
    return Array(zip(history.times, history.values)).map { (time: $0, value: $1) }
  }

  /// The first and the last moment.
  var times: ClosedRange<Int64> {
    let all = (history?.times ?? []) + points.map(\.time)
    return (all.min() ?? 0)...(all.max() ?? 0)
  }

  /// The lowest and the highest value, finite ends of intervals included.
  var values: ClosedRange<Double> {
    let ends = points.flatMap { $0.intervals ?? [] }.flatMap { [$0.lower, $0.upper] }
    let all = (past.compactMap(\.value) + points.map(\.forecast) + ends).filter(\.isFinite)
    return (all.min() ?? 0)...(all.max() ?? 0)
  }
}

/// Why forecasts can't be drawn as asked for.
public enum ForecastPictureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no forecasts of a series.
  case unknownSeries(String, nearest: String?)
  /// More series are named than a picture has room for.
  case tooManySeries(Int, most: Int)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unknownSeries(let name, let nearest):
      "There is no forecast of a series \"\(name)\"; "
        + (nearest.map { "did you mean \"\($0)\"?" } ?? "name one of the data's series.")
    case .tooManySeries(let count, let most):
      "A chart has room for \(most) series and not for \(count); name fewer of them."
    }
  }
}
