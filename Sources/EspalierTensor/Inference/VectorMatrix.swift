internal import CEspalierKernels

/// A matrix packed for products with a single vector: rows run along the vectors, in groups of 16.
///
/// Dense, or sparse with the survivors of every group and 32 columns in slots; whichever is estimated to be faster.
final class VectorMatrix {
  private let pattern: esp_vector_matrix
  private let value: AlignedBuffer<Float>
  private let start: AlignedBuffer<UInt32>?
  private let index: AlignedBuffer<UInt8>?

  /// Columns that one slot can choose from.
  static let blockColumns = 32
  /// Rows of a group.
  static let groupRows = 16
  /// What a slot costs, in units of one column of a dense group: measured, see `Documentation/performance.md`.
  static let slotCost = 1.4
  /// What a block of columns costs a sparse group, in the same unit.
  static let blockCost = 3.0

  /// Packs a matrix.
  ///
  /// - Parameters:
  ///   - values: `[gates * units, columns]` in row-major order, gate after gate.
  ///   - gates: Rows of one unit that a cell reads together.
  ///   - units: Rows of one gate.
  ///   - columns: Inputs.
  ///   - sparse: Whether to store survivors only; nil for whatever is estimated to be faster.
  init(_ values: [Float], gates: Int, units: Int, columns: Int, sparse: Bool? = nil) {
    let parts = Self.groups(units)
    let slots = Slots(values, gates: gates, units: units, columns: columns)
    let estimate = Double(slots.count) * Self.slotCost + Double(slots.starts.count) * Self.blockCost
    if sparse ?? (estimate < Double(parts * gates * columns)) {
      let (value, start, index) = slots.pack()
      self.value = value
      self.start = start
      self.index = index
      pattern = esp_vector_matrix(
        groups: parts * gates, gates: gates, columns: columns, start: start.pointer, index: index.pointer,
        value: value.pointer)
      return
    }
    start = nil
    index = nil
    value = AlignedBuffer(count: parts * gates * columns * Self.groupRows)
    for gate in 0..<gates {
      for unit in 0..<units {
        for column in 0..<columns {
          let place = ((unit / Self.groupRows * columns + column) * gates + gate) * Self.groupRows
          value.pointer[place + unit % Self.groupRows] = values[(gate * units + unit) * columns + column]
        }
      }
    }
    pattern = esp_vector_matrix(
      groups: parts * gates, gates: gates, columns: columns, start: nil, index: nil, value: value.pointer)
  }

  /// The matrix as kernels read it; valid as long as this object.
  var kernelMatrix: esp_vector_matrix { pattern }

  /// Groups of 16 that hold `units` rows.
  static func groups(_ units: Int) -> Int { (units + groupRows - 1) / groupRows }

  /// Floats that a vector of `columns` inputs takes.
  static func paddedColumns(_ columns: Int) -> Int { (columns + blockColumns - 1) / blockColumns * blockColumns }
}

/// The survivors of a matrix by group, block of columns and row, to be packed into slots.
private struct Slots {
  /// The slot that each block of each group begins with, and the end.
  private(set) var starts: [UInt32] = [0]
  /// For every slot and row of its group the place in the matrix, or -1.
  private var places: [Int] = []
  private let values: [Float]
  private let columns: Int

  /// How many slots there are.
  var count: Int { places.count / VectorMatrix.groupRows }

  init(_ values: [Float], gates: Int, units: Int, columns: Int) {
    self.values = values
    self.columns = columns
    let height = VectorMatrix.groupRows, width = VectorMatrix.blockColumns
    for part in 0..<VectorMatrix.groups(units) {
      for gate in 0..<gates {
        for block in stride(from: 0, to: columns, by: width) {
          let rows = (0..<height).map { row -> [Int] in
            let unit = part * height + row
            guard unit < units else { return [] }
            let begin = (gate * units + unit) * columns
            return (begin + block..<begin + min(columns, block + width)).filter { values[$0] != 0 }
          }
          for slot in 0..<(rows.map(\.count).max() ?? 0) {
            places += rows.map { slot < $0.count ? $0[slot] : -1 }
          }
          starts.append(UInt32(count))
        }
      }
    }
  }

  func pack() -> (value: AlignedBuffer<Float>, start: AlignedBuffer<UInt32>, index: AlignedBuffer<UInt8>) {
    let value = AlignedBuffer<Float>(count: places.count), index = AlignedBuffer<UInt8>(count: places.count)
    let start = AlignedBuffer<UInt32>(count: starts.count)
    _ = start.span.update(from: starts)
    for (slot, place) in places.enumerated() where place >= 0 {
      value.pointer[slot] = values[place]
      index.pointer[slot] = UInt8(place % columns % VectorMatrix.blockColumns)
    }
    return (value, start, index)
  }
}
