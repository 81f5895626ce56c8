import EspalierData
import EspalierNN
import EspalierStatistics
import EspalierStudy
import EspalierTraining

/// What is compared with each other: the settings of one grid under one evaluation with one horizon.
struct ReportPart: Sendable {
  /// The grid.
  let grid: StudyGridRecord
  /// How honest the evaluation is.
  let evaluation: Evaluation
  /// Steps to forecast.
  let horizon: Int
  /// Data sets with a setting, in the study's order.
  let datasets: [StudyDatasetRecord]
  /// Models in the order in which they appear.
  let models: [ModelKind]
  /// Look-backs in rising order.
  let lookbacks: [Int]
  /// Methods with a setting, in the grid's order.
  let methods: [String]
  /// The settings.
  let cells: [StudyCell]
  /// The level of intervals.
  let level: Double
  /// Whether the study has more than one horizon, so that headings must name it.
  let namesHorizon: Bool
  /// The place among the study's parts, counted from 1.
  private(set) var number = 1

  private let places: [Place: Int]
  private let naive: [Task: NaiveMetrics]

  private struct Place: Hashable {
    let dataset: String
    let model: ModelKind
    let lookback: Int
    let method: String
  }

  private struct Task: Hashable {
    let dataset: String
    let lookback: Int
  }

  /// Cuts a study into its parts, in the order of grids, evaluations and horizons; parts without a setting are left out.
  static func parts(of records: StudyRecords, level: Double) -> [ReportPart] {
    let horizons = distinct(records.cells.map(\.setting.horizon)).sorted()
    var parts = records.grids.flatMap { grid in
      let ofGrid = records.cells.filter { $0.setting.grid == grid.name }
      return distinct(ofGrid.map(\.setting.evaluation)).flatMap { evaluation in
        horizons.compactMap { horizon in
          let cells = ofGrid.filter { $0.setting.evaluation == evaluation && $0.setting.horizon == horizon }
          return cells.isEmpty
            ? nil
            : ReportPart(
              grid: grid, evaluation: evaluation, horizon: horizon, cells: cells, records: records, level: level,
              namesHorizon: horizons.count > 1)
        }
      }
    }
    for index in parts.indices { parts[index].number = index + 1 }
    return parts
  }

  private init(
    grid: StudyGridRecord, evaluation: Evaluation, horizon: Int, cells: [StudyCell], records: StudyRecords,
    level: Double, namesHorizon: Bool
  ) {
    self.grid = grid
    self.evaluation = evaluation
    self.horizon = horizon
    self.cells = cells
    self.level = level
    self.namesHorizon = namesHorizon
    datasets = Self.datasets(of: cells, records)
    models = distinct(cells.map(\.setting.model))
    lookbacks = distinct(cells.map(\.setting.lookback)).sorted()
    let present = distinct(cells.map(\.setting.method))
    methods = grid.methods.filter(present.contains) + present.filter { !grid.methods.contains($0) }
    places = Dictionary(
      cells.enumerated().map { index, cell in
        let setting = cell.setting
        let place = Place(
          dataset: setting.dataset, model: setting.model, lookback: setting.lookback, method: setting.method)
        return (place, index)
      }, uniquingKeysWith: { first, _ in first })
    naive = Dictionary(
      records.naive.filter { $0.evaluation == evaluation && $0.horizon == horizon }
        .map { (Task(dataset: $0.dataset, lookback: $0.lookback), $0.metrics) }, uniquingKeysWith: { first, _ in first }
    )
  }

  private static func datasets(of cells: [StudyCell], _ records: StudyRecords) -> [StudyDatasetRecord] {
    let present = distinct(cells.map(\.setting.dataset))
    let known = records.datasets.filter { present.contains($0.name) }
    // A data set without a description still has runs that must not be left out.
    let unknown = present.filter { name in !known.contains { $0.name == name } }
    return known
      + unknown.map { StudyDatasetRecord(name: $0, title: "", target: "", unit: nil, rows: 0, fingerprint: "") }
  }

  /// A setting, if the part has it.
  func cell(_ dataset: String, _ model: ModelKind, _ lookback: Int, _ method: String) -> StudyCell? {
    places[Place(dataset: dataset, model: model, lookback: lookback, method: method)].map { cells[$0] }
  }

  /// The naive forecasts' scores on a task.
  func naive(_ dataset: String, _ lookback: Int) -> NaiveMetrics? {
    naive[Task(dataset: dataset, lookback: lookback)]
  }

  /// What the runs of a setting say together about a score; nil without runs, or where a run has none.
  func summary(_ cell: StudyCell?, _ metric: ReportMetric) -> Summary? {
    guard let cell, !cell.runs.isEmpty else { return nil }
    let values = cell.runs.compactMap { metric.value(of: $0.metrics) }
    return values.count == cell.runs.count ? try? Summary(of: values, level: level) : nil
  }

  /// Settings with a run that fulfil a condition, in their order.
  func finished(_ condition: (StudySetting) -> Bool = { _ in true }) -> [StudyCell] {
    cells.filter { !$0.runs.isEmpty && condition($0.setting) }
  }

  /// The heading: `GRID, strict evaluation`.
  var title: String {
    "\(grid.name), \(evaluation.rawValue) evaluation" + (namesHorizon ? ", horizon \(horizon)" : "")
  }

  /// The beginning of the anchors of its sections and charts; its number keeps it from being another part's.
  var id: String { Anchor.id("part", "\(number)", grid.name, evaluation.rawValue) }

  /// The beginning of the anchors of a data set's charts.
  func id(of dataset: StudyDatasetRecord) -> String {
    let place = datasets.firstIndex { $0.name == dataset.name } ?? datasets.count
    return Anchor.id(id, "\(place + 1)", dataset.name)
  }

  /// The stored rows of a query that belong to the part.
  func source(_ query: StudyQuery, dataset: String? = nil, model: ModelKind? = nil) -> RowSource {
    var conditions = [RowSource.Condition(column: "grid", value: grid.name)]
    if query == .naive { conditions = [] }
    if let dataset { conditions.append(RowSource.Condition(column: "dataset", value: dataset)) }
    conditions.append(RowSource.Condition(column: "evaluation", value: evaluation.rawValue))
    if let model { conditions.append(RowSource.Condition(column: "model", value: model.rawValue)) }
    if namesHorizon { conditions.append(RowSource.Condition(column: "horizon", value: "\(horizon)")) }
    return RowSource(query, conditions)
  }

  /// What must be said at every table of numbers that a reader may take for honest tests; empty in strict evaluation.
  var warning: [Phrase] {
    guard evaluation == .paper else { return [] }
    return [
      .strong("Paper evaluation: "),
      .text("the test part is also the validation part, so these errors are too good by what stopping on it gains. "),
    ]
  }
}

/// Values without repetitions, in the order of their first appearance.
func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
  var seen: Set<Value> = []
  return values.filter { seen.insert($0).inserted }
}

extension ModelKind {
  /// The name as readers know it.
  var title: String {
    switch self {
    case .rnn, .lstm, .gru: rawValue.uppercased()
    case .patchtst: "PatchTST"
    case .channelPatchTST: "channel PatchTST"
    case .dlinear: "DLinear"
    case .nlinear: "NLinear"
    }
  }
}
