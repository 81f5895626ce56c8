/// A covariate that does not change within a series, with what was fitted to it.
public struct FittedStatic: Codable, Equatable, Sendable {
  /// The column's name.
  public let name: String
  /// The map of numbers to the common scale; nil for categories.
  public let scaler: ColumnScaler?
  /// The categories, each an input that is 1 in its series and 0 elsewhere; nil for numbers.
  public let categories: [String]?

  /// The names of the inputs.
  public var inputNames: [String] { categories?.map { "\(name) = \($0)" } ?? [name] }
}

/// The value of a static column in a series.
enum StaticValue: Equatable {
  case number(Double)
  case category(String)
}

extension SeriesTable {
  /// The one value that a column has in a series.
  ///
  /// - Throws: ``PreparationError`` when there is no such column, no value, or several.
  func staticValue(_ name: String, of one: SeriesRows) throws(PreparationError) -> StaticValue {
    if let column = columns.first(where: { $0.name == name }) {
      let known = one.rows.lazy.map { column.values[$0] }.filter { !$0.isNaN }
      guard let first = known.first else { throw .staticMissing(column: name, series: one.id) }
      guard known.allSatisfy({ $0 == first }) else { throw .staticVaries(column: name, series: one.id) }
      return .number(first)
    }
    guard let text = texts.first(where: { $0.name == name }) else {
      throw .unknownStatic(name: name, nearest: NearestName.of(name, among: columnNames + texts.map(\.name)))
    }
    let known = one.rows.lazy.map { text.texts[Int(text.codes[$0])] }.filter { !$0.allSatisfy(\.isWhitespace) }
    guard let first = known.first else { throw .staticMissing(column: name, series: one.id) }
    guard known.allSatisfy({ $0 == first }) else { throw .staticVaries(column: name, series: one.id) }
    return .category(first)
  }
}

extension FittedStatic {
  /// Fits a static column to the series of a table that are long enough to be used.
  ///
  /// - Returns: Nil when it is the same in all of them.
  /// - Throws: ``PreparationError`` as ``SeriesTable/staticValue(_:of:)``.
  static func fit(
    _ name: String, table: SeriesTable, kind: ScalerKind, series: [SeriesRows]
  ) throws(PreparationError) -> FittedStatic? {
    var numbers: [Double] = []
    var categories: Set<String> = []
    for one in series {
      switch try table.staticValue(name, of: one) {
      case .number(let value): numbers.append(value)
      case .category(let text): categories.insert(text)
      }
    }
    if categories.isEmpty {
      return ColumnScaler(kind, fitting: numbers).map { FittedStatic(name: name, scaler: $0, categories: nil) }
    }
    guard categories.count > 1 else { return nil }
    return FittedStatic(name: name, scaler: nil, categories: categories.sorted())
  }

  /// The inputs of a series.
  ///
  /// - Throws: ``PreparationError/unseenCategory(column:series:category:)`` or as ``SeriesTable/staticValue(_:of:)``.
  func inputs(of one: SeriesRows, in table: SeriesTable) throws(PreparationError) -> [Float] {
    switch (try table.staticValue(name, of: one), categories) {
    case (.number(let value), nil):
      let scaled = Float(scaler?.scaled(value) ?? value)
      guard scaled.isFinite else { throw .notFinite(column: name, row: one.rows.lowerBound) }
      return [scaled]
    case (.category(let text), let known?):
      guard known.contains(text) else { throw .unseenCategory(column: name, series: one.id, category: text) }
      return known.map { $0 == text ? 1 : 0 }
    case (.number(let value), _?):
      throw .unseenCategory(column: name, series: one.id, category: "\(value)")
    case (.category, nil): throw .textColumn(name)
    }
  }
}

/// What a table says about forecast steps and about series as a whole, scaled.
struct CovariateContent {
  /// Rows by ``FittedPreparation/futureNames``; empty when there are none.
  private(set) var future: [Float] = []
  /// Series by ``FittedPreparation/staticNames``; empty when there are none.
  private(set) var statics: [Float] = []
  /// The first known column that is missing at a row, for rows behind a series' last known target.
  private(set) var gaps: [Int: String] = [:]

  /// Reads covariates.
  ///
  /// - Parameters:
  ///   - fitted: What was learned before.
  ///   - table: The data.
  ///   - content: Its inputs, of which known columns are a part.
  /// - Throws: ``PreparationError`` when a static column is missing or has a category that was not trained on.
  init(fitted: FittedPreparation, table: SeriesTable, content: PreparedContent) throws(PreparationError) {
    if fitted.futureCount > 0 {
      readFuture(fitted, table, content)
      try findGaps(fitted, table, content)
    }
    guard let columns = fitted.statics, !columns.isEmpty else { return }
    for one in table.series {
      guard one.rows.count >= fitted.task.lookback else {
        statics += [Float](repeating: 0, count: fitted.staticCount)
        continue
      }
      for column in columns { statics += try column.inputs(of: one, in: table) }
    }
  }

  private mutating func readFuture(_ fitted: FittedPreparation, _ table: SeriesTable, _ content: PreparedContent) {
    let places = fitted.knownPlaces
    let parts = fitted.futureCalendar ?? []
    let (width, inputs) = (fitted.futureCount, fitted.inputCount)
    future = [Float](repeating: 0, count: table.rowCount * width)
    for row in 0..<table.rowCount {
      for (index, place) in places.enumerated() { future[row * width + index] = content.matrix[row * inputs + place] }
      for (index, part) in parts.enumerated() {
        let (sine, cosine) = part.values(table.times[row])
        future[row * width + places.count + 2 * index] = sine
        future[row * width + places.count + 2 * index + 1] = cosine
      }
    }
  }

  private mutating func findGaps(
    _ fitted: FittedPreparation, _ table: SeriesTable, _ content: PreparedContent
  ) throws(PreparationError) {
    for place in fitted.knownPlaces {
      let name = fitted.columns[place].name
      let values = try PreparedContent.values(name, of: table)
      for one in table.series {
        let origin = content.firstFutureRow(of: one, fitted)
        for row in (origin..<one.rows.upperBound).prefix(fitted.task.horizon)
        where values[row].isNaN && gaps[row] == nil { gaps[row] = name }
      }
    }
  }
}
