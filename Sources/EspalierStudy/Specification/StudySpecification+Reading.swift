import EspalierData
import EspalierNN
import EspalierTraining

extension StudySpecification {
  /// How a specification is written: the members of a grid stand at the top for all grids, and in a grid for that one.
  ///
  /// - Parameter dataFolder: The folder that holds the registry of data sets; nil knows the catalogue's names alone.
  /// - Returns: The rule.
  static func rule(dataFolder: String?) -> JSON5Rule<StudySpecification> {
    .object("a study") { try read($0, datasets: StudyDataset.rule(dataFolder: dataFolder)) }
  }

  private static func read(_ fields: JSON5Fields, datasets: JSON5Rule<StudyDataset>) throws -> StudySpecification {
    let name = try fields.take("name", .nonEmptyString)
    let description = try fields.take("description", .string, default: "")
    var common = StudyGrid()
    try common.read(fields, datasets: datasets)
    try fields.finish(before: "grids")
    var grids: [StudyGrid] = []
    if fields.contains("grids") {
      let base = common
      let grid = JSON5Rule.object("a grid") { fields in
        var grid = base
        grid.name = try fields.take("name", .nonEmptyString)
        try fields.take("description", .string, into: &grid.description)
        try grid.read(fields, datasets: datasets)
        try fields.finish()
        try grid.validate()
        return grid
      }
      grids = try fields.take("grids", .list(of: grid, count: 1...1000))
    } else {
      common.name = name
      try common.validate()
      grids = [common]
    }
    let result = StudySpecification(name: name, description: description, grids: grids)
    try result.validate()
    return result
  }
}

extension StudyGrid {
  /// Reads what is written and keeps the rest.
  fileprivate mutating func read(_ fields: JSON5Fields, datasets dataset: JSON5Rule<StudyDataset>) throws {
    let steps = JSON5Rule.integer(in: 1...ModelConfiguration.largestSize)
    try fields.take("datasets", .oneOrMore(dataset), into: &datasets)
    try fields.take("evaluations", .oneOrMoreDistinct(.choice(Evaluation.self)), into: &evaluations)
    try fields.take("models", .oneOrMoreDistinct(.choice(ModelKind.self)), into: &models)
    try fields.take("lookbacks", .oneOrMoreDistinct(steps), into: &lookbacks)
    try fields.take("horizon", steps, into: &horizon)
    if let read = try fields.takeIfPresent("methods", .oneOrMore(StudyMethod.rule)) { methods = read.flatMap { $0 } }
    try fields.take("seeds", .integer(in: Self.seedCounts), into: &seeds)
    try fields.take("firstSeed", .integer(in: 0...UInt64(Int64.max) / 2), into: &firstSeed)
    try fields.take("scaler", .choice(), into: &scaler)
    try fields.take("normalization", .choice(WindowNormalization.self), into: &normalization)
    try fields.take("calendar", .bool, into: &calendar)
    try fields.take("predictions", .bool, into: &predictions)
    let baseSizes = sizes
    try fields.take("sizes", .object("the sizes") { try $0.sizes(from: baseSizes) }, into: &sizes)
    let baseTraining = training
    try fields.take("training", .object("a training") { try $0.training(from: baseTraining) }, into: &training)
  }
}

extension JSON5Rule {
  /// One value, or a list of at least one.
  static func oneOrMore<Element>(_ element: JSON5Rule<Element>) -> JSON5Rule<[Element]> where Output == [Element] {
    element.map { [$0] }.or(.list(of: element, count: 1...Int.max))
  }

  /// One value, or a list of at least one without repetitions.
  static func oneOrMoreDistinct<Element: Hashable & Sendable>(
    _ element: JSON5Rule<Element>
  ) -> JSON5Rule<[Element]> where Output == [Element] {
    element.map { [$0] }.or(.distinctList(of: element, count: 1...Int.max))
  }
}
