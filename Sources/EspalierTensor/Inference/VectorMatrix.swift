internal import CEspalierKernels

/// A matrix packed for products with a single vector: rows run along the vectors, in groups of 16.
///
/// Dense, or sparse in one of two layouts; whichever is estimated to be faster on the SIMD target.
final class VectorMatrix {
  /// How a matrix is packed.
  enum Layout: CaseIterable {
    /// All weights.
    case dense
    /// The survivors of every group and 32 columns, row by row: see ``SlotPacking``.
    case slots
    /// The columns of every 8 rows in which any weight survived: see ``StripPacking``.
    case strips

    /// The sparse layout that is faster on the SIMD target of the kernels.
    static var fastestSparse: Layout { esp_has_fast_slots() ? .slots : .strips }
  }

  private let pattern: esp_vector_matrix
  private let value: AlignedBuffer<Float>
  private let start: AlignedBuffer<UInt32>?
  private let index: AlignedBuffer<UInt8>?
  private let column: AlignedBuffer<UInt16>?

  /// Columns that one slot can choose from.
  static let blockColumns = 32
  /// Rows of a group.
  static let groupRows = 16
  /// Rows of a strip.
  static let stripRows = 8

  /// Packs a matrix.
  ///
  /// - Parameters:
  ///   - values: `[gates * units, columns]` in row-major order, gate after gate.
  ///   - gates: Rows of one unit that a cell reads together.
  ///   - units: Rows of one gate.
  ///   - columns: Inputs, at most 65,536.
  ///   - layout: How to pack; nil for whatever is estimated to be faster.
  init(_ values: [Float], gates: Int, units: Int, columns: Int, layout: Layout? = nil) {
    let weights = GateWeights(values: values, gates: gates, units: units, columns: columns)
    var sparse = layout ?? .fastestSparse
    let groups = weights.groups
    var slots: SlotPacking?, strips: StripPacking?
    if sparse == .slots { slots = SlotPacking(weights) }
    if sparse == .strips { strips = StripPacking(weights) }
    if layout == nil, slots?.cost ?? strips?.cost ?? 0 >= Double(weights.denseCost) { sparse = .dense }
    switch (sparse, slots, strips) {
    case (.slots, let slots?, _):
      (value, start, index, column) = (slots.values, slots.starts, slots.indices, nil)
    case (.strips, _, let strips?):
      (value, start, index, column) = (strips.values, strips.starts, nil, strips.columns)
    default:
      (value, start, index, column) = (weights.dense(), nil, nil, nil)
    }
    pattern = esp_vector_matrix(
      groups: groups * gates, gates: gates, columns: columns, start: start?.pointer, index: index?.pointer,
      column: column?.pointer, value: value.pointer)
  }

  /// The matrix as kernels read it; valid as long as this object.
  var kernelMatrix: esp_vector_matrix { pattern }

  /// Groups of 16 that hold `units` rows.
  static func groups(_ units: Int) -> Int { (units + groupRows - 1) / groupRows }

  /// Floats that a vector of `columns` inputs takes.
  static func paddedColumns(_ columns: Int) -> Int { (columns + blockColumns - 1) / blockColumns * blockColumns }
}

/// The weights of all gates of a layer, before they are packed.
struct GateWeights {
  /// `[gates * units, columns]` in row-major order, gate after gate.
  let values: [Float]
  let gates: Int
  let units: Int
  let columns: Int

  /// Groups of 16 units.
  var groups: Int { VectorMatrix.groups(units) }

  /// What a dense product costs, in units of one column of 16 rows.
  var denseCost: Int { groups * gates * columns }

  /// The place of a weight in ``values``; nil for rows beyond the units.
  func place(gate: Int, unit: Int, column: Int) -> Int? {
    unit < units ? (gate * units + unit) * columns + column : nil
  }

  /// All weights, `[groups, columns, gates, 16]`.
  func dense() -> AlignedBuffer<Float> {
    let height = VectorMatrix.groupRows
    let result = AlignedBuffer<Float>(count: groups * gates * columns * height)
    for gate in 0..<gates {
      for unit in 0..<units {
        for column in 0..<columns {
          let place = ((unit / height * columns + column) * gates + gate) * height
          result.pointer[place + unit % height] = values[(gate * units + unit) * columns + column]
        }
      }
    }
    return result
  }
}
