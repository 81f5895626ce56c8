extension SeriesTable {
  /// The usual name of the column that is made of the channels of a wide table.
  public static let channelColumn = "value"

  /// A wide table as a panel: each of some columns becomes a series of its own, named after the column.
  ///
  /// The series share the time stamps of the wide table's rows.
  ///
  /// - Parameters:
  ///   - names: The columns of numbers that become series, in this order; empty takes all that are not `shared`.
  ///   - target: The name of the column that holds the values of all channels.
  ///   - shared: Columns that every series keeps, repeated.
  /// - Returns: A panel of `names.count` times as many rows, with the columns `target` and `shared`.
  /// - Throws: ``ChannelError`` when the table is a panel already, a name is unknown or repeats, or nothing is left.
  public func channels(
    _ names: [String], as target: String = channelColumn, shared: [String] = []
  ) throws(ChannelError) -> SeriesTable {
    guard !isPanel else { throw .panel }
    if shared.contains(target) { throw .nameTaken(target) }
    let chosen = names.isEmpty ? columnNames.filter { !shared.contains($0) } : names
    guard !chosen.isEmpty else { throw .none }
    var values: [Double] = []
    values.reserveCapacity(chosen.count * rowCount)
    var series: [SeriesRows] = []
    var seen: Set<String> = []
    for name in chosen {
      if shared.contains(name) { throw .sharedChannel(name) }
      guard seen.insert(name).inserted else { throw .repeated(name) }
      values += try channel(name).values
      series.append(SeriesRows(id: name, rows: values.count - rowCount..<values.count))
    }
    var columns = [NumericColumn(name: target, values: values)]
    for name in shared {
      let values = Self.repeated(try channel(name).values, chosen.count)
      columns.append(NumericColumn(name: name, values: values))
    }
    return SeriesTable(
      checkedTimes: Self.repeated(times, chosen.count), columns: columns, texts: [], series: series,
      hasDates: hasDates, isNumbered: isNumbered, notes: notes, inserted: inserted?.repeated(chosen.count))
  }

  private func channel(_ name: String) throws(ChannelError) -> NumericColumn {
    do { return try column(name) } catch { throw .column(error) }
  }

  private static func repeated<Element>(_ values: [Element], _ count: Int) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(values.count * count)
    for _ in 0..<count { result += values }
    return result
  }
}

/// Why columns can't become series.
public enum ChannelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The table has several series already.
  case panel
  /// No column of numbers is left.
  case none
  /// A column is named twice.
  case repeated(String)
  /// A column is a channel and a feature at once.
  case sharedChannel(String)
  /// A feature has the name that the channels' values get.
  case nameTaken(String)
  /// A column is not there, or holds text.
  case column(TableError)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .panel: "Columns can't become channels in data that have a series id: leave one of the two out."
    case .none: "No column of numbers is left to become a channel: name at least one."
    case .repeated(let name): "Column \"\(name)\" is named twice among the channels: name it once."
    case .sharedChannel(let name):
      "Column \"\(name)\" is a channel and an input of all channels at once: take it off one of the lists."
    case .nameTaken(let name):
      "An input is called \"\(name)\", which the values of the channels are called: rename that column."
    case .column(let error): error.description
    }
  }
}
