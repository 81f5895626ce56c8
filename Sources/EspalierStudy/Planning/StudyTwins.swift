import EspalierData
import EspalierNN

/// Methods of a grid that are the same trainings for a model, so that comparing them there says nothing.
public struct StudyTwins: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The grid.
  public let grid: String
  /// The evaluation.
  public let evaluation: Evaluation
  /// The model.
  public let model: ModelKind
  /// The methods, at least two, in the grid's order.
  public let methods: [String]

  /// One sentence for a person.
  public var description: String {
    "In grid \"\(grid)\", \(methods.map { "\"\($0)\"" }.joined(separator: " and ")) are the same trainings for "
      + "\(model.rawValue) under \(evaluation.rawValue): leave all but one of them out."
  }
}

extension StudyPlan {
  /// All methods that are the same trainings as others of their grid, in the order of grids, evaluations and models.
  public var twins: [StudyTwins] {
    let runs = Dictionary(grouping: entries) { Group(entry: $0) }
      .mapValues { Dictionary(grouping: $0, by: \.setting.method).mapValues { Set($0.map(\.run)) } }
    return specification.grids.flatMap { grid in
      grid.evaluations.flatMap { evaluation in
        grid.models.flatMap { model in
          let ofMethods = runs[Group(grid: grid.name, evaluation: evaluation, model: model)] ?? [:]
          return Self.equal(grid.methods.map(\.name), ofMethods).map {
            StudyTwins(grid: grid.name, evaluation: evaluation, model: model, methods: $0)
          }
        }
      }
    }
  }

  fileprivate struct Group: Hashable {
    let grid: String
    let evaluation: Evaluation
    let model: ModelKind
  }

  /// The names whose runs are the same, two or more together, in their order.
  private static func equal(_ names: [String], _ runs: [String: Set<Int>]) -> [[String]] {
    var groups: [[String]] = []
    for name in names {
      if let index = groups.firstIndex(where: { runs[$0[0]] == runs[name] }) {
        groups[index].append(name)
      } else {
        groups.append([name])
      }
    }
    return groups.filter { $0.count > 1 }
  }
}

extension StudyPlan.Group {
  fileprivate init(entry: StudyPlan.Entry) {
    self.init(grid: entry.setting.grid, evaluation: entry.setting.evaluation, model: entry.setting.model)
  }
}
