/// The survivors of a pruned parameter as files hold them: values, columns, and where each row begins.
///
/// A tensor counts as a matrix of its first extent by the product of the others. Within a row columns rise, so one
/// content has one form.
public struct CompressedRows: Equatable, Sendable {
  /// PyTorch's shape of the whole tensor.
  public let shape: [Int]
  /// The survivors in row-major order.
  public let values: [Float]
  /// The column of every survivor.
  public let columns: [UInt32]
  /// Where each row begins among the survivors, and behind the last one their number.
  public let rowStarts: [UInt32]

  /// The survivors of a parameter; nil while it has no mask.
  public init?(_ parameter: Parameter) {
    guard let mask = parameter.mask else { return nil }
    self.init(parameter.tensor, mask: mask)
  }

  /// The elements of a tensor that a mask keeps.
  ///
  /// Nil when the mask is not as long as the tensor, or the tensor has more elements than 32 bits can count.
  ///
  /// - Parameters:
  ///   - tensor: The whole tensor, of at least one axis.
  ///   - mask: One number an element in row-major order, 0 where it is left out.
  public init?(_ tensor: Tensor, mask: [UInt8]) {
    guard let rows = tensor.shape.first, mask.count == tensor.count, tensor.count <= Int(UInt32.max) else { return nil }
    let width = tensor.shape.dropFirst().reduce(1, *)
    var (values, columns, starts): ([Float], [UInt32], [UInt32]) = ([], [], [0])
    for row in 0..<rows {
      for column in 0..<width where mask[row * width + column] != 0 {
        values.append(tensor.values[row * width + column])
        columns.append(UInt32(column))
      }
      starts.append(UInt32(values.count))
    }
    (shape, self.values, self.columns, rowStarts) = (tensor.shape, values, columns, starts)
  }

  /// Survivors from elsewhere, checked.
  ///
  /// - Parameters:
  ///   - shape: PyTorch's shape of the whole tensor, at least one axis.
  ///   - values: The survivors in row-major order.
  ///   - columns: As many as values; rising within a row.
  ///   - rowStarts: One more than rows, rising from 0 to the number of values.
  /// - Throws: ``CompressedRowsError`` that names the first contradiction.
  public init(
    shape: [Int], values: [Float], columns: [UInt32], rowStarts: [UInt32]
  ) throws(CompressedRowsError) {
    let largest = Int(UInt32.max)
    var total = 1
    for extent in shape {
      guard extent >= 0, extent <= largest, total <= largest / max(1, extent) else { throw .shape(shape) }
      total *= max(1, extent)
    }
    guard let rows = shape.first else { throw .shape(shape) }
    let width = shape.dropFirst().reduce(1, *)
    guard columns.count == values.count else { throw .counts(values: values.count, columns: columns.count) }
    guard rowStarts.count == rows + 1 else { throw .rowCount(rows: rows, starts: rowStarts.count) }
    guard rowStarts[0] == 0, Int(rowStarts[rows]) == values.count else {
      throw .ends(first: rowStarts[0], last: rowStarts[rows], survivors: values.count)
    }
    for row in 0..<rows {
      // Checked before the row is read: with rising starts and the right end, none is beyond the survivors.
      guard rowStarts[row] <= rowStarts[row + 1], Int(rowStarts[row + 1]) <= values.count else {
        throw .startsFall(row: row)
      }
      var next = 0
      for place in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        let column = Int(columns[place])
        guard column < width else { throw .column(row: row, column: column, columns: width) }
        guard column >= next else { throw .columnsFall(row: row) }
        next = column + 1
      }
    }
    self.shape = shape
    self.values = values
    self.columns = columns
    self.rowStarts = rowStarts
  }

  /// The whole tensor, 0 where it is pruned.
  public var tensor: Tensor {
    var result = Tensor(repeating: 0, shape: shape)
    forEachSurvivor { result.values[$1] = values[$0] }
    return result
  }

  /// One number a weight in row-major order, 1 where it is kept.
  public var mask: [UInt8] {
    var result = [UInt8](repeating: 0, count: shape.reduce(1, *))
    forEachSurvivor { result[$1] = 1 }
    return result
  }

  /// The whole tensor with other values in the survivors' places.
  ///
  /// - Parameter values: As many as there are survivors, in their order.
  /// - Returns: Nil when there are more or fewer.
  public func tensor(of values: [Float]) -> Tensor? {
    guard values.count == self.values.count else { return nil }
    var result = Tensor(repeating: 0, shape: shape)
    forEachSurvivor { result.values[$1] = values[$0] }
    return result
  }

  /// Bytes that the three arrays take in a file, without their entries in its header.
  public var fileBytes: Int {
    values.count * (4 + SafetensorsWriter.indexBytes(columns)) + rowStarts.count
      * SafetensorsWriter.indexBytes(rowStarts)
  }

  private func forEachSurvivor(_ body: (_ survivor: Int, _ dense: Int) -> Void) {
    let width = shape.dropFirst().reduce(1, *)
    for row in 0..<rowStarts.count - 1 {
      for place in Int(rowStarts[row])..<Int(rowStarts[row + 1]) { body(place, row * width + Int(columns[place])) }
    }
  }
}

/// Why arrays are not the survivors of a tensor; prints as the second half of a sentence.
public enum CompressedRowsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A shape that no sparse tensor can have.
  case shape([Int])
  /// Another number of columns than of values.
  case counts(values: Int, columns: Int)
  /// Another number of row starts than the shape needs.
  case rowCount(rows: Int, starts: Int)
  /// Row starts that do not lead from 0 to the number of survivors.
  case ends(first: UInt32, last: UInt32, survivors: Int)
  /// A row that ends before it begins, or beyond the survivors.
  case startsFall(row: Int)
  /// A column that the shape has not.
  case column(row: Int, column: Int, columns: Int)
  /// Columns of a row that do not rise.
  case columnsFall(row: Int)

  /// What is wrong, without a final stop.
  public var description: String {
    switch self {
    case .shape(let shape): "it cannot have the shape \(shape)"
    case .counts(let values, let columns): "it has \(values) values but \(columns) columns"
    case .rowCount(let rows, let starts): "\(rows) rows need \(rows + 1) row starts but it has \(starts)"
    case .ends(let first, let last, let survivors):
      "its row starts lead from \(first) to \(last) instead of from 0 to its \(survivors) values"
    case .startsFall(let row): "its row \(row) ends before it begins or beyond its values"
    case .column(let row, let column, let columns):
      "its row \(row) has a weight in column \(column) of \(columns), counted from 0"
    case .columnsFall(let row): "the columns of its row \(row) do not rise"
    }
  }
}
