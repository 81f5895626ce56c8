/// Why a study can't be done as written.
public enum StudyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no specification at the path.
  case missingSpecification(String)
  /// The specification can't be read.
  case unreadableSpecification(String)
  /// No method has that name.
  case unknownMethod(String, nearest: String?)
  /// A grid names no data set.
  case noDatasets(grid: String)
  /// A grid names something twice.
  case repeated(name: String, grid: String)
  /// A name has a comma, at which lists of labels are cut.
  case comma(name: String)
  /// Two grids have one name.
  case repeatedGrid(String)
  /// Two grids mean different data by one name.
  case ambiguousDataset(String)
  /// A grid selects from an epoch on that its trainings don't have.
  case selectionBeyondTraining(grid: String, first: Int, epochs: Int)
  /// There are more runs than anybody can wait for.
  case tooManyRuns
  /// A task can't be prepared.
  case task(dataset: String, lookback: Int, reason: String)
  /// A shard is not one of 1 ... count.
  case shardOutOfRange(index: Int, count: Int)
  /// Places have no label of that name.
  case unknownLabel(String)
  /// No place has the labels that were asked for.
  case nothingSelected

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .missingSpecification(let path):
      "There is no specification \(path): check the path, or make one with `study init`."
    case .unreadableSpecification(let path):
      "The specification \(path) can't be read: check that it is a file of yours."
    case .unknownMethod(let name, let nearest):
      "There is no method \"\(name)\": "
        + (nearest.map { "the nearest is \"\($0)\"." }
          ?? "choose one of \(StudyMethod.presets.map(\.name).joined(separator: ", ")).")
    case .noDatasets(let grid): "Grid \"\(grid)\" names no data set: list some under `datasets`."
    case .repeated(let name, let grid): "Grid \"\(grid)\" has two things named \"\(name)\": give one another name."
    case .comma(let name):
      "The name \"\(name)\" has a comma, at which --only and --where cut their lists: write it without."
    case .repeatedGrid(let name): "Two grids are named \"\(name)\": give one another name."
    case .ambiguousDataset(let name):
      "Two grids mean different data by \"\(name)\": give one another name, or describe the data the same way."
    case .selectionBeyondTraining(let grid, let first, let epochs):
      "Grid \"\(grid)\" selects from epoch \(first) on, counted from 0, and its trainings have \(epochs): give a "
        + "`firstSelectedEpoch` below that."
    case .tooManyRuns:
      "The study has more than \(StudyPlan.mostEntries) runs: take fewer seeds, methods, look-backs or models."
    case .task(let dataset, let lookback, let reason):
      "Data set \"\(dataset)\" can't be prepared for look-back \(lookback): \(reason)"
    case .shardOutOfRange(let index, let count):
      "There is no shard \(index) of \(count): shards count from 1 to \(count)."
    case .unknownLabel(let name):
      "Trainings have no label \"\(name)\": choose one of \(StudyPlan.labels.joined(separator: ", "))."
    case .nothingSelected: "No training of the study has these labels: `study sql STORE plan` lists them all."
    }
  }
}

extension StudyError {
  /// Refuses names of grids, data sets and methods that can't be chosen on the command line.
  static func checkName(_ name: String) throws(StudyError) {
    if name.contains(",") { throw .comma(name: name) }
  }
}
