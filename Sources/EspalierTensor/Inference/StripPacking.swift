/// The columns of every 8 rows in which any weight survived, all gates of the rows in step.
///
/// A column of a strip is one broadcast and one multiply-add on 8 lanes whatever is left in it, so this saves less than
/// single survivors would; but on vectors of 8 lanes nothing that reads each lane from another place is as fast.
struct StripPacking {
  /// The slot that each strip begins with, and the end.
  let starts: AlignedBuffer<UInt32>
  /// The column of every gate of every slot.
  let columns: AlignedBuffer<UInt16>
  /// The 8 weights of every gate of every slot.
  let values: AlignedBuffer<Float>
  /// The estimated time of a product, in units of one column of a dense group of 16 rows: measured, see
  /// `Documentation/performance.md`.
  let cost: Double

  /// What a gate of a slot costs.
  private static let gateCost = 0.55
  /// What a strip costs.
  private static let stripCost = 3.0

  /// Packs the weights that are not 0.
  init(_ weights: GateWeights) {
    let height = VectorMatrix.stripRows, gates = weights.gates
    let strips = weights.groups * VectorMatrix.groupRows / height
    var starts: [UInt32] = [0]
    var columns: [UInt16] = [], values: [Float] = []
    for strip in 0..<strips {
      func weight(_ gate: Int, _ row: Int, _ column: Int) -> Float {
        weights.place(gate: gate, unit: strip * height + row, column: column).map { weights.values[$0] } ?? 0
      }
      let kept = (0..<gates).map { gate in
        (0..<weights.columns).filter { column in (0..<height).contains { weight(gate, $0, column) != 0 } }
      }
      for slot in 0..<(kept.map(\.count).max() ?? 0) {
        for gate in 0..<gates {
          let column = slot < kept[gate].count ? kept[gate][slot] : nil
          columns.append(UInt16(column ?? 0))
          for row in 0..<height { values.append(column.map { weight(gate, row, $0) } ?? 0) }
        }
      }
      starts.append(UInt32(columns.count / gates))
    }
    cost = Double(columns.count) * Self.gateCost + Double(strips) * Self.stripCost
    self.starts = AlignedBuffer(count: starts.count)
    _ = self.starts.span.update(from: starts)
    self.columns = AlignedBuffer(count: columns.count)
    _ = self.columns.span.update(from: columns)
    self.values = AlignedBuffer(count: values.count)
    _ = self.values.span.update(from: values)
  }
}
