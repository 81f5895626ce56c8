import EspalierData

extension StudyDataset {
  /// A name of the catalogue or the registry, or an object with a file or such a name, and what is forecast from what.
  ///
  /// - Parameter dataFolder: The folder that holds the registry; nil knows the catalogue's names alone.
  /// - Returns: The rule.
  static func rule(dataFolder: String?) -> JSON5Rule<StudyDataset> {
    let known = JSON5Rule.string.map { try DatasetCatalogue.named($0, folder: dataFolder).name }
    return known.map(StudyDataset.init(named:)).or(.object("a data set") { try read($0, known: known) })
  }

  private static func read(_ fields: JSON5Fields, known: JSON5Rule<String>) throws -> StudyDataset {
    let name = try fields.take("name", .nonEmptyString)
    var source: DataSource
    if let file = try fields.takeIfPresent("file", .nonEmptyString) {
      source = DataSource(kind: .file, place: file)
      source.reading = try fields.take("reading", .object("how a file is read", reading), default: ReadOptions())
      try fields.take("exclude", .distinctList(of: .nonEmptyString), into: &source.reading.excluded)
      source.target = try fields.take("target", .nonEmptyString)
    } else {
      let other = try fields.takeIfPresent("catalogue", known)
      source = DataSource(kind: .named, place: try other ?? fields.take("name", known))
      try fields.take("target", .nonEmptyString, into: &source.target)
    }
    let columns = JSON5Rule<[String]>.distinctList(of: .nonEmptyString)
    try fields.take("features", columns, into: &source.features)
    try fields.take("drifting", .distinctList(of: .nonEmptyString, count: 0...Int.max), into: &source.drifting)
    try fields.take("season", .integer(in: 1...1_000_000), into: &source.season)
    if source.features != nil, !source.reading.excluded.isEmpty {
      throw fields.error(at: "exclude", "has no effect beside `features`; give one of them.")
    }
    var result = StudyDataset(name: name, source: source)
    try fields.take("unit", .nonEmptyString, into: &result.unit)
    try fields.take("seeds", .integer(in: StudyGrid.seedCounts), into: &result.seeds)
    return result
  }

  private static func reading(_ fields: JSON5Fields) throws -> ReadOptions {
    var result = ReadOptions()
    try fields.take("date", .nonEmptyString, into: &result.dateColumn)
    try fields.take("series", .nonEmptyString, into: &result.seriesColumn)
    try fields.take("missing", .distinctList(of: .nonEmptyString), into: &result.missingMarkers)
    try fields.take("duplicates", .named(["refuse": .refuse, "keep-first": .keepFirst]), into: &result.duplicates)
    let fills = JSON5Rule<FillRule>.named(["forward": .forward, "linear": .linear, "zero": .zero, "none": .none])
    try fields.take("fill", fills, into: &result.fill)
    let separators = JSON5Rule<String>.named(["comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"])
    try fields.take("separator", separators, into: &result.separator)
    try fields.take("decimal", .named(["point": false, "comma": true]), into: &result.decimalComma)
    return result
  }
}
