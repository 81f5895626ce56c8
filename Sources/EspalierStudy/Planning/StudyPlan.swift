import EspalierData
import EspalierNN
import EspalierTraining

/// A study written out: every setting and seed, and the different runs behind them.
public struct StudyPlan: Sendable {
  /// A data set and what of it decides about results.
  public struct Dataset: Sendable {
    /// The data set.
    public let dataset: StudyDataset
    /// Where its rows are read from.
    public let source: DataSource
    /// What of it runs are keyed by.
    public let data: StudyData
    /// What it is, in a line; empty for a file without a name of its own.
    public let title: String

    /// Finds a data set of a specification.
    ///
    /// - Throws: `CatalogueError`, `ReadError`, or `PreparationError.targetNeeded` for a file without a target.
    init(_ dataset: StudyDataset, dataFolder: String?, folder: String) throws {
      self.dataset = dataset
      source = dataset.source(dataFolder: dataFolder, folder: folder)
      switch source.kind {
      case .named:
        let description = try DatasetCatalogue.named(source.place, folder: source.folder)
        data = StudyData(source, of: description)
        title = description.title
      case .file:
        data = try StudyData(file: source)
        title = ""
      }
    }
  }

  /// What runs share when they are trained on the same windows.
  struct Task: Sendable {
    let key: String
    let task: StudyTask
    /// The index of the data set that it is read from.
    let dataset: Int
  }

  /// A run with its key.
  public struct Run: Sendable {
    /// What is done.
    public let run: StudyRun
    /// It as canonical JSON.
    public let configuration: String
    /// The SHA-256 of that.
    public let key: String
    /// Whether the forecasts of its test windows are stored.
    public internal(set) var keepsForecasts: Bool
    /// The index of its task.
    let task: Int
  }

  /// A place in the study's tables: a setting, maybe a candidate, and a seed.
  public struct Entry: Sendable {
    /// The setting.
    public let setting: StudySetting
    /// The value that is tried where the method is tuned.
    public let candidate: String?
    /// The seed.
    public let seed: UInt64
    /// The index of its run.
    public let run: Int
  }

  /// The specification.
  public let specification: StudySpecification
  /// The data sets, in the specification's order.
  public let datasets: [Dataset]
  /// The places, in the order grid, data set, evaluation, model, look-back, method, candidate, seed.
  public let entries: [Entry]
  /// The different runs, in the order in which they are first asked for.
  public let runs: [Run]
  let tasks: [Task]

  /// The most places that a study may have.
  public static let mostEntries = 1_000_000

  /// Writes a specification out.
  ///
  /// - Parameters:
  ///   - specification: The study.
  ///   - dataFolder: The folder with the catalogue's files, which are not looked at, and the registry.
  ///   - folder: The specification's folder, from which relative paths of files start; these are read.
  /// - Throws: ``StudyError``, or a typed error when a file can't be read or settings don't fit.
  public init(_ specification: StudySpecification, dataFolder: String?, folder: String) throws {
    try specification.validate()
    let datasets = try specification.datasets.map { try Dataset($0, dataFolder: dataFolder, folder: folder) }
    var expansion = StudyExpansion(datasets: datasets)
    for grid in specification.grids { try expansion.add(grid) }
    self.specification = specification
    self.datasets = datasets
    entries = expansion.entries
    runs = expansion.runs
    tasks = expansion.tasks
  }

  /// The indices of the runs of one part of a study that is cut into several.
  ///
  /// - Parameters:
  ///   - index: The part, from 1.
  ///   - count: The number of parts.
  /// - Returns: Every `count`-th run, which spreads the seeds of a setting over the parts.
  /// - Throws: ``StudyError/shardOutOfRange(index:count:)``.
  public func shard(_ index: Int, of count: Int) throws(StudyError) -> [Int] {
    guard count >= 1, (1...count).contains(index) else { throw .shardOutOfRange(index: index, count: count) }
    return runs.indices.filter { $0 % count == index - 1 }
  }

  /// The indices of the runs behind the places with certain labels.
  ///
  /// - Parameter conditions: What a place must be called: the column is one of ``labels``. Conditions on one column are
  ///   alternatives, those on different columns must all hold.
  /// - Returns: The indices in ascending order.
  /// - Throws: ``StudyError/unknownLabel(_:)``, or ``StudyError/nothingSelected`` when no place is called so.
  public func runs(where conditions: [StudyCondition]) throws(StudyError) -> [Int] {
    if let unknown = conditions.first(where: { !Self.labels.contains($0.column) }) {
      throw .unknownLabel(unknown.column)
    }
    let wanted = Dictionary(grouping: conditions, by: \.column).mapValues { Set($0.map(\.value)) }
    let chosen = entries.filter { entry in wanted.allSatisfy { $1.contains(entry.label($0)) } }
    guard !chosen.isEmpty else { throw .nothingSelected }
    return Set(chosen.map(\.run)).sorted()
  }

  /// The labels that a place has.
  public static let labels = ["grid", "dataset", "evaluation", "model", "lookback", "horizon", "method", "seed"]
}

extension StudyPlan.Entry {
  /// A label as text; empty for a name that is none of `StudyPlan.labels`.
  fileprivate func label(_ name: String) -> String {
    switch name {
    case "grid": setting.grid
    case "dataset": setting.dataset
    case "evaluation": setting.evaluation.rawValue
    case "model": setting.model.rawValue
    case "lookback": String(setting.lookback)
    case "horizon": String(setting.horizon)
    case "method": setting.method
    case "seed": String(seed)
    default: ""
    }
  }
}
