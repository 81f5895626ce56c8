import Foundation

/// A table for people: texts on the left, numbers on the right of their columns, units in the header.
package struct TextTable: Sendable {
  /// Which number of a column deserves the mark.
  package enum Best: Sendable { case lowest, highest }

  /// A column's header and how its numbers look.
  package struct Column: Sendable {
    let header: String
    let isNumeric: Bool
    let decimals: Int?
    let best: Best?

    /// A column of words.
    package static func text(_ title: String) -> Column {
      Column(header: title, isNumeric: false, decimals: nil, best: nil)
    }

    /// A column of numbers.
    ///
    /// - Parameters:
    ///   - title: Without unit.
    ///   - unit: Stands behind the title in the header.
    ///   - decimals: Digits behind the point; without them, as many as give the largest number four digits.
    ///   - best: Marks the best number with `*`.
    /// - Returns: The column.
    package static func number(
      _ title: String, unit: String? = nil, decimals: Int? = nil, best: Best? = nil
    ) -> Column {
      Column(
        header: unit.map { "\(title) [\($0)]" } ?? title, isNumeric: true, decimals: decimals, best: best)
    }
  }

  /// One cell.
  package enum Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    case text(String)
    /// NaN and infinities print as `-`, as `missing` does.
    case number(Double)
    /// A number that is never the best, because it is about something less.
    case unranked(Double)
    case missing

    package init(stringLiteral value: String) { self = .text(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }

    /// A number that may be absent.
    package init(_ number: Double?) {
      self = number.map(Cell.number) ?? .missing
    }

    var number: Double? {
      switch self {
      case .number(let value), .unranked(let value): value.isFinite ? value : nil
      case .text, .missing: nil
      }
    }

    /// The number where it may be the best.
    var ranked: Double? {
      if case .unranked = self { nil } else { number }
    }
  }

  private let columns: [Column]
  private var groups: [[[Cell]]] = [[]]

  package init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Adds a row; cells that are too few print as missing.
  package mutating func add(_ cells: [Cell]) {
    groups[groups.count - 1].append((0..<columns.count).map { $0 < cells.count ? cells[$0] : .missing })
  }

  /// Starts a new group: a rule stands above it, and its best numbers are marked apart.
  package mutating func startGroup() {
    if !groups[groups.count - 1].isEmpty { groups.append([]) }
  }

  /// The table as lines, each with its line end; only the rows' own widths decide how wide it is.
  package func render() -> String {
    let decimals = columns.indices.map(digits)
    let texts = groups.map { group in
      let marked = columns.indices.map { best(in: group, column: $0) }
      return group.map { row in
        columns.indices.map { column in
          text(row[column], columns[column], decimals: decimals[column], best: marked[column])
        }
      }
    }
    let headers = columns.map { $0.header + ($0.best == nil ? "" : " ") }
    let widths = columns.indices.map { column in
      texts.joined().map { $0[column].count }.reduce(headers[column].count, max)
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
    let bodies = texts.filter { !$0.isEmpty }.map { rows in rows.map { line($0, widths) }.joined() }
    return line(headers, widths) + rule + bodies.joined(separator: rule)
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = columns.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - cells[column].count)
      return columns[column].isNumeric ? space + cells[column] : cells[column] + space
    }
    var line = padded.joined(separator: "  ")
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  /// The mark has a place of its own, so that points stay below each other.
  private func text(_ cell: Cell, _ column: Column, decimals: Int, best: Double?) -> String {
    if case .text(let text) = cell { return text }
    let number = cell.number
    let place = column.best == nil ? "" : cell.ranked != nil && cell.ranked == best ? "*" : " "
    return (number.map { String(format: "%.\(decimals)f", $0) } ?? "-") + place
  }

  private func digits(column: Int) -> Int {
    if let decimals = columns[column].decimals { return min(max(0, decimals), 17) }
    let numbers = groups.joined().compactMap { $0[column].number }
    if numbers.allSatisfy({ $0 == $0.rounded() }) { return 0 }
    let largest = numbers.map(abs).max() ?? 0
    return min(max(0, 3 - Int(log10(largest).rounded(.down))), 17)
  }

  private func best(in group: [[Cell]], column: Int) -> Double? {
    let numbers = group.compactMap { $0[column].ranked }
    return switch columns[column].best {
    case nil: nil
    case .lowest: numbers.min()
    case .highest: numbers.max()
    }
  }
}
