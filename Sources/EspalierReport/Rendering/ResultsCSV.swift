import EspalierStatistics
import EspalierStudy

/// The results as comma-separated values after RFC 4180: a row a setting, then a row a naive forecast.
///
/// Numbers have all their digits, so that they read back as they were; a field without a value is empty.
struct ResultsCSV {
  private let records: StudyRecords
  private let level: Double

  init(_ records: StudyRecords, level: Double) {
    self.records = records
    self.level = level
  }

  /// The whole file with its heading.
  func text() -> String {
    let labels = [
      "grid", "dataset", "evaluation", "model", "lookback", "horizon", "method", "candidate", "planned", "runs",
    ]
    let scores = ReportMetric.allCases.flatMap { metric in
      ["mean", "low", "high", "sd"].map { "\(metric.column)_\($0)" }
    }
    let heading = labels + scores + ["sparsity_mean", "seconds_mean", "memory_bytes_mean"]
    let lines = [heading] + records.cells.map(row) + records.naive.flatMap(rows)
    return lines.map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private func row(_ cell: StudyCell) -> [String] {
    let setting = cell.setting
    let labels = [
      setting.grid, setting.dataset, setting.evaluation.rawValue, setting.model.rawValue, "\(setting.lookback)",
      "\(setting.horizon)", setting.method, cell.candidate ?? "", "\(cell.planned)", "\(cell.runs.count)",
    ]
    let scores = ReportMetric.allCases.flatMap { metric -> [String] in
      let values = cell.runs.compactMap { metric.value(of: $0.metrics) }
      guard values.count == cell.runs.count, let summary = try? Summary(of: values, level: level) else {
        return ["", "", "", ""]
      }
      return [summary.mean, summary.interval?.lower, summary.interval?.upper, summary.standardDeviation].map(number)
    }
    let costs = [
      cell.runs.map(\.training.sparsity.sparsity), cell.runs.map(\.seconds), cell.runs.map { Double($0.memoryBytes) },
    ]
    return labels + scores + costs.map { number(try? mean(of: $0)) }
  }

  private func rows(_ naive: StudyNaiveRecord) -> [[String]] {
    [(MethodStyles.lastValue, naive.metrics.lastValue), (MethodStyles.seasonal, naive.metrics.seasonal)].map {
      name, metrics in
      let labels = [
        "", naive.dataset, naive.evaluation.rawValue, "", "\(naive.lookback)", "\(naive.horizon)", name, "", "", "",
      ]
      return labels + ReportMetric.allCases.flatMap { [number($0.value(of: metrics)), "", "", ""] } + ["", "", ""]
    }
  }

  private func number(_ value: Double?) -> String {
    value.map { $0.isFinite ? "\($0)" : "" } ?? ""
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.contains { $0 == "," || $0 == "\"" || $0.isNewline }
    return needsQuotes ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
  }
}
