/// Which field of a record goes where.
struct FileLayout {
  /// A field and the column that it fills.
  struct Target {
    let field: Int
    let name: String
    /// Whether the column is left out, not an error, when it turns out to hold text.
    var optional = false
  }

  /// The number of fields of a record; further ones must be empty.
  var fieldCount = 0
  var date: (field: Int, name: String, order: DateParsing.Order)?
  var clock: Int?
  /// A column of whole numbers that stand for dates.
  var number: Target?
  var series: Target?
  var numbers: [Target] = []
  var texts: [Target] = []
  var notes: [String] = []

  /// Assigns the fields of a file.
  ///
  /// - Parameters:
  ///   - header: The cells of the first record.
  ///   - sample: Records from all over the file.
  ///   - format: How the file is written.
  ///   - options: What the caller knows.
  ///   - file: The file's path, for errors.
  /// - Returns: The layout, with notes on what was assumed.
  /// - Throws: ``ReadError`` for names that don't exist or repeat, and when no column holds numbers.
  static func plan(
    header: [Field], sample: [[Field]], format: FileFormat, options: ReadOptions, file: String
  ) throws(ReadError) -> FileLayout {
    var layout = FileLayout()
    let names = try columnNames(header, sample: sample, format: format, file: file)
    let missing = MissingMarkers(options.missingMarkers, decimalComma: format.decimal == 0x2C)
    let kinds = names.indices.map { column in
      ColumnKind.of(
        sample.compactMap { column < $0.count ? $0[column] : nil }, decimal: format.decimal, missing: missing)
    }
    func index(_ name: String) throws(ReadError) -> Int {
      if let index = names.firstIndex(of: name) { return index }
      throw .unknownColumn(file: file, name: name, nearest: NearestName.of(name, among: names))
    }
    layout.fieldCount = names.count
    var used: Set<Int> = []
    if let name = options.seriesColumn ?? (names.contains("unique_id") ? "unique_id" : nil) {
      layout.series = Target(field: try index(name), name: name)
      used.insert(try index(name))
    }
    var named: Int?
    if let name = options.dateColumn { named = try index(name) }
    // What the caller says of a column goes before its name.
    let spoken =
      options.detectsNumbers == false
      ? names : options.required + options.excluded + (options.columns ?? []) + (options.kept ?? [])
    used.formUnion(
      layout.takeTime(
        named: named, names: names, kinds: kinds,
        cells: { field in
          sample.compactMap { field < $0.count ? $0[field] : nil }.filter { !missing.contains($0.trimmed) }
        },
        taken: used, spoken: Set(spoken), decimal: format.decimal))
    var required: Set<Int> = []
    for name in options.required { required.insert(try index(name)) }
    for name in options.excluded { used.insert(try index(name)) }
    if let wanted = options.columns {
      for name in wanted where !layout.numbers.contains(where: { $0.name == name }) {
        layout.numbers.append(Target(field: try index(name), name: name))
      }
      for name in (options.kept ?? []) + (options.texts ?? []) { layout.keep(try index(name), name, kinds, options) }
    } else {
      for field in names.indices where !used.contains(field) || required.contains(field) {
        layout.keep(field, names[field], kinds, options, isRequired: required.contains(field))
      }
      for name in (options.kept ?? []) + (options.texts ?? []) { layout.keep(try index(name), name, kinds, options) }
    }
    guard !layout.numbers.isEmpty else { throw .noNumbers(file) }
    return layout
  }

  /// Stores a field as numbers or text, by what it holds and what the caller knows; nothing is stored twice.
  private mutating func keep(
    _ field: Int, _ name: String, _ kinds: [ColumnKind], _ options: ReadOptions, isRequired: Bool = false
  ) {
    guard !(numbers + texts).contains(where: { $0.field == field }) else { return }
    let kind = options.texts?.contains(name) == true ? .text : isRequired ? .number : kinds[field]
    switch kind {
    case .number: numbers.append(Target(field: field, name: name))
    case .unknown: numbers.append(Target(field: field, name: name, optional: true))
    case .date, .clock, .text: texts.append(Target(field: field, name: name))
    }
  }

  /// The header's names without the empty columns at its end; an empty name inside becomes `column 3`.
  private static func columnNames(
    _ header: [Field], sample: [[Field]], format: FileFormat, file: String
  ) throws(ReadError) -> [String] {
    var names = header.map { $0.trimmed.text(format.encoding) }
    let filled = header.map(\.trimmed).filter { !$0.isEmpty }
    if !filled.isEmpty,
      filled.allSatisfy({ NumberParsing.parse($0.start, $0.end, decimal: format.decimal) != nil || isDate($0) })
    {
      throw .headerMissing(file)
    }
    while names.last == "" {
      let last = names.count - 1
      guard sample.allSatisfy({ last >= $0.count || $0[last].trimmed.isEmpty }) else { break }
      names.removeLast()
    }
    for index in names.indices where names[index] == "" { names[index] = "column \(index + 1)" }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted { throw .duplicateColumn(file: file, name: name) }
    return names
  }

  private static func isDate(_ cell: Field) -> Bool { DateParsing(order: .dayFirst).date(cell) != nil }
}
