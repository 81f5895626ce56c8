/// The survivors of a matrix by group of 16 rows, block of 32 columns and row: every slot takes one of each row.
///
/// Fast where 32 numbers fit into registers from which every lane can take one, as with AVX-512.
struct SlotPacking {
  /// The slot that each block of each group begins with, and the end.
  let starts: AlignedBuffer<UInt32>
  /// The column within its block of every row of every slot.
  let indices: AlignedBuffer<UInt8>
  /// The weight of every row of every slot.
  let values: AlignedBuffer<Float>
  /// The estimated time of a product, in units of one column of a dense group: measured, see
  /// `Documentation/performance.md`.
  let cost: Double

  /// What a slot costs.
  private static let slotCost = 1.4
  /// What a block of columns costs.
  private static let blockCost = 3.0

  /// Packs the weights that are not 0.
  init(_ weights: GateWeights) {
    let height = VectorMatrix.groupRows, width = VectorMatrix.blockColumns, columns = weights.columns
    var starts: [UInt32] = [0]
    // For every slot and row of its group the place in the matrix, or -1.
    var places: [Int] = []
    for part in 0..<weights.groups {
      for gate in 0..<weights.gates {
        for block in stride(from: 0, to: columns, by: width) {
          let rows = (0..<height).map { row -> [Int] in
            (block..<min(columns, block + width)).compactMap { column in
              weights.place(gate: gate, unit: part * height + row, column: column)
                .flatMap { weights.values[$0] != 0 ? $0 : nil }
            }
          }
          for slot in 0..<(rows.map(\.count).max() ?? 0) {
            places += rows.map { slot < $0.count ? $0[slot] : -1 }
          }
          starts.append(UInt32(places.count / height))
        }
      }
    }
    cost = Double(places.count / height) * Self.slotCost + Double(starts.count) * Self.blockCost
    self.starts = AlignedBuffer(count: starts.count)
    _ = self.starts.span.update(from: starts)
    values = AlignedBuffer(count: places.count)
    indices = AlignedBuffer(count: places.count)
    for (slot, place) in places.enumerated() where place >= 0 {
      values.pointer[slot] = weights.values[place]
      indices.pointer[slot] = UInt8(place % columns % width)
    }
  }
}
